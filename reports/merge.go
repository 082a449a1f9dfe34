package reports

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/foreign"
)

// Part is a result with the name that it is told by: that of its file.
type Part struct {
	Name   string
	Result *verifier.Result
}

// MergeError says why results do not belong together.
type MergeError struct {
	What string
	ToDo string
}

func (e *MergeError) Error() string { return "merge results: " + e.What + "; " + e.ToDo }

// Merge makes one result of those of a matrix: the same repository in other
// environments. Where they disagree (commit, files, plan, version of the tool)
// or hold the same environment twice, the merged result says so in its notes;
// of an environment that stands in several the latest counts. The parts are
// left as they are. An error is a [*MergeError].
func Merge(parts []Part) (*verifier.Result, error) {
	if len(parts) == 0 {
		return nil, &MergeError{"there are none", "name the results of the jobs"}
	}
	for _, p := range parts[1:] {
		if a, b := parts[0].Result.Repository.Name, p.Result.Repository.Name; a != b {
			return nil, &MergeError{fmt.Sprintf("%s is of %s, %s is of %s", foreign.Line(parts[0].Name), foreign.Line(a), foreign.Line(p.Name), foreign.Line(b)),
				"merge results of one repository"}
		}
	}
	parts = slices.Clone(parts)
	notes := disagreements(parts)
	if !samePlans(parts) {
		parts = unify(parts)
	}
	last := latest(parts)
	out := *last.Result
	out.Environments, out.Notes, out.Interrupted, out.OutOfTime = nil, nil, false, false
	counts := map[string]Part{}
	for _, p := range parts {
		out.Notes = append(out.Notes, p.Result.Notes...)
		for i := range p.Result.Environments {
			name := p.Result.Environments[i].Environment.Name
			before, twice := counts[name]
			if !twice {
				counts[name] = p
				continue
			}
			if !began(p, name).Before(began(before, name)) {
				counts[name] = p
			}
			notes = append(notes, fmt.Sprintf("%s stands in %s (of %s) and in %s (of %s); the later one counts, that of %s.", foreign.Line(name),
				foreign.Line(before.Name), minute(began(before, name)), foreign.Line(p.Name), minute(began(p, name)), foreign.Line(counts[name].Name)))
		}
	}
	for _, p := range parts {
		r, kept := p.Result, len(p.Result.Environments) == 0
		for _, env := range r.Environments {
			if counts[env.Environment.Name].Result == r {
				out.Environments, kept = append(out.Environments, env), true
			}
		}
		if !kept {
			continue
		}
		out.Interrupted, out.OutOfTime = out.Interrupted || r.Interrupted, out.OutOfTime || r.OutOfTime
		out.Repository.Dirty = out.Repository.Dirty || r.Repository.Dirty
		if !r.Started.IsZero() && r.Started.Before(out.Started) {
			out.Started = r.Started
		}
		if r.Finished.After(out.Finished) {
			out.Finished = r.Finished
		}
		if !reflect.DeepEqual(r.Inputs, out.Inputs) {
			out.Inputs = nil // of no one run: none can go on from it
		}
	}
	out.Notes = append(out.Notes, notes...)
	return &out, nil
}

// began is when the attempt began that a part's environment is of.
func began(p Part, name string) time.Time {
	for i := range p.Result.Environments {
		if env := &p.Result.Environments[i]; env.Environment.Name == name {
			return suiteStart(p.Result, env)
		}
	}
	return p.Result.Started
}

// latest is the part that began last; of several, the one that is named last.
func latest(parts []Part) Part {
	out := parts[0]
	for _, p := range parts[1:] {
		if !p.Result.Started.Before(out.Result.Started) {
			out = p
		}
	}
	return out
}

func minute(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// disagreements says where results differ that should be of the same.
func disagreements(parts []Part) []string {
	var notes []string
	say := func(what, then string, of func(*verifier.Result) string) bool {
		var values []string
		said := map[string][]string{}
		for _, p := range parts {
			v := of(p.Result)
			if said[v] == nil {
				values = append(values, v)
			}
			said[v] = append(said[v], foreign.Line(p.Name))
		}
		if len(values) < 2 {
			return false
		}
		for i, v := range values {
			values[i] = v + " (" + strings.Join(said[v], ", ") + ")"
		}
		notes = append(notes, fmt.Sprintf("The merged results are of different %s: %s.%s", what, strings.Join(values, ", "), then))
		return true
	}
	commit := func(r *verifier.Result) string {
		if r.Repository.Commit == "" {
			return "none"
		}
		return short(foreign.Line(r.Repository.Commit), 10)
	}
	said := say("commits", " What is told of one may not hold for the other.", commit)
	if !said {
		say("files of the same commit", " Some were changed and not committed.", func(r *verifier.Result) string {
			switch {
			case r.Repository.Tree != "":
				return short(foreign.Line(r.Repository.Tree), 10)
			case r.Repository.Dirty:
				return "changed"
			}
			return "as committed"
		})
	}
	say("versions of freshinstall", "", func(r *verifier.Result) string { return foreign.Line(r.Tool.Version) })
	if !samePlans(parts) {
		notes = append(notes, "The merged results followed different plans; a step that an environment's plan does not hold is told as not run there.")
	}
	return notes
}

func samePlans(parts []Part) bool {
	return !slices.ContainsFunc(parts, func(p Part) bool {
		a, b := p.Result.Plan.Steps, parts[0].Result.Plan.Steps
		return len(a)+len(b) > 0 && !reflect.DeepEqual(a, b)
	})
}
