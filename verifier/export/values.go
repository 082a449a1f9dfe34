package export

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/plan"
	"github.com/freshinstall/freshinstall/verifier/run"
	"github.com/freshinstall/freshinstall/verifier/shell"
)

// values turns placeholders into variables of the environment.
type values struct {
	marks map[string]string   // placeholder to the mark that stands for it
	names map[string]Variable // by mark
	used  []Variable
}

// mark is a word that no document holds.
const mark = "freshinstallValue"

func newValues(declared map[string]run.Value) *values {
	v := &values{marks: map[string]string{}, names: map[string]Variable{}}
	taken := map[string]bool{}
	for i, placeholder := range slices.Sorted(maps.Keys(declared)) {
		name := variableName(placeholder)
		for taken[name] {
			name += "_"
		}
		taken[name] = true
		m := fmt.Sprintf("%s%dX", mark, i)
		v.marks[placeholder] = m
		v.names[m] = Variable{Name: name, Placeholder: placeholder, Secret: declared[placeholder].Secret}
	}
	return v
}

// variableName makes the name of a variable out of a placeholder: "<api-key>"
// is API_KEY. It is no name that a system gives a meaning of its own.
func variableName(placeholder string) string {
	var b strings.Builder
	for _, r := range placeholder {
		switch {
		case r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			b.WriteRune(unicode.ToUpper(r))
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
	}
	name := strings.Trim(b.String(), "_")
	if name == "" || unicode.IsDigit(rune(name[0])) {
		name = "VALUE_" + name
	}
	if reserved[name] || strings.HasPrefix(name, "BASH") || strings.HasPrefix(name, "LD_") {
		name = "MY_" + name
	}
	return strings.TrimSuffix(name, "_")
}

var reserved = map[string]bool{"PATH": true, "HOME": true, "USER": true, "SHELL": true, "PWD": true, "OLDPWD": true, "IFS": true,
	"UID": true, "EUID": true, "LANG": true, "TERM": true, "HOSTNAME": true, "PS1": true, "PS4": true, "ENV": true, "PROMPT_COMMAND": true}

// refer puts references to variables in the place of declared placeholders.
func (v *values) refer(text string) (string, []Variable, error) {
	marked, used := plan.Fill(text, v.marks)
	if len(used) == 0 {
		return text, nil, nil
	}
	names := map[string]string{}
	var reads []Variable
	for _, placeholder := range used {
		variable := v.note(placeholder)
		names[v.marks[placeholder]] = variable.Name
		reads = append(reads, variable)
	}
	referred, err := shell.Refer(marked, names)
	if err != nil {
		return "", nil, fmt.Errorf("the value of %s cannot be read from a variable there: %w", used[0], err)
	}
	return referred, reads, nil
}

// unfilled puts placeholders in the place of values: a fix was made of a command
// as it was typed, values filled in, or masked.
func (in Input) unfilled(step verifier.Step, text string) string {
	names := map[string]string{}
	for placeholder := range in.Values {
		names[placeholder] = placeholder
	}
	_, used := plan.Fill(step.Command, names)
	var secrets []string
	for _, placeholder := range slices.Sorted(maps.Keys(in.Values)) {
		v := in.Values[placeholder]
		shown := "<" + strings.Trim(placeholder, "<>{}[] ") + ">"
		if v.Text != "" && (v.Secret || slices.Contains(used, placeholder)) {
			text = strings.ReplaceAll(text, v.Text, shown)
		}
		if v.Secret && slices.Contains(used, placeholder) {
			secrets = append(secrets, shown)
		}
	}
	if len(secrets) == 1 {
		text = strings.ReplaceAll(text, masked, secrets[0])
	}
	return text
}

// tells says which secret a text holds; nil: none. It is the last look at what
// is about to be written, and finds what should have been prevented before.
func (in Input) tells(text []byte) error {
	for _, placeholder := range slices.Sorted(maps.Keys(in.Values)) {
		if v := in.Values[placeholder]; v.Secret && v.Text != "" && strings.Contains(string(text), v.Text) {
			return &UnfitError{Why: "it would hold the secret that is declared for " + placeholder}
		}
	}
	if strings.Contains(string(text), masked) {
		return &UnfitError{Why: "a command that was typed holds a secret that is masked by now"}
	}
	return nil
}

// note gives a placeholder's variable and remembers that it is used.
func (v *values) note(placeholder string) Variable {
	variable := v.names[v.marks[placeholder]]
	if !slices.Contains(v.used, variable) {
		v.used = append(v.used, variable)
	}
	return variable
}

// masked is what stands in results in the place of a secret.
const masked = "•••"

// answers are what was typed at the questions of a step.
func answers(s verifier.StepResult) ([]string, error) {
	var out []string
	for _, d := range s.Deviations {
		switch {
		case d.Kind != verifier.DeviationAnswer:
		case d.Prompt == (verifier.Prompt{}):
			return nil, errors.New("it asked a question, and the result does not tell what was answered; verify again")
		case !d.Prompt.Answered:
			return nil, errors.New("it asks a question that nobody can answer beforehand: " + d.Prompt.Text)
		case strings.Contains(d.Prompt.Reply, masked):
			return nil, errors.New("it asks for a secret: " + d.Prompt.Text)
		case strings.ContainsFunc(d.Prompt.Reply, unicode.IsControl):
			return nil, errors.New("what was answered is no line of text")
		default:
			out = append(out, d.Prompt.Reply)
		}
	}
	return out, nil
}
