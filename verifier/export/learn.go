package export

import (
	"path"
	"slices"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/foreign"
	"github.com/freshinstall/freshinstall/verifier/run"
	"github.com/freshinstall/freshinstall/verifier/shell"
)

// Input is what a recipe is made of.
type Input struct {
	Repository  verifier.Repository
	Plan        verifier.Plan // with what was accepted as its last steps
	Environment verifier.EnvironmentResult
	Values      map[string]run.Value // declared, by placeholder
}

// Learn makes a recipe of what happened in an environment that works, with
// fixes or without. An [*UnfitError] says why none can be made.
func Learn(in Input) (Recipe, error) {
	env := in.Environment
	r := Recipe{Repository: in.Repository, Folder: in.Plan.Repository, Environment: env.Environment, Services: slices.Clone(env.Environment.Services)}
	if err := Proven(env); err != nil {
		return r, err
	}
	l := learner{Input: in, recipe: &r, values: newValues(in.Values), asked: in.Plan.Asked()}
	for _, s := range env.Steps {
		if err := l.step(s); err != nil {
			return r, err
		}
	}
	l.part()
	r.Variables = l.values.used
	return r, nil
}

// Proven says why an environment teaches nothing, as an [*UnfitError]; nil: it does.
func Proven(env verifier.EnvironmentResult) error {
	why := ""
	switch env.Verdict {
	case verifier.Works, verifier.WorksWithDocumentedFixes, verifier.WorksWithFixes:
		if env.Replay != nil && !env.Replay.Passed {
			why = "the clean replay of its steps did not pass"
		}
	case verifier.Broken:
		why = "the documented steps do not work there yet, so that there is nothing proven to write down"
	case verifier.Inconclusive:
		why = "it could not be tested to its end there"
	default:
		why = "its verdict is unknown"
	}
	for _, f := range env.Findings {
		if len(f.Fixes) > 0 && f.Fixes[0].Release != "" && why == "" {
			why = "it works only on a newer release: verify on " + foreign.Line(f.Fixes[0].Release) + " and export that"
		}
	}
	if why == "" {
		return nil
	}
	return &UnfitError{Why: why}
}

// item is a command with what it is for.
type item struct {
	Command
	shows bool // it runs, tests or uses the software
	uses  bool // it shows more than a test does
	state bool // it changes the shell, and nothing else
}

type learner struct {
	Input
	recipe *Recipe
	values *values
	asked  map[string][]verifier.Prose
	items  []item
	inside bool // the folder of the checkout was entered
}

func (l *learner) plan(id string) (verifier.Step, bool) {
	i := slices.IndexFunc(l.Plan.Steps, func(s verifier.Step) bool { return s.ID == id })
	if i < 0 {
		return verifier.Step{}, false
	}
	return l.Plan.Steps[i], true
}

// step adds what a step came to.
func (l *learner) step(s verifier.StepResult) error {
	step, known := l.plan(s.Step)
	if !known {
		return &UnfitError{place(s.Document, s.Line), "the plan of the run has no such step"}
	}
	for _, words := range l.asked[step.ID] {
		c, err := l.words(words)
		if err != nil {
			return err
		}
		l.items = append(l.items, item{Command: c})
	}
	at := place(step.Document, step.Line)
	if s.Outcome == verifier.OutcomeNotRun && s.AfterFix.Passed() {
		return nil // it was typed earlier, where it belongs
	}
	if !s.Outcome.Passed() && !s.AfterFix.Passed() {
		l.recipe.Left = append(l.recipe.Left, Left{at, step.Command, "it was not run: " + s.Reason})
		return nil
	}
	text, kind, was, why := step.Command, Step, "", ""
	for _, f := range l.applied(step, s) {
		for _, command := range f.fix.Commands {
			if err := l.add(step, s, command, Command{Kind: Fix, Why: f.evidence}, false); err != nil {
				return err
			}
		}
		if f.fix.Kind == verifier.FixReplace {
			text, kind, was, why = f.fix.Replace, Correction, step.Command, f.evidence
		}
		l.recipe.Services = append(l.recipe.Services, f.fix.Services...)
	}
	shows := showing(step.Role)
	if shows && s.Ended != verifier.Exited && s.Ended != "" {
		l.recipe.Left = append(l.recipe.Left, Left{at, step.Command, "it does not end by itself"})
		return nil
	}
	return l.add(step, s, text, Command{Kind: kind, Was: was, Why: why}, shows)
}

// showing reports whether steps of a role come after the installation.
func showing(role verifier.Role) bool {
	switch role {
	case verifier.RoleRun, verifier.RoleTest, verifier.RoleUsage, verifier.RoleDeploy, verifier.RoleUninstall:
		return true
	case verifier.RolePrerequisite, verifier.RoleClone, verifier.RoleInstall, verifier.RoleConfigure, verifier.RoleBuild,
		verifier.RoleDevelop, verifier.RoleUpgrade, verifier.RoleOther:
	}
	return false
}

type appliedFix struct {
	fix      verifier.Fix
	evidence string
}

// applied are the fixes with which a step passed: the best one of each of its
// findings, as the clean replay had them. Values in them are placeholders again.
func (in Input) applied(step verifier.Step, s verifier.StepResult) []appliedFix {
	var out []appliedFix
	if !s.AfterFix.Passed() {
		return nil
	}
	for _, id := range s.Findings {
		for _, f := range in.Environment.Findings {
			if f.ID != id || len(f.Fixes) == 0 || f.Fixes[0].Grade == verifier.NotNeeded {
				continue
			}
			fix := f.Fixes[0]
			fix.Commands = slices.Clone(fix.Commands)
			for i := range fix.Commands {
				fix.Commands[i] = in.unfilled(step, fix.Commands[i])
			}
			fix.Replace = in.unfilled(step, fix.Replace)
			out = append(out, appliedFix{fix, f.Evidence})
		}
	}
	return out
}

// add takes a text apart and adds what of it is to be done.
func (l *learner) add(step verifier.Step, s verifier.StepResult, text string, as Command, shows bool) error {
	as.Document, as.Line = step.Document, step.Line
	text, reads, err := l.values.refer(text)
	if err != nil {
		return &UnfitError{as.Place(), err.Error()}
	}
	pieces, err := shell.Pieces(text)
	if err != nil {
		return &UnfitError{as.Place(), err.Error()}
	}
	if as.Kind == Correction || as.Kind == Fix && !packagesAlone(pieces) {
		c := as
		c.Piece = shell.Piece{Text: text}
		l.recipe.Corrections = append(l.recipe.Corrections, c)
	}
	if as.Kind != Fix {
		if as.Answers, err = answers(s); err != nil {
			return &UnfitError{as.Place(), err.Error()}
		}
	}
	if len(as.Answers) > 0 && len(pieces) > 1 {
		pieces = whole(text, pieces)
	}
	for _, p := range pieces {
		c := as
		c.Piece, c.Reads = p, reads
		activates := step.Has(verifier.FlagActivates) && p.Call != nil && len(pieces) == 1
		c.Opaque = c.Opaque || activates && !p.ChangesShell()
		if step.Has(verifier.FlagSelfClone) && as.Kind != Fix && l.fetches(&c) || l.enters(&c) {
			if c.Text == "" {
				continue
			}
		}
		it := item{Command: c, state: activates || c.ChangesShell() && (len(c.Sets) > 0 || c.Call != nil)}
		it.shows = shows && as.Kind != Fix && !it.state
		it.uses = it.shows && step.Role != verifier.RoleTest
		l.items = append(l.items, it)
	}
	return nil
}

// whole makes one piece of all again: which of them asks is not known.
func whole(text string, pieces []shell.Piece) []shell.Piece {
	p := shell.Piece{Text: text}
	for _, q := range pieces {
		p.Appends = p.Appends || q.Appends
		p.Opaque = p.Opaque || q.ChangesShell()
	}
	return []shell.Piece{p}
}

// fetches reports whether a command is the clone of the repository itself. The
// checkout is there already; what it would have fetched besides is not.
func (l *learner) fetches(c *Command) bool {
	if c.Call == nil || c.Call.Name != "git" || c.Call.Arg(0) != "clone" {
		return false
	}
	submodules := c.Call.Has("--recursive", "--recurse-submodules")
	c.Piece = shell.Piece{}
	if submodules {
		const text = "git submodule update --init --recursive"
		if pieces, err := shell.Pieces(text); err == nil {
			c.Piece = pieces[0]
		}
	}
	return true
}

// enters turns the way into the checkout into one from there: a recipe begins
// in it.
func (l *learner) enters(c *Command) bool {
	if l.inside || l.Plan.Start == verifier.StartInside || c.Call == nil || len(c.Words) != 2 || c.Words[0].Value != "cd" || !c.Words[1].Literal {
		return false
	}
	to := path.Clean(c.Words[1].Value)
	rest, is := cutFolder(to, l.recipe.Folder)
	if !is {
		return false
	}
	l.inside = true
	c.Piece = shell.Piece{}
	if rest != "" {
		if pieces, err := shell.Pieces("cd " + shell.Quote(rest)); err == nil {
			c.Piece = pieces[0]
		}
	}
	return true
}

// cutFolder takes the checkout's folder from the front of a path.
func cutFolder(to, folder string) (rest string, is bool) {
	if to == folder {
		return "", true
	}
	if len(to) > len(folder) && to[:len(folder)] == folder && to[len(folder)] == '/' {
		return to[len(folder)+1:], true
	}
	return "", false
}

// part divides the items: what installs, up to the last that does, and what is
// typed afterwards, up to the last that shows something.
func (l *learner) part() {
	installed, shown := -1, len(l.items)
	uses := chosen(l.items)
	for i, it := range l.items {
		if !it.shows && !it.state {
			installed = i
		}
		if uses[i] {
			shown = i
		}
	}
	for i, it := range l.items {
		if !it.shows && i <= installed {
			l.recipe.Commands = append(l.recipe.Commands, it.Command)
		}
		switch {
		case uses[i], it.ChangesShell() && i < shown:
			l.recipe.Use = append(l.recipe.Use, it.Command)
		case it.shows:
			l.recipe.Left = append(l.recipe.Left, Left{it.Place(), it.Text, "it shows no more than what is run afterwards"})
		}
	}
	if l.recipe.Environment.Family == verifier.FamilyDeb {
		l.recipe.Commands = drawTogether(l.recipe.Commands)
	}
	for i := range l.recipe.Commands {
		l.recipe.Commands[i].Once = l.recipe.Commands[i].Appends
	}
}

// acceptance is where the declared definition of done stands.
const acceptance = "freshinstall.yaml"

// chosen are the items that show that the software works: what is declared for
// that, else what runs or uses it, else the last test.
func chosen(items []item) map[int]bool {
	out := map[int]bool{}
	for _, which := range []func(item) bool{
		func(it item) bool { return it.shows && it.Line == 0 && it.Document == acceptance },
		func(it item) bool { return it.uses },
	} {
		for i, it := range items {
			if which(it) {
				out[i] = true
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	for i, it := range slices.Backward(items) {
		if it.shows {
			out[i] = true
			break
		}
	}
	return out
}
