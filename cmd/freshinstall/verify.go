package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/freshinstall/freshinstall/verifier"
)

func newVerifyCommand(door *frontDoor) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "verify [REPO]",
		Short: "Follow the install instructions on fresh machines, explain what fails, prove what helps",
		Long: `verify starts a clean machine for each environment, brings the repository in,
follows its install documents step by step, and explains each failure with fixes
that it has seen to help. REPO is a folder (default: this one) or any address
that git can clone. Uncommitted changes of a folder are verified too.

The report goes to stdout, progress to stderr.

What was found is kept meanwhile. A run that was cut off (Ctrl-C, the engine or the
network gone, kill -9) says how to go on: --resume takes over the environments that
were finished, runs the others, and gives one whole result.

` + exitHelp,
		Example: `  freshinstall verify
  freshinstall verify -e debian-12 -e partner-server --report html=report.html --report json=result.json
  freshinstall verify https://git.example.org/civic/app.git --ref v2.1 --patch problems.patch
  freshinstall verify --branch docs/problems --write-to TROUBLESHOOTING.md
  freshinstall verify --resume result.json --report json=result.json`,
		Args: atMostOne,
	}
	var ask request
	flags := cmd.Flags()
	flags.StringVarP(&ask.config, "config", "c", "", "the declaration, a `FILE` (default: the repository's freshinstall.yaml)")
	flags.StringVar(&ask.ref, "ref", "", "branch, tag or commit `REF` to verify (default: what is checked out)")
	flags.BoolVar(&ask.trust, "trust-config", false, "agree to what the repository's declaration does on this machine; shows it and remembers it")
	flags.BoolVar(&ask.wishes.write, "write", false, "write the section \"Known install problems\" into the documents of a local repository")
	flags.StringVar(&ask.wishes.patch, "patch", "", "write that section as a unified diff to `FILE`, for git apply")
	flags.StringVar(&ask.wishes.fixesPatch, "fixes-patch", "", "write corrections of the steps themselves as a unified diff to `FILE`, for git apply")
	flags.BoolVar(&ask.wishes.commit, "commit", false, "commit that section on a branch of a local repository; files, index and the branch that is checked out stay as they are")
	flags.StringVar(&ask.wishes.branch, "branch", "", "the `NAME` of that branch; says --commit (default "+ownBranch+")")
	flags.StringVar(&ask.resume, "resume", "", "go on with a `RUN` that was cut off: its name, or the result file that it wrote")
	addSettings(flags, "env", "report", "events", "step-timeout", "silence", "search-time", "timeout", "parallel", "cache", "strict", "exit-zero",
		"logs", "keep-logs", "write-to", "history", "verbose", "quiet")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if ask.wishes.branch == "" {
			if cmd.Flags().Changed("branch") {
				return misuse("give it a name, or use --commit alone", "--branch names no branch")
			}
			if ask.wishes.commit {
				ask.wishes.branch = ownBranch
			}
		}
		ask.location = "."
		if len(args) == 1 {
			ask.location = args[0]
		}
		return door.verify(cmd.Context(), ask, cmd)
	}
	return cmd
}

// request is what a run is asked to do, beside the settings.
type request struct {
	location, ref string
	config        string
	resume        string // a run that is gone on with; empty: none
	trust         bool
	look          bool // only read: nothing is run
	wishes        patchWishes
}

// verify runs everything from the repository to the exit code.
func (d *frontDoor) verify(ctx context.Context, ask request, cmd *cobra.Command) (err error) {
	// What is wrong with the command line is told before anything is fetched.
	early, err := d.preferences(declaration{}, cmd.Flags())
	if err != nil {
		return err
	}
	d.events = early.Events
	if _, err := parseOutputs(early.Report, ask.wishes.patch, ask.wishes.fixesPatch); err != nil {
		return err
	}
	if strings.Contains(ask.location, "://") {
		if err := ask.wishes.local(ask.location); err != nil {
			return err
		}
	}
	var earlier *earlierRun
	if cmd.Flags().Changed("resume") {
		if earlier, err = d.openRun(ask.resume); err != nil {
			return err
		}
		if err := earlier.choose(cmd.Flags()); err != nil {
			return err
		}
	}
	scratch, remove, err := makeScratch()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove()) }()
	engines := d.search(ctx)
	defer engines.close()
	job, err := d.prepare(ctx, ask, scratch, cmd.Flags())
	if err != nil {
		return err
	}
	outputs, err := parseOutputs(job.settings.Report, ask.wishes.patch, ask.wishes.fixesPatch)
	if err != nil {
		return err
	}
	job.earlier, job.keeper = earlier, &keeper{door: d, outputs: outputs}
	if earlier != nil {
		if err := earlier.fits(job); err != nil {
			return err
		}
	}
	job.lasting = resultFile(outputs)
	if job.history, err = d.historyFile(job.settings.preferences); err != nil {
		return err
	}
	v, err := d.follow(ctx, job, engines)
	if err != nil {
		return err
	}
	d.remember(ctx, job, &v.result)
	code := exitCode(&v.result, job.settings.leniency())
	if err := d.writeOutputs(outputs, &v.result, &code); err != nil {
		return err
	}
	if err := d.applyWishes(ctx, ask, v); err != nil {
		return err
	}
	run := job.lasting
	if run == "" {
		run = filepath.Base(job.keeper.folder)
	}
	if kept := lookInside(&v.result, run); kept != "" {
		d.say("%s", kept)
	}
	if again := proveAgain(&v.result, run); again != "" {
		d.say("%s", again)
	}
	if suspects(&v.result) {
		d.say("to prove which package broke it: freshinstall bisect %s", shellWord(run))
	}
	if slices.ContainsFunc(v.result.Environments, proves) {
		d.say("to write what it proved as install.sh, Dockerfile and more: freshinstall export %s", shellWord(run))
	}
	if v.result.Interrupted {
		d.say("interrupted: the report tells what was found until then")
	}
	if name, err := job.keeper.close(&v.result); err != nil {
		d.say("could not remove what was kept of the run: %s", err)
	} else if name != "" {
		d.say("not every environment was finished; to go on: %s", ask.goOn(job, name))
	}
	if v.logs != "" {
		d.say("the whole output of every step is in %s", v.logs)
	}
	d.code = code
	return nil
}

func (p preferences) leniency() leniency { return leniency{strict: p.Strict, exitZero: p.ExitZero} }

// logFolder says where the whole output of the steps goes: the user's folder,
// a new one in the state folder, or one in scratch that is not kept.
func (d *frontDoor) logFolder(p preferences, repository, scratch string) (folder string, kept bool, err error) {
	switch {
	case p.Logs != "":
		folder, err = filepath.Abs(p.Logs)
		if err == nil {
			err = os.MkdirAll(folder, 0o755)
		}
		if err != nil {
			return "", false, &problem{code: exitUse, what: "cannot keep logs there", where: p.Logs, cause: err, todo: "name another folder: --logs FOLDER"}
		}
		return folder, true, nil
	case p.KeepLogs:
		state, err := stateFolder(d.env)
		if err != nil {
			return "", false, err
		}
		name := d.now().UTC().Format("2006-01-02T150405Z") + "-" + plainName(repository)
		return filepath.Join(state, "logs", name), true, nil
	}
	return filepath.Join(scratch, "logs"), false, nil
}

// plainName makes a file name out of a foreign one.
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		}
		return '-'
	}, name)
}

// verification is a run that has ended.
type verification struct {
	result    verifier.Result
	documents map[string][]byte // as they were read
	page      destination       // where the section goes, if not into the document with the step
	scratch   string
	local     string // the user's own tree; empty for a clone
	logs      string // where the logs are kept; empty: nowhere
}

// forgetLogs takes the names of log files out of a result, but for those below
// the folder in which logs are kept; empty: none is.
func forgetLogs(r *verifier.Result, kept string) {
	for i := range r.Environments {
		for j := range r.Environments[i].Steps {
			log := &r.Environments[i].Steps[j].Output.Log
			if kept == "" || !strings.HasPrefix(filepath.Clean(*log), kept+string(filepath.Separator)) {
				*log = ""
			}
		}
	}
}

// commitInWords is a commit as people quote it.
func commitInWords(r verifier.Repository) string {
	text := r.Commit
	if len(text) > 12 {
		text = text[:12]
	}
	if text == "" {
		return "without a commit"
	}
	if r.Dirty {
		text += " with uncommitted changes"
	}
	return "at " + text
}

// limitsInWords are the time limits of a run.
func limitsInWords(p preferences) string {
	text := durationInWords(p.StepTimeout) + " for a step, " + durationInWords(p.SearchTime) + " to search for what mends one"
	if p.Timeout > 0 {
		text += fmt.Sprintf(", %s for everything", durationInWords(p.Timeout))
	}
	return text
}

func durationInWords(d time.Duration) string {
	if d == 0 {
		return "no limit"
	}
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
