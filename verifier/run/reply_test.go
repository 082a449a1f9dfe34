package run

import (
	"strings"
	"testing"
)

func TestReplyIsWhatANewcomerTypes(t *testing.T) {
	for name, c := range map[string]struct {
		prompt string
		want   string
		ok     bool
	}{
		"apt asks to go on":             {"After this operation, 9 MB of additional disk space will be used.\nDo you want to continue? [Y/n] ", "y", true},
		"dnf asks with no as default":   {"Is this ok [y/N]: ", "y", true},
		"npx wants to fetch a package":  {"Need to install the following packages:\n  create-app@1\nOk to proceed? (y) ", "y", true},
		"ssh meets a host":              {"Are you sure you want to continue connecting (yes/no/[fingerprint])? ", "yes", true},
		"a yes/no question of a script": {"Overwrite the old settings? [y/N] ", "", true},
		"yes or no, and no default":     {"Install it? (y/n) ", "y", true},
		"a visible default":             {"Project name [demo]: ", "", true},
		"a default in words":            {"Port (default: 8080): ", "", true},
		"press enter":                   {"Press ENTER to continue", "", true},
		"a pager at its end":            {"(END)", "q", true},
		"a pager in the middle":         {":", "q", true},
		"sudo wants a password":         {"[sudo] password for newcomer: ", "", false},
		"git wants a user name":         {"Username for 'https://example.org': ", "", false},
		"an open question":              {"What is your quest? ", "", false},
		"a token":                       {"Paste your API key: ", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := reply(c.prompt)
			if got != c.want || ok != c.ok {
				t.Errorf("reply(%q) = %q, %v; want %q, %v", c.prompt, got, ok, c.want, c.ok)
			}
		})
	}
}

func TestDeclaredAnswersComeFirstAndLoopsEnd(t *testing.T) {
	q := &questions{declared: map[string]string{"do you ACCEPT": "agree"}}
	if got, ok := q.answer("Do you accept the licence? [y/N] "); got != "agree" || !ok {
		t.Errorf("declared answer: got %q, %v", got, ok)
	}
	for range mostRepeats {
		if _, ok := q.answer("Again? [Y/n] "); !ok {
			t.Fatal("a prompt may come a few times")
		}
	}
	if _, ok := q.answer("Again? [Y/n] "); ok {
		t.Error("the same prompt without end was answered without end")
	}
	for i := range mostAnswers {
		q.answer(strings.Repeat("x", i) + "? [Y/n] ")
	}
	if _, ok := q.answer("one more? [Y/n] "); ok {
		t.Error("more answers than a step may ask for")
	}
}
