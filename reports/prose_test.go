package reports

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

// What the reader must get by themselves is in the result, for those who read
// that; a page that listed it would bury what the run found.
func TestProseOfTheReaderIsNoNoise(t *testing.T) {
	for _, format := range []string{"terminal", "markdown"} {
		t.Run(format, func(t *testing.T) {
			write := func(prose ...verifier.Prose) string {
				r := fiveFindings()
				r.Plan.Prose = prose
				var out bytes.Buffer
				if err := Write(format, &out, r); err != nil {
					t.Fatal(err)
				}
				return out.String()
			}
			with := write(verifier.Prose{Document: "README.md", Line: 9, Kind: verifier.ProseInstall, What: "Install Node.js", Before: "s2"},
				verifier.Prose{Document: "README.md", Line: 10, Kind: verifier.ProseService, What: "Start the database", Before: "s2"},
				verifier.Prose{Document: "README.md", Line: 11, Kind: verifier.ProseAccount, What: "Get an API key", Before: "s2"})
			if diff := cmp.Diff(write(), with); diff != "" {
				t.Error(diff)
			}
		})
	}
}
