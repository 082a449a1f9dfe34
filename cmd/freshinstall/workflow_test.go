package main

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestNoRunnerObeysWhatIsQuoted(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"GitHub":                        {"::set-env name=PATH::/evil", ": :set-env name=PATH::/evil"},
		"GitHub, indented":              {"   ::error file=a::b", "   : :error file=a::b"},
		"GitHub, behind a word":         {"step ::error::b", "step ::error::b"},
		"the older form, anywhere":      {"    | ##[add-mask]x", "    | ## [add-mask]x"},
		"Azure":                         {"##vso[task.setvariable variable=a]b", "## vso[task.setvariable variable=a]b"},
		"TeamCity":                      {"x ##teamcity[buildStatus text='ok']", "x ## teamcity[buildStatus text='ok']"},
		"a heading":                     {"## Install", "## Install"},
		"an address of version 6":       {"::1 is the machine itself", "::1 is the machine itself"},
		"a container of some Markdowns": {"::: note", "::: note"},
	} {
		if got := string(harmless([]byte(c.in))); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestJSONStaysWhatItIs(t *testing.T) {
	text := "::error::x\n##[error]y ##vso[z]"
	raw, err := json.MarshalIndent(map[string]string{"head": text}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	w := &harmlessWriter{to: &out}
	for _, b := range raw { // however it is cut
		if _, err := w.Write([]byte{b}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	var got map[string]string
	if err := json.Unmarshal([]byte(out.String()), &got); err != nil || got["head"] != text {
		t.Errorf("%q, %v", got["head"], err)
	}
	if strings.Contains(out.String(), "##[") || strings.Contains(out.String(), "##vso[") {
		t.Errorf("a runner would obey: %s", out.String())
	}
}

// Annotations are commands to the runner, and must come through as such; what
// another report quotes must not.
func TestTheRunnerObeysAnnotations(t *testing.T) {
	const result = "../../reports/testdata/hostile.json"
	for format, obeyed := range map[string]bool{"github": true, "markdown": false} {
		var out, talk strings.Builder
		env := []string{"HOME=" + t.TempDir()}
		code := run(t.Context(), []string{"report", "--from", result, "--report", format}, env, streams{in: strings.NewReader(""), out: &out, err: &talk})
		if code != exitOK {
			t.Fatalf("%s: exit %d\n%s", format, code, talk.String())
		}
		commands := 0
		for line := range strings.Lines(out.String()) {
			if commandAtStart.MatchString(line) {
				commands++
			} else if obeyed {
				t.Errorf("%s: not a command: %q", format, line)
			}
		}
		if (commands > 0) != obeyed {
			t.Errorf("%s: %d commands", format, commands)
		}
	}
}
