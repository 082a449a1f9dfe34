package plan

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// No document may hold the planner up: what a line or a list costs grows with
// its length, not with the square of it.
func TestHostileDocumentsEndSoon(t *testing.T) {
	lines := func(n int, line func(int) string) string {
		var b strings.Builder
		b.WriteString("# x\n\n## Install\n\n```sh\n")
		for i := range n {
			b.WriteString(line(i) + "\n")
		}
		return b.String() + "```\n"
	}
	for name, source := range map[string]string{
		"a line of options":     lines(1, func(int) string { return "make" + strings.Repeat(" -make", 40_000) }),
		"a line of words":       lines(1, func(int) string { return "npm run" + strings.Repeat(" test", 40_000) }),
		"many folders":          lines(900, func(i int) string { return fmt.Sprintf("cd a%d && make", i) }),
		"many installs":         lines(900, func(i int) string { return fmt.Sprintf("pip install a%d", i) }),
		"more than is sensible": lines(10_000, func(i int) string { return fmt.Sprintf("make a%d", i) }),
		"many headings":         strings.Repeat("## Install with pip\n\n    pip install x\n\n", 500),
		"many spans":            "## Install\n\n" + strings.Repeat("Run `make x` or `make y`, then `npm i`. ", 5_000),
		"many links":            strings.Repeat("[install](docs/install.md) ", 8_000),
		"one long sentence":     "## Install\n\n" + strings.Repeat("if you want to run it ", 10_000) + "`make`\n",
		"many comments":         lines(900, func(i int) string { return fmt.Sprintf("# or with pip %d\npip install a", i) }),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			begin := time.Now()
			done := make(chan struct{})
			go func() {
				defer close(done)
				_, _ = Build(Input{Repository: "x", Documents: []Document{{Path: "README.md", Source: []byte(source)}},
					Open: func(string, string) []Document { return []Document{{Path: "docs/install.md", Source: []byte("# x\n")}} }}) // too many commands is an error
			}()
			select {
			case <-done:
				t.Logf("%d kB in %v", len(source)/1000, time.Since(begin).Round(time.Millisecond))
			case <-time.After(60 * time.Second): // a machine may be busy; what is quadratic takes hours
				t.Fatalf("%d kB take more than a minute", len(source)/1000)
			}
		})
	}
}
