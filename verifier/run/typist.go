package run

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

// started is how long a program that the plan calls a run or a first use may
// stay up before it counts as started: long enough for slow starts, short
// enough for games and full-screen programs, which never end by themselves.
const started = 60 * time.Second

// becomesReady is how long a server may take to become what its author
// declared as ready, where he gave no limit.
const becomesReady = 3 * time.Minute

// Value is what a placeholder of the documents stands for.
type Value struct {
	Text   string
	Secret bool // masked wherever output is kept
}

// Typist types steps as a careful newcomer would. Its fields are set before
// the first step and not changed; one Typist serves one environment.
type Typist struct {
	Step    time.Duration     // limit of one step
	Silence time.Duration     // limit without a sign of life
	Answers map[string]string // declared: part of a prompt → reply
	Values  map[string]Value  // declared: placeholder → value
	Origin  string            // address of the repository, for a clone step with a placeholder in it
	Logs    string            // folder for the full logs; empty: none are kept
	// Fill puts values in the place of placeholders and names those it used;
	// nil: nothing is filled.
	Fill  func(command string, values map[string]string) (filled string, used []string)
	Clean func(raw []byte) string
	Last  func(line string) // told the last line of output now and then; may be nil
}

// Record is one typed step: what goes into the result, and what diagnosing needs.
type Record struct {
	Result    verifier.StepResult
	Execution verifier.Execution
	Typed     string // what was typed, values filled in, secrets included: never show it
	Text      string // whole output, cleaned and masked; its middle left out when it was very long
}

// Type types text (the step's own command, or what stands in for it) and
// records it. log names the log file; it is made unique by the caller.
func (t *Typist) Type(ctx context.Context, m Machine, step verifier.Step, text, log string) (Record, error) {
	typed, deviations := t.fill(step, text)
	rec := Record{Typed: typed}
	rec.Result = verifier.StepResult{Step: step.ID, Document: step.Document, Line: step.Line, Command: t.mask(typed)}
	if left := t.unfilled(step, typed); left != "" {
		rec.Result.Outcome = verifier.OutcomeNotRun
		rec.Result.Reason = fmt.Sprintf("%s is for the reader to fill in, and no value is declared for it (values: in freshinstall.yaml)", left)
		return rec, nil
	}
	out, err := newRecorder(t.logPath(log), t.secrets(), t.Last)
	if err != nil {
		return rec, err
	}
	questions := &questions{declared: t.Answers, role: step.Role}
	execution, err := m.Type(ctx, t.entry(step, typed), out, questions.answer)
	if cerr := out.Close(); err == nil && cerr != nil {
		err = fmt.Errorf("keep the log of %s: %w", step.ID, cerr)
	}
	if err != nil {
		return rec, err
	}
	rec.Execution = execution
	rec.Text = t.Clean(out.whole())
	if step.Expect != "" && execution.Unmet == "" && !out.dropped && !strings.Contains(rec.Text, step.Expect) {
		rec.Execution.Unmet = fmt.Sprintf("“%s” was expected in its output", step.Expect)
	}
	rec.Result.Exit, rec.Result.Seconds, rec.Result.Ended = execution.Exit, execution.Seconds, execution.Ended
	rec.Result.Output = out.output(rec.Text)
	rec.Result.Deviations = append(deviations, t.deviations(execution)...)
	judge(&rec.Result, step, rec.Execution)
	return rec, nil
}

func (t *Typist) entry(step verifier.Step, text string) verifier.Entry {
	e := verifier.Entry{Text: text, Timeout: t.Step, Silence: t.Silence, Serves: step.Has(verifier.FlagLongRunning)}
	if step.Timeout > 0 && t.Step > 0 {
		e.Timeout = time.Duration(step.Timeout * float64(time.Second))
	}
	switch {
	case step.Ready != nil:
		e.Ready, e.Serves, e.Silence = *step.Ready, true, 0 // what is waited for may take its time in silence
		if step.Timeout == 0 && e.Timeout > 0 {
			e.Timeout = min(e.Timeout, becomesReady)
		}
	case staysUp(step):
		e.Timeout, e.Silence = min(e.Timeout, started), min(e.Silence, started/3)
	}
	return e
}

// fill puts declared values in the place of placeholders, and the address of
// the repository in the place of one that nobody can clone.
func (t *Typist) fill(step verifier.Step, text string) (string, []verifier.Deviation) {
	var deviations []verifier.Deviation
	if step.Has(verifier.FlagSelfClone) {
		deviations = append(deviations, verifier.Deviation{Kind: verifier.DeviationClone,
			What: "git clone of the repository gave the checkout under test"})
		if step.Has(verifier.FlagPlaceholder) && t.Origin != "" {
			text = replaceAddress(text, t.Origin)
		}
	}
	if t.Fill == nil || len(t.Values) == 0 {
		return text, deviations
	}
	values := map[string]string{}
	for name, v := range t.Values {
		values[name] = v.Text
	}
	text, used := t.Fill(text, values)
	for _, name := range used {
		deviations = append(deviations, verifier.Deviation{Kind: verifier.DeviationValue,
			What: fmt.Sprintf("put the declared value in the place of %s", name)})
	}
	return text, deviations
}

// Open puts placeholders in the place of declared values in a text that was made
// of a command as it was typed, such as a fix: so it can be typed again, no
// secret stands in it, and no reader is told another one's value.
func (t *Typist) Open(step verifier.Step, text string) string {
	if t.Fill == nil || len(t.Values) == 0 || text == "" {
		return text
	}
	names := map[string]string{}
	for name := range t.Values {
		names[name] = name
	}
	_, used := t.Fill(step.Command, names)
	for _, name := range slices.Sorted(maps.Keys(t.Values)) {
		v := t.Values[name]
		if v.Text != "" && (v.Secret || slices.Contains(used, name)) {
			text = strings.ReplaceAll(text, v.Text, asShown(step.Command, strings.Trim(name, "<>{}[] ")))
		}
	}
	return text
}

// asShown is a placeholder as a command has it; in pointed brackets where the
// command has none.
func asShown(command, name string) string {
	for _, form := range []string{"<<%s>>", "<%s>", "{{ %s }}", "{{%s}}", "{%s}", "[%s]", "%s"} {
		if shown := fmt.Sprintf(form, name); strings.Contains(command, shown) {
			return shown
		}
	}
	return "<" + name + ">"
}

// unfilled names the placeholder that still stands in a step that the plan
// flagged for one.
func (t *Typist) unfilled(step verifier.Step, typed string) string {
	for _, gap := range step.Needs {
		if strings.Contains(typed, gap) && !step.Has(verifier.FlagSelfClone) {
			return gap // also where another gap was filled
		}
	}
	if !step.Has(verifier.FlagPlaceholder) || typed != step.Command {
		return ""
	}
	if m := placeholder.FindString(typed); m != "" {
		return m
	}
	return "a part of the command"
}

func (t *Typist) deviations(e verifier.Execution) []verifier.Deviation {
	var out []verifier.Deviation
	for _, p := range e.Prompts {
		out = append(out, verifier.Deviation{Kind: verifier.DeviationAnswer, What: t.told(p), Prompt: t.kept(p)})
	}
	switch e.Ended {
	case verifier.Serving:
		out = append(out, verifier.Deviation{Kind: verifier.DeviationServer,
			What: fmt.Sprintf("left it running (port %s) and went on in a second terminal", ports(e.Ports))})
	case verifier.ShellClosed:
		out = append(out, verifier.Deviation{Kind: verifier.DeviationShell, What: "it closed the terminal; opened a new one in the same place"})
	case verifier.Exited, verifier.TimedOut, verifier.Silent, verifier.Asking, verifier.Flooded, verifier.Killed:
	}
	return out
}

// told is a question and what was done about it, in plain words.
func (t *Typist) told(p verifier.Prompt) string {
	question := shown(t.mask(t.Clean([]byte(p.Text))))
	switch {
	case question == "":
		question = "a question without words"
	default:
		question = "“" + question + "”"
	}
	switch {
	case !p.Answered:
		return "left " + question + " without an answer"
	case p.Reply == "":
		return "pressed Enter at " + question
	case secretive.MatchString(strings.TrimSpace(p.Text)):
		return fmt.Sprintf("answered “%s” to %s", masked, question)
	}
	return fmt.Sprintf("answered “%s” to %s", shown(t.mask(p.Reply)), question)
}

// kept is a question as a result may hold it, so that it can be answered again.
func (t *Typist) kept(p verifier.Prompt) verifier.Prompt {
	p.Text = shown(t.mask(t.Clean([]byte(p.Text))))
	if p.Reply = t.mask(p.Reply); p.Reply != "" && secretive.MatchString(strings.TrimSpace(p.Text)) {
		p.Reply = masked
	}
	return p
}

// Shown is what was typed as it may be shown: short, secrets masked.
func (t *Typist) Shown(typed string) string { return shown(t.mask(typed)) }

func (t *Typist) logPath(name string) string {
	if t.Logs == "" || name == "" {
		return os.DevNull
	}
	return filepath.Join(t.Logs, name)
}

func (t *Typist) secrets() []string {
	var out []string
	for _, v := range t.Values {
		if v.Secret && v.Text != "" {
			out = append(out, v.Text)
		}
	}
	return out
}

// Command is a step as it is typed, in the form in which results hold it.
func (t *Typist) Command(step verifier.Step) string {
	typed, _ := t.fill(step, step.Command)
	return t.mask(typed)
}

// HoldsSecret reports whether a text as it was typed names a declared secret.
func (t *Typist) HoldsSecret(typed string) bool { return t.mask(typed) != typed }

func (t *Typist) mask(s string) string {
	for _, secret := range t.secrets() {
		s = strings.ReplaceAll(s, secret, masked)
	}
	return s
}
