package history_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

// 10,000 runs in three environments with 500 packages each are asked in under
// 100 ms, whatever is asked. Filling takes longer than a unit test may, so this
// is run by make bench-history.
func TestTenThousandRuns(t *testing.T) {
	if os.Getenv("BENCH_HISTORY") == "" {
		t.Skip("make bench-history")
	}
	const runs, bound = 10_000, 100 * time.Millisecond
	file := filepath.Join(t.TempDir(), "history.db")
	s := open(t, file)
	random := rand.New(rand.NewPCG(1, 2))
	installed := dpkg()
	for i := range 500 {
		installed[verifier.ManagerDpkg][fmt.Sprintf("package%d", i)] = "1.0"
	}
	began := time.Now()
	for i := range runs {
		if i%10 == 0 {
			installed[verifier.ManagerDpkg][fmt.Sprintf("package%d", random.IntN(500))] = fmt.Sprintf("1.%d", i)
		}
		verdict := verifier.Works
		if i%7 == 3 || i > runs-3000 {
			verdict = verifier.Broken
		}
		r := run(0, verdict, installed)
		r.Started = day.Add(time.Duration(i) * 30 * time.Minute)
		r.Repository.URL = fmt.Sprintf("https://git.example.org/shop%d", i%5)
		for _, name := range []string{"debian-13", "ubuntu-24.04"} {
			env := r.Environments[0]
			env.Environment.Name = name
			r.Environments = append(r.Environments, env)
		}
		keep(t, s, fmt.Sprintf("run%d", i), r)
	}
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d runs kept, %s each; %d MB", runs, (time.Since(began) / runs).Round(time.Microsecond), info.Size()>>20)
	last := day.Add(runs * 30 * time.Minute)
	for name, ask := range map[string]func() error{
		"keep":  func() error { return s.Replace(t.Context(), "one more", run(300, verifier.Works, installed)) },
		"list":  func() error { _, err := s.List(t.Context(), "https://git.example.org/shop1", 60); return err },
		"all":   func() error { _, err := s.List(t.Context(), "", 60); return err },
		"names": func() error { _, err := s.Repositories(t.Context()); return err },
		"run":   func() error { _, err := s.Run(t.Context(), "run5000"); return err },
		"green": func() error {
			found, err := s.LastGreen(t.Context(), "https://git.example.org/shop1", "debian-13", last)
			if err == nil && found == nil {
				err = fmt.Errorf("no green run")
			}
			return err
		},
	} {
		least := time.Hour // of three: other work on the machine is not ours
		for range 3 {
			began := time.Now()
			if err := ask(); err != nil {
				t.Fatal(err)
			}
			least = min(least, time.Since(began))
		}
		t.Logf("%-6s %s", name, least.Round(10*time.Microsecond))
		if least > bound {
			t.Errorf("%s took %s, more than %s", name, least, bound)
		}
	}
}
