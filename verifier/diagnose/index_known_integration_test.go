package diagnose

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/envs/container"
	"github.com/freshinstall/freshinstall/verifier"
)

// leastKnown is the share of known questions whose first answer must be right.
const leastKnown = 0.95

// known is a line of testdata/known: a question and its right answers.
type known struct {
	kind    Kind
	name    string
	answers []string
}

func readKnown(t *testing.T, file string) []known {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata/known", file))
	if err != nil {
		t.Fatal(err)
	}
	var all []known
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		if len(words) < 3 || !sound(Kind(words[0]), words[1]) {
			t.Fatalf("%s: %q is no question with an answer", file, line)
		}
		all = append(all, known{Kind(words[0]), words[1], words[2:]})
	}
	return all
}

// preparedIndex gives the real index of an environment of the catalogue.
func preparedIndex(t *testing.T, environment string) (Index, *container.Machine) {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a container engine; not run with -short")
	}
	engine, err := container.Connect(t.Context(), container.Options{})
	if err != nil {
		if os.Getenv("REQUIRE_CONTAINERS") == "1" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	closing := func(close func() error) {
		t.Cleanup(func() {
			if err := close(); err != nil {
				t.Error(err)
			}
		})
	}
	closing(engine.Close)
	env, err := envs.Lookup(environment)
	if err != nil {
		t.Fatal(err)
	}
	stage, err := engine.Prepare(t.Context(), env, func(line string) { t.Log(line) })
	if err != nil {
		t.Fatal(err)
	}
	key, script := PrepareScript(verifier.FamilyDeb)
	began := time.Now()
	m, err := stage.Throwaway(t.Context(), key, script)
	if err != nil {
		t.Fatal(err)
	}
	closing(m.Close)
	t.Logf("%s: the index stood after %.1f s", environment, time.Since(began).Seconds())
	return NewIndex(m, stage.Record()), m
}

// The look-ups are held against answers of somebody who knows Debian, on the
// real index of the release: of each kind of question, how often the first
// answer is right, and how often one of the first four, which are what is
// tried.
func TestIntegrationKnownAnswersOfDebian12(t *testing.T) {
	index, _ := preparedIndex(t, "debian-12")
	c := catalogue(t)
	type score struct{ asked, first, tried int }
	scores := map[Kind]*score{}
	var all score
	var took time.Duration
	for _, k := range readKnown(t, "debian-12.txt") {
		s := scores[k.kind]
		if s == nil {
			s = &score{}
			scores[k.kind] = s
		}
		began := time.Now()
		found, err := c.Holders(t.Context(), index, k.kind, k.name)
		if err != nil {
			t.Fatal(err)
		}
		took += time.Since(began)
		right := func(p Package) bool { return slices.Contains(k.answers, p.Name) }
		place := slices.IndexFunc(found, right)
		for _, into := range []*score{s, &all} {
			into.asked++
			if place == 0 {
				into.first++
			}
			if place >= 0 && place < maxCandidates {
				into.tried++
			}
		}
		if place != 0 {
			t.Logf("%s %s: want %s first, have %q", k.kind, k.name, strings.Join(k.answers, " or "), names(found))
		}
	}
	row := func(kind string, s score) string {
		return fmt.Sprintf("%-14s %3d asked, %5.1f %% right at first, %5.1f %% among what is tried", kind, s.asked,
			100*float64(s.first)/float64(s.asked), 100*float64(s.tried)/float64(s.asked))
	}
	for _, kind := range []Kind{Command, Header, PkgConfig, Library, Soname, CMake, PythonModule, PerlModule, RPackage} {
		if scores[kind] == nil {
			t.Fatalf("nothing is asked of kind %s", kind)
		}
		t.Log(row(string(kind), *scores[kind]))
	}
	t.Log(row("all", all), fmt.Sprintf("%.0f ms each", float64(took.Milliseconds())/float64(all.asked)))
	if share := float64(all.first) / float64(all.asked); share < leastKnown {
		t.Errorf("%.3f of the first answers are right, want %.2f", share, leastKnown)
	}
}
