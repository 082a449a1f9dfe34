package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/diagnose"
)

// What the catalogue is held to on outputs of strangers, as shares. Coverage
// is how many are explained at all; the class counts over those whose label is
// sure, since another one can be defended for the rest.
const (
	leastClass    = 0.90
	leastCoverage = 0.85
	leastObject   = 0.80
	leastEvidence = 0.75
)

// failingLog is the end of a command that failed.
type failingLog struct {
	ID, From string
	Typed    string `json:"cmd"`
	Code     string
	Stdout   []string `json:"stdout_tail"`
	Stderr   []string `json:"stderr_tail"`
	User     string   // empty: root
}

// logLabel is what a person said of it.
type logLabel struct {
	ID       string
	Category verifier.Category
	Also     []verifier.Category // can be defended as well
	Object   string              // "": none
	Evidence string              // "": no line of it shows the cause
	Sure     bool
	Unseen   bool // was looked at by nobody while rules were written
}

// logScore counts agreement with labels.
type logScore struct {
	all, covered, sure, right, objects, object, lines, evidence int
	misses                                                      []string
}

func logsCommand() *cobra.Command {
	var dir string
	var misses, strict bool
	cmd := &cobra.Command{
		Use:   "logs",
		Short: "Compare explanations with failing outputs that people labelled",
		Long: "Explains each output of LABELS/logs.json and compares with LABELS/labels.json: how many are explained, how many\n" +
			"in the right class (over the labels that are sure), whether the object is named, and whether the telling line is the same.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			out := cmd.OutOrStdout()
			if _, err := os.Stat(filepath.Join(dir, "logs.json")); dir == "" || errors.Is(err, fs.ErrNotExist) {
				_, err := fmt.Fprintf(out, "skipped: no labelled logs (--labels %q)\n", dir)
				return err
			}
			logs, labels, err := readLogs(dir)
			if err != nil {
				return err
			}
			catalogue, err := diagnose.Bundled()
			if err != nil {
				return err
			}
			s := scoreLogs(catalogue, logs, labels)
			if err := s.print(out, misses); err != nil {
				return err
			}
			if short := s.short(); strict && len(short) > 0 {
				return fmt.Errorf("%w: %s", errMissed, strings.Join(short, ", "))
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&dir, "labels", "", "folder with logs.json and labels.json; absent: nothing is done")
	flags.BoolVar(&misses, "misses", false, "print each that was explained otherwise")
	flags.BoolVar(&strict, "strict", false, "exit 1 when a target is missed")
	return cmd
}

func readLogs(dir string) (logs []failingLog, labels map[string]logLabel, err error) {
	var list []logLabel
	for _, file := range []struct {
		name string
		into any
	}{{"logs.json", &logs}, {"labels.json", &list}} {
		data, err := os.ReadFile(filepath.Join(dir, file.name))
		if err != nil {
			return nil, nil, err
		}
		if err := json.Unmarshal(data, file.into); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", file.name, err)
		}
	}
	labels = map[string]logLabel{}
	for _, l := range list {
		labels[l.ID] = l
	}
	for _, l := range logs {
		if _, ok := labels[l.ID]; !ok {
			return nil, nil, fmt.Errorf("labels.json: nothing about %s", l.ID)
		}
	}
	return logs, labels, nil
}

// observation is the output as a run of the tool would hand it over.
func (l failingLog) observation() diagnose.Observation {
	o := diagnose.Observation{Typed: l.Typed, Output: diagnose.Clean([]byte(strings.Join(slices.Concat(l.Stdout, l.Stderr), "\n")))}
	exit, err := strconv.Atoi(l.Code)
	if err != nil {
		exit = 1 // the build ended before a command ran
	}
	o.Execution = verifier.Execution{Exit: exit, Ended: verifier.Exited}
	o.Environment = verifier.Environment{Family: verifier.FamilyDeb, User: l.User}
	if l.User == "" {
		o.Environment.User = "root"
	}
	return o
}

func scoreLogs(catalogue *diagnose.Catalogue, logs []failingLog, labels map[string]logLabel) logScore {
	var s logScore
	for _, l := range logs {
		s.add(labels[l.ID], l.explain(catalogue))
	}
	return s
}

// explain is what a run would say: a step that passed is only asked for
// failures that it did not tell.
func (l failingLog) explain(catalogue *diagnose.Catalogue) verifier.Finding {
	o := l.observation()
	if o.Execution.Exit == 0 {
		if silent := catalogue.Silent(o); len(silent) > 0 {
			return silent[0].Finding
		}
		return verifier.Finding{Category: verifier.OtherCategory}
	}
	return catalogue.Explain(o)[0].Finding
}

func (s *logScore) add(want logLabel, have verifier.Finding) {
	s.all++
	if have.Category != verifier.OtherCategory {
		s.covered++
	}
	class := have.Category == want.Category || slices.Contains(want.Also, have.Category)
	object := want.Object == "" || have.Object != "" && (strings.Contains(have.Object, want.Object) || strings.Contains(want.Object, have.Object))
	line := want.Evidence == "" || strings.TrimSpace(want.Evidence) == have.Evidence
	if want.Sure {
		s.sure++
		s.right += one(class)
	}
	if want.Object != "" {
		s.objects++
		s.object += one(object)
	}
	if want.Evidence != "" {
		s.lines++
		s.evidence += one(line)
	}
	if !class || !object || !line {
		s.misses = append(s.misses, fmt.Sprintf("%s sure=%t\n  class    %s, have %s by %s\n  object   %q, have %q\n  evidence %q\n      have %q",
			want.ID, want.Sure, want.Category, have.Category, have.Rule, want.Object, have.Object, want.Evidence, have.Evidence))
	}
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// rows are the figures in the order in which they are shown.
func (s *logScore) rows() []logRow {
	return []logRow{
		{"class right, of the sure ones", s.right, s.sure, leastClass},
		{"explained at all", s.covered, s.all, leastCoverage},
		{"object named", s.object, s.objects, leastObject},
		{"telling line the same", s.evidence, s.lines, leastEvidence},
	}
}

type logRow struct {
	what     string
	hit, of  int
	expected float64 // least share
}

func (r logRow) share() float64 {
	if r.of == 0 {
		return 1
	}
	return float64(r.hit) / float64(r.of)
}

// short names the targets that were missed.
func (s *logScore) short() []string {
	var out []string
	for _, r := range s.rows() {
		if r.share() < r.expected {
			out = append(out, fmt.Sprintf("%s: %.1f %%, want %.0f %%", r.what, 100*r.share(), 100*r.expected))
		}
	}
	return out
}

func (s *logScore) print(out io.Writer, misses bool) error {
	if misses {
		for _, m := range s.misses {
			fmt.Fprintln(out, m)
		}
		fmt.Fprintln(out)
	}
	fmt.Fprintf(out, "%d failing outputs\n\n| | hit | of | share | target |\n|---|---|---|---|---|\n", s.all)
	for _, r := range s.rows() {
		fmt.Fprintf(out, "| %s | %d | %d | %.1f %% | %.0f %% |\n", r.what, r.hit, r.of, 100*r.share(), 100*r.expected)
	}
	_, err := fmt.Fprintln(out)
	return err
}
