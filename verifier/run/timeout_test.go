package run

import (
	"testing"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

// The author's limit takes the place of the run's, but starting is never
// waited for that long, and a run without limits has none.
func TestEntryHeedsTheAuthorsLimit(t *testing.T) {
	for _, tt := range []struct {
		name string
		run  time.Duration
		step verifier.Step
		want time.Duration
	}{
		{"none", 20 * time.Minute, verifier.Step{Role: verifier.RoleBuild}, 20 * time.Minute},
		{"longer", 20 * time.Minute, verifier.Step{Role: verifier.RoleBuild, Timeout: 3600}, time.Hour},
		{"shorter", 20 * time.Minute, verifier.Step{Role: verifier.RoleBuild, Timeout: 1.5}, 1500 * time.Millisecond},
		{"a start", 20 * time.Minute, verifier.Step{Role: verifier.RoleRun, Timeout: 3600}, started},
		{"no limit at all", 0, verifier.Step{Role: verifier.RoleBuild, Timeout: 60}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := (&Typist{Step: tt.run, Silence: time.Minute}).entry(tt.step, "make").Timeout; got != tt.want {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}
