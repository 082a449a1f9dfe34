package diagnose

import (
	"strings"
	"testing"

	"github.com/freshinstall/freshinstall/verifier"
)

// A README that says "you will need git, gcc and make" has named them: the
// finding says so, and where, and claims no more than what was seen.
func TestWhatIsAskedForInWordsWasTold(t *testing.T) {
	catalogue, err := Bundled()
	if err != nil {
		t.Fatal(err)
	}
	needs := []verifier.Prose{
		{Document: "README.md", Line: 8, Kind: verifier.ProseService, What: "Start make as a service"},
		{Document: "README.md", Line: 48, Kind: verifier.ProseInstall, What: "you will need to have the tools `git`, `gcc`, and `make` (and ninja)."},
	}
	for _, tt := range []struct {
		name, output string
		prose        []verifier.Prose
		told         bool
	}{
		{"a tool", "bash: make: command not found", needs, true},
		{"a tool, in brackets, at the end", "bash: ninja: command not found", needs, true},
		{"what brings the tool", "make: cc: No such file or directory", needs, true},
		{"another tool", "bash: cmake: command not found", needs, false},
		{"nothing is asked for", "bash: make: command not found", nil, false},
		{"only as a service", "bash: make: command not found", needs[:1], false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			found := catalogue.Explain(Observation{Step: verifier.Step{ID: "s1", Command: "make"}, Execution: verifier.Execution{Exit: 127}, Output: tt.output, Prose: tt.prose})
			plain, cause := found[0].Finding.Plain, found[0].Finding.Cause
			if told := strings.Contains(plain, "in words") && strings.Contains(plain, "README.md:48") && strings.Contains(cause, "README.md:48"); told != tt.told {
				t.Errorf("plain %q, cause %q", plain, cause)
			}
		})
	}
}
