package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/freshinstall/freshinstall/reports"
	"github.com/freshinstall/freshinstall/reports/history"
	"github.com/freshinstall/freshinstall/verifier"
)

// How much is shown unless more is asked for.
const (
	trendRuns = 60 // signs in a picture
	namedRuns = 10 // of those, with their names below
)

func newHistoryCommand(door *frontDoor) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "history [REPO]",
		Short: "The kept runs, as a picture and by name",
		Long: `history shows how the last runs of each repository ended: one sign for each run and
environment, the newest at the right, with words beside it, then the names of the
latest runs for "freshinstall diff" and "freshinstall bisect". REPO is the address or the folder
that was verified, or its name (default: every repository).

Each verify keeps its run: verdicts, steps, findings, what was installed; no output
of a step. Runs older than 400 days go, and those behind 10,000 newer ones; the
last run in which an environment worked stays. For CI, keep the file
itself in an artifact or a branch: --history FILE.`,
		Example: `  freshinstall history
  freshinstall history https://git.example.org/civic/app.git --runs 200
  freshinstall history --json --history nightly.db`,
		Args: atMostOne,
	}
	asJSON := cmd.Flags().Bool("json", false, "print the runs as JSON")
	most := cmd.Flags().Int("runs", trendRuns, "how many of the last `RUNS` of a repository")
	addSettings(cmd.Flags(), "history")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if *most < 1 {
			return misuse("give 1 or more", "--runs is %d", *most)
		}
		var all [][]history.Entry
		err := door.lookAt(cmd.Context(), cmd.Flags(), func(kept *history.Store) error {
			repositories, err := kept.Repositories(cmd.Context())
			for _, r := range repositories {
				entries, err := kept.List(cmd.Context(), r, *most)
				if err != nil {
					return err
				}
				if len(entries) > 0 && (len(args) == 0 || meant(args[0], entries[len(entries)-1].Repository)) {
					all = append(all, entries)
				}
			}
			return err
		})
		switch {
		case err != nil:
			return err
		case len(all) == 0 && len(args) > 0:
			return misuse("`freshinstall history` shows every repository", "no run of this repository is kept").at(args[0])
		case *asJSON:
			return door.printHistory(all)
		}
		var text strings.Builder
		for i, entries := range all {
			if i > 0 {
				text.WriteString("\n")
			}
			text.WriteString(trend(entries, !door.env.utf8()))
		}
		if len(all) == 0 {
			text.WriteString("no run is kept\n")
		}
		return door.print(text.String())
	}
	return cmd
}

// meant reports whether the user's word for a repository means this one.
func meant(word string, r verifier.Repository) bool {
	whole, err := filepath.Abs(word)
	return word == r.URL || word == r.Name || err == nil && whole == r.URL
}

// signs of the verdicts, and of an environment that was no part of a run.
func sign(v verifier.Verdict, ascii bool) string {
	signs := map[verifier.Verdict][2]string{
		verifier.Works: {"✓", "."}, verifier.WorksWithDocumentedFixes: {"+", "+"}, verifier.WorksWithFixes: {"!", "!"},
		verifier.Broken: {"✗", "x"}, verifier.Inconclusive: {"?", "?"}, "": {"·", " "},
	}
	s, known := signs[v]
	if !known {
		s = signs[verifier.Inconclusive]
	}
	if ascii {
		return s[1]
	}
	return s[0]
}

// trend is the picture of one repository's runs, the oldest first.
func trend(entries []history.Entry, ascii bool) string {
	var text strings.Builder
	last := entries[len(entries)-1]
	fmt.Fprintf(&text, "%s  %s\n", cleanLine(last.Repository.Name), cleanLine(last.Repository.URL))
	var names []string
	width := 0
	for _, e := range entries {
		for _, v := range e.Verdicts {
			if !slices.Contains(names, v.Environment) {
				names, width = append(names, v.Environment), max(width, len(cleanLine(v.Environment)))
			}
		}
	}
	for _, name := range names {
		row := ""
		for _, e := range entries {
			row += sign(e.Of(name), ascii)
		}
		fmt.Fprintf(&text, "  %-*s  %s  %s\n", width, cleanLine(name), row, standing(entries, name))
	}
	key := ""
	for _, v := range []verifier.Verdict{verifier.Works, verifier.WorksWithDocumentedFixes, verifier.WorksWithFixes, verifier.Broken, verifier.Inconclusive} {
		key += sign(v, ascii) + " " + string(v) + "  "
	}
	fmt.Fprintf(&text, "  %s(newest right)\n", key)
	for i := 1; i < len(entries); i++ {
		if was, is := entries[i-1].Tool, entries[i].Tool; was != is {
			fmt.Fprintf(&text, "  %s: freshinstall itself changed, %s\n", dated(entries[i].Started), plainArrow(reports.ChangeWords(verifier.Change{From: was, To: is}), ascii))
		}
	}
	for _, e := range slices.Backward(entries[max(0, len(entries)-namedRuns):]) {
		var verdicts []string
		for _, v := range e.Verdicts {
			verdicts = append(verdicts, cleanLine(v.Environment)+" "+cleanLine(string(v.Verdict)))
		}
		fmt.Fprintf(&text, "  %s  %s  %s\n", cleanLine(e.Name), commitInWords(e.Repository), strings.Join(verdicts, ", "))
	}
	return text.String()
}

func plainArrow(text string, ascii bool) string {
	if ascii {
		return strings.ReplaceAll(text, "→", "->")
	}
	return text
}

// standing says how an environment stands, since when, and when it worked last.
func standing(entries []history.Entry, name string) string {
	var now verifier.Verdict
	var since, worked time.Time
	runs := 0
	for _, e := range entries {
		v := e.Of(name)
		switch {
		case v == "":
			continue
		case v != now:
			now, since, runs = v, e.Started, 0
		}
		runs++
		if v.Green() {
			worked = e.Started
		}
	}
	text := fmt.Sprintf("%s since %s (%s)", cleanLine(string(now)), dated(since), count(runs, "run"))
	switch {
	case now.Green():
	case worked.IsZero():
		text += ", never worked in these runs"
	default:
		text += ", worked last on " + dated(worked)
	}
	return text
}

// historySchema names the form of the list as JSON.
const historySchema = "freshinstall.history/v1"

type listedRun struct {
	Name         string              `json:"name"`
	Started      time.Time           `json:"started"`
	Tool         string              `json:"tool"`
	Repository   verifier.Repository `json:"repository"`
	Environments []listedEnvironment `json:"environments"`
}

type listedEnvironment struct {
	Name    string           `json:"name"`
	Verdict verifier.Verdict `json:"verdict"`
}

func (d *frontDoor) printHistory(all [][]history.Entry) error {
	runs := []listedRun{}
	for _, entries := range all {
		for _, e := range entries {
			run := listedRun{Name: e.Name, Started: e.Started, Tool: e.Tool, Repository: e.Repository, Environments: []listedEnvironment{}}
			for _, v := range e.Verdicts {
				run.Environments = append(run.Environments, listedEnvironment{v.Environment, v.Verdict})
			}
			runs = append(runs, run)
		}
	}
	return d.printJSON(struct {
		Schema string      `json:"schema"`
		Runs   []listedRun `json:"runs"`
	}{historySchema, runs})
}

func (d *frontDoor) printJSON(v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return d.print(string(text) + "\n")
}
