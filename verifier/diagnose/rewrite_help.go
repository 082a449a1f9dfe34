package diagnose

import (
	"context"
	"path"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
)

// Surroundings are what can be looked at for a failure that its rule's own
// candidates did not mend.
type Surroundings struct {
	Later []verifier.Step // followed steps behind this one, in plan order
	// Look types a command into a copy of the machine as it stood before the step
	// and gives what it printed; empty where it could not be typed. nil: nobody
	// can look.
	Look func(ctx context.Context, command string) (string, error)
}

// look is Look without a nil.
func (s Surroundings) look(ctx context.Context, command string) (string, error) {
	if s.Look == nil {
		return "", nil
	}
	return s.Look(ctx, command)
}

// Further names candidates that take a look around, best first: words that were
// mistyped, paths that lie elsewhere, steps in the wrong order, parts of the
// checkout that were not fetched. They are guesses until they are run, more so
// than those of [Catalogue.Candidates], and come after these. What a program
// printed enters a command only where it has the form of an option or of a name
// and differs from what was typed by a slip of the fingers.
func (c *Catalogue) Further(ctx context.Context, e Explanation, o Observation, s Surroundings) ([]verifier.Fix, error) {
	switch e.Finding.Category {
	case verifier.NetworkBlocked, verifier.ResourceLimit, verifier.MissingService, verifier.InteractivePrompt, verifier.PermissionOrSudo:
		return nil, nil // the machine's own, and nothing that is written differently
	}
	var all []verifier.Fix
	for _, find := range []func(context.Context, Explanation, Observation, Surroundings) ([]verifier.Fix, error){
		linked, mistyped, offPath, misspeltProgram, outsideCheckout, elsewhere, swapped, unfetched,
	} {
		found, err := find(ctx, e, o, s)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			f.Grade = verifier.Suggested
			same := func(g verifier.Fix) bool { return g.Replace == f.Replace && slices.Equal(g.Commands, f.Commands) }
			if !slices.ContainsFunc(all, same) && f.Replace != o.text() {
				all = append(all, f)
			}
		}
	}
	return all, nil
}

var (
	longOption = phrase.Compile(`^--[A-Za-z][A-Za-z0-9-]{1,40}$`)
	subCommand = phrase.Compile(`^[a-z][a-z0-9:_-]{2,40}$`)
	shownFlag  = phrase.Compile(`--[A-Za-z][A-Za-z0-9-]{1,40}`)
	shownName  = phrase.Compile(`[a-z][a-z0-9_-]{1,40}(?::[a-z0-9_-]{1,40})*`)
	// refuses are words by which programs say that they were called wrongly.
	refuses = phrase.Compile(`(?i)\b(?:unknown|unrecogni[sz]ed|invalid|illegal|no such|not a|unexpected|usage|undefined|does not exist|did you mean)\b`)
)

// mostAsked bounds how many programs are asked for their help.
const mostAsked = 4

// mistyped corrects an option or a sub-command by the nearest one that the
// failure itself names, or the program's own help.
func mistyped(ctx context.Context, _ Explanation, o Observation, s Surroundings) ([]verifier.Fix, error) {
	var fixes []verifier.Fix
	asked := 0
	for _, call := range calls(o.text()) {
		for i, typed := range call.words {
			option, grammar, shown := cutValue(typed), longOption, shownFlag
			if !strings.HasPrefix(typed, "-") {
				option, grammar, shown = typed, subCommand, shownName
			}
			if grammar == subCommand && treeOf(o).has(typed) {
				continue // a file of the repository is written rightly
			}
			told := mentions(o.Output, option)
			if !grammar.MatchString(option) || !told && !refuses.MatchString(o.Output) || !told && grammar == subCommand && i > 0 {
				continue
			}
			right, where := nearestWord(option, shown.FindAllString(o.Output, -1)), "the program itself names it"
			for _, help := range call.help(i) {
				if right != "" || asked == mostAsked {
					break
				}
				text, err := s.look(ctx, help)
				if err != nil {
					return nil, err
				}
				asked++
				names := shown.FindAllString(text, -1)
				if slices.Contains(names, option) && grammar == longOption {
					break // it is one: something else is wrong
				}
				right, where = nearestWord(option, names), "the program's own help has "
			}
			if right == "" {
				continue
			}
			if strings.HasSuffix(where, " ") {
				where += right + ", and no " + option
			}
			if text, changed := replaceWord(o.text(), option, right); changed {
				fixes = append(fixes, replace(text, where))
			}
		}
	}
	return fixes, nil
}

// call is a program with its words in a step.
type call struct {
	program string
	words   []string
}

// calls are the simple commands of a text whose program and words need no quotes.
func calls(text string) []call {
	var all []call
	for _, w := range split(text) {
		switch {
		case w.runs && carriers[w.text]:
		case w.runs:
			all = append(all, call{program: w.text})
		case len(all) > 0:
			all[len(all)-1].words = append(all[len(all)-1].words, w.text)
		}
	}
	return slices.DeleteFunc(all, func(c call) bool { return !plainWord.MatchString(c.program) })
}

// help are the commands that make a program tell what may stand at its word i:
// its sub-command's help first.
func (c call) help(i int) []string {
	var words []string
	for _, w := range c.words[:i] {
		if subCommand.MatchString(w) && len(words) < 2 {
			words = append(words, w)
		} else if w == "-m" && len(words) == 0 {
			words = append(words, w) // python3 -m pip
		} else {
			break
		}
	}
	var all []string
	for n := len(words); n >= 0; n-- {
		if n == 1 && words[0] == "-m" {
			continue
		}
		called := strings.Join(append([]string{c.program}, words[:n]...), " ")
		for _, flag := range []string{"--help", "-h"} {
			// A pager would wait, and a program that reads its input too.
			all = append(all, "PAGER=cat MANPAGER=cat "+called+" "+flag+" </dev/null 2>&1 | head -c 65536")
		}
	}
	return all
}

// cutValue is an option without the value that it is given.
func cutValue(word string) string {
	option, _, _ := strings.Cut(word, "=")
	return option
}

// mentions reports whether a text holds a word by itself.
func mentions(text, word string) bool {
	_, there := replaceWord(text, word, word)
	if bare := strings.TrimLeft(word, "-"); !there && bare != word {
		_, there = replaceWord(text, bare, bare)
	}
	return there
}

// misspeltProgram names the program that a name nearly is, where no package
// has one of that name.
func misspeltProgram(ctx context.Context, e Explanation, o Observation, s Surroundings) ([]verifier.Fix, error) {
	tool := e.Captures["tool"]
	if e.Finding.Category != verifier.MissingTool || !sound(Command, tool) || len(tool) < 3 {
		return nil, nil
	}
	if _, runs := replaceProgram(o.text(), tool, tool); !runs || path.Base(tool) != tool {
		return nil, nil
	}
	text, err := s.look(ctx, "compgen -c | sort -u | head -n 20000")
	if err != nil {
		return nil, err
	}
	var near []string
	for name := range strings.FieldsSeq(text) {
		// Of short names nearly every one is near to some other.
		if sound(Command, name) && slip(name, tool) == 1 && (len(tool) > 3 || len(name) == len(tool) && sameLetters(name, tool)) {
			near = append(near, name)
		}
	}
	if len(near) > 1 {
		swapped := slices.DeleteFunc(slices.Clone(near), func(n string) bool { return !sameLetters(n, tool) })
		near = swapped // two letters the wrong way round is the likelier slip
	}
	if len(near) != 1 {
		return nil, nil
	}
	changed, _ := replaceProgram(o.text(), tool, near[0])
	return []verifier.Fix{replace(changed, "no package has a program "+tool+", and this machine has "+near[0])}, nil
}

func sameLetters(a, b string) bool {
	x, y := []byte(a), []byte(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// nearestWord gives the one name that is nearest to a word, near enough for a
// slip of the fingers; empty where there is none, or more than one.
func nearestWord(word string, names []string) string {
	bound := 1
	if len(strings.TrimLeft(word, "-")) >= 6 {
		bound = 2
	}
	best, at, twice := "", bound+1, false
	for _, name := range names {
		if name == word || name == best {
			continue
		}
		switch d := slip(name, word); {
		case d < at:
			best, at, twice = name, d, false
		case d == at:
			twice = true
		}
	}
	if twice {
		return ""
	}
	return best
}

// slipWithin is slip, or more than the bound where lengths alone say so: a tree
// has many names.
func slipWithin(a, b string, bound int) int {
	if len(a)-len(b) > bound || len(b)-len(a) > bound {
		return bound + 1
	}
	return min(slip(a, b), bound+1)
}

// slip is the number of slips between two words: a letter too many, too few,
// another one, or two that stand the wrong way round (optimal string alignment).
func slip(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
