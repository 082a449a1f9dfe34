package shell

import (
	"strings"
	"testing"
)

func TestActs(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"one call":               {"make all", "make all"},
		"in a row":               {"cd web && npm i; npm start", "cd web | npm i | npm start"},
		"either side of or":      {"python -V || python3 -V", "python -V (guarded) | python3 -V (guarded)"},
		"a shell of its own":     {"(cd web && npm i)", "cd web (apart) | npm i (apart)"},
		"a pipe":                 {"curl -sL x | bash", "curl -sL x (apart) | bash (apart)"},
		"redirections":           {"sort < in.txt > out.txt", "sort <in.txt >out.txt"},
		"a file made of nothing": {"> empty", " >empty"},
		"a branch":               {"if [ -f x ]; then make; fi", "[ -f x ] (guarded) | make (guarded)"},
		"a placeholder":          {"cd <your folder>", "cd <your folder>"},
		"root":                   {"sudo make install", "make install"},
		"a setting for one":      {"CI=1 make", "make"},
		"in the background":      {"python app.py &", "python app.py (apart)"},
		"a substitution":         {"cd $(git rev-parse --show-toplevel)", "cd $(git rev-parse --show-toplevel)"},
	} {
		t.Run(name, func(t *testing.T) {
			acts, ok := Acts(c.text)
			if !ok {
				t.Fatal("not read")
			}
			var got []string
			for _, a := range acts {
				s := strings.Join(append([]string{a.Name}, a.Args...), " ")
				for _, f := range a.Reads {
					s += " <" + f
				}
				for _, f := range a.Writes {
					s += " >" + f
				}
				if a.Guarded {
					s += " (guarded)"
				}
				if a.Apart {
					s += " (apart)"
				}
				got = append(got, s)
			}
			if all := strings.Join(got, " | "); all != c.want {
				t.Errorf("%s\n got %s\nwant %s", c.text, all, c.want)
			}
		})
	}
	if _, ok := Acts("if ("); ok {
		t.Error("text that is no command was read")
	}
}
