package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// truth is what happened when a person followed a repository's documents by
// hand in a clean machine, as far as the comparison needs it.
type truth struct {
	Repo             string                 `json:"repo"` // owner/name
	Commit           string                 `json:"commit"`
	Doc              string                 `json:"doc"`
	Steps            []truthStep            `json:"steps"` // on bookworm
	Other            map[string][]truthStep `json:"steps_other_releases"`
	PassesWithFixes  map[string]*bool       `json:"passes_with_fixes"` // null: not tried
	SecondsByRelease map[string]float64     `json:"seconds_by_release"`
}

// truthStep is one step as it was typed by hand.
type truthStep struct {
	Doc          string              `json:"doc"`
	Line         int                 `json:"line"`
	Cmd          string              `json:"cmd"`
	Exit         int                 `json:"exit"`
	Category     verifier.Category   `json:"category"`   // of the first failure; empty: it passed
	Categories   []verifier.Category `json:"categories"` // of each failure, in order
	OKAfterFixes bool                `json:"ok_after_fixes"`
	Optional     bool                `json:"optional"`
	AddedCheck   bool                `json:"added_check"` // no step of the document, the person's own look
}

// releases names the suites of the environments that the truths know.
var releases = map[string]string{"debian-11": "bullseye", "debian-12": "bookworm", "debian-13": "trixie"}

// account is a truth on one release.
type account struct {
	steps   []truthStep // documented ones alone
	passes  *bool       // with fixes; nil: not tried
	seconds float64
}

// on gives what was seen on a release; ok is false where nobody tried.
func (t truth) on(release string) (a account, ok bool) {
	steps, ok := t.Other[release]
	if release == "bookworm" {
		steps, ok = t.Steps, true
	}
	steps = slices.DeleteFunc(slices.Clone(steps), func(s truthStep) bool { return s.AddedCheck })
	for i := range steps {
		if steps[i].Doc == "" {
			steps[i].Doc = t.Doc
		}
	}
	return account{steps: steps, passes: t.PassesWithFixes[release], seconds: t.SecondsByRelease[release]}, ok
}

// Both become arguments of git.
var (
	repoGrammar   = regexp.MustCompile(`^[A-Za-z0-9][\w.-]*/[\w.-]+$`)
	commitGrammar = regexp.MustCompile(`^[0-9a-f]{40}$`)
)

// named is a truth with the folder that holds it.
type named struct {
	name string // owner__name
	truth
}

// readTruths reads every DIR/NAME/truth.json in order of names. When only is
// not empty, the others are left out: it is a folder's name or an owner/name.
func readTruths(dir, only string) ([]named, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*", "truth.json"))
	if err != nil {
		return nil, fmt.Errorf("%w: truth folder %q: %w", errUsage, dir, err)
	}
	var all []named
	for _, file := range files {
		name := filepath.Base(filepath.Dir(file))
		if only != "" && name != strings.ReplaceAll(only, "/", "__") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read truth: %w", err)
		}
		n := named{name: name}
		if err := json.Unmarshal(text, &n.truth); err != nil {
			return nil, fmt.Errorf("read truth %s: %w", file, err)
		}
		if !repoGrammar.MatchString(n.Repo) || !commitGrammar.MatchString(n.Commit) || len(n.Steps) == 0 {
			return nil, fmt.Errorf("read truth %s: it needs repo (owner/name), commit (40 hexadecimal digits) and steps", file)
		}
		all = append(all, n)
	}
	if len(all) == 0 && only != "" {
		return nil, fmt.Errorf("%w: no truth named %q in %s", errUsage, only, dir)
	}
	return all, nil
}
