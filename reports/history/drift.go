package history

import (
	"cmp"
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// Explain tells of each environment in which the documents failed what moved
// since it worked last. It changes r alone, and keeps nothing.
func (s *Store) Explain(ctx context.Context, r *verifier.Result) error {
	for i := range r.Environments {
		env := &r.Environments[i]
		if env.Verdict != verifier.Broken && env.Verdict != verifier.WorksWithFixes {
			continue
		}
		green, err := s.LastGreen(ctx, r.Repository.URL, env.Environment.Name, r.Started)
		if err != nil {
			return err
		}
		if green != nil && len(green.Result.Environments) > 0 {
			env.Drift = Since(green, r, env)
		}
	}
	return nil
}

// Since tells what moved between a run in which an environment worked, and one
// in which it did not.
func Since(green *Run, red *verifier.Result, env *verifier.EnvironmentResult) *verifier.Drift {
	was := &green.Result.Environments[0]
	d := &verifier.Drift{Run: green.Name, Worked: green.Result.Started, Moved: []verifier.Move{}}
	d.Commit = changed(green.Result.Repository.Commit, red.Repository.Commit)
	d.Tool = changed(green.Result.Tool.Version, red.Tool.Version)
	d.Image = changed(was.Environment.Digest, env.Environment.Digest)
	d.Declaration = changed(was.Environment.Declaration, env.Environment.Declaration) != nil
	if a, b := green.Result.Inputs, red.Inputs; a != nil && b != nil {
		d.Documents = a.Documents != b.Documents
	}
	if was.Environment.Installed == nil || env.Environment.Installed == nil {
		d.Unrecorded = true
		return d
	}
	said := heard(env)
	for _, m := range Moves(was.Environment.Installed, env.Environment.Installed) {
		// The steps behind the failure were not reached: what they would have
		// installed is not gone. What this run has more is told.
		if m.To == "" && said.rank(m.Name) > inTail {
			continue
		}
		m.Named = said.rank(m.Name) <= inTail
		d.Moved = append(d.Moved, m)
	}
	slices.SortStableFunc(d.Moved, func(a, b verifier.Move) int {
		return cmp.Or(cmp.Compare(said.rank(a.Name), said.rank(b.Name)), cmp.Compare(novelty(a), novelty(b)))
	})
	return d
}

// changed is nil where both are the same, or one is not known.
func changed(from, to string) *verifier.Change {
	if from == to || from == "" || to == "" {
		return nil
	}
	return &verifier.Change{From: from, To: to}
}

// novelty puts what has another version before what came or went.
func novelty(m verifier.Move) int {
	if m.From != "" && m.To != "" {
		return 0
	}
	return 1
}

// Moves are the differences of two inventories, by manager and name.
func Moves(from, to verifier.Inventory) []verifier.Move {
	var out []verifier.Move
	both := maps.Clone(from)
	maps.Copy(both, to)
	for _, manager := range slices.Sorted(maps.Keys(both)) {
		names := map[string]bool{}
		for _, all := range []map[string]string{from[manager], to[manager]} {
			for name := range all {
				names[name] = true
			}
		}
		for _, name := range slices.Sorted(maps.Keys(names)) {
			if a, b := from[manager][name], to[manager][name]; a != b {
				out = append(out, verifier.Move{Manager: manager, Name: name, From: a, To: b})
			}
		}
	}
	return out
}

// words are the texts of a failure, the most telling first.
type words [notNamed][]string

// Where a package is named, by how much that says.
const (
	inEvidence = iota // in the line that tells the cause, or it is what the finding is about
	inTail            // in the last lines of what the failed step printed
	inOutput          // before that, or in the command
	notNamed
)

// lastLines is how much of an output is its end.
const lastLines = 20

func heard(env *verifier.EnvironmentResult) words {
	var w words
	for _, f := range env.Findings {
		w[inEvidence] = append(w[inEvidence], f.Evidence, f.Object)
	}
	for _, s := range env.Steps {
		if s.Outcome != verifier.OutcomeFailed {
			continue
		}
		end := cmp.Or(s.Output.Tail, s.Output.Head)
		lines := strings.Split(strings.TrimRight(end, "\n"), "\n")
		w[inTail] = append(w[inTail], strings.Join(lines[max(0, len(lines)-lastLines):], "\n"))
		w[inOutput] = append(w[inOutput], s.Output.Head, s.Output.Tail, s.Command)
	}
	return w
}

// rank says where a package is named: itself, or the thing that it bears.
func (w words) rank(name string) int {
	named := regexp.MustCompile(`(?i)(?:^|[^A-Za-z0-9])` + regexp.QuoteMeta(bare(name)) + `(?:[^A-Za-z0-9]|$)`)
	if everyday[bare(name)] || len(bare(name)) < 3 {
		return notNamed
	}
	for i, texts := range w {
		if slices.ContainsFunc(texts, named.MatchString) {
			return i
		}
	}
	return notNamed
}

var soVersion = regexp.MustCompile(`^(lib.*?[a-z])-?[0-9][0-9.]*(?:t64)?$`)

// bare is a package's name as errors say it: libfoo1 and libfoo-dev bear libfoo.
func bare(name string) string {
	name = strings.TrimSuffix(strings.ToLower(name), "-dev")
	if m := soVersion.FindStringSubmatch(name); m != nil {
		return m[1]
	}
	return name
}

// everyday are names of packages that are words of almost any error.
var everyday = map[string]bool{"file": true, "which": true, "login": true, "mount": true, "time": true, "patch": true, "less": true,
	"make": true, "build": true, "test": true, "hostname": true, "base": true, "color": true, "colors": true, "debug": true, "path": true,
	"types": true, "install": true, "packaging": true, "requests": true, "more": true, "node": true, "source": true, "error": true}
