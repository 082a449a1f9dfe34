package envs

import (
	"math"

	"go.yaml.in/yaml/v3"
)

// The smallest limits under which a package manager still works, and the
// largest that a kernel knows.
const (
	minMemory = 64 << 20
	minDisk   = 256 << 20
	minPIDs   = 32
	maxPIDs   = 4 << 20
	maxCPUs   = 4096
)

// furnish applies bare: first, then what is named one by one: {bare: true,
// git: true} is a bare machine with git. A bare machine has nobody but root,
// so without a user of its own that is who types.
func (r *reader) furnish(n *yaml.Node, env *Environment, hasUser bool) {
	if empty(n) {
		return
	}
	s := r.fields(n, "furnish", "bare", "sudo", "git", "ca_certificates", "utf8", "package_lists")
	if b := s["bare"]; b != nil {
		if bare, ok := r.flag(b, "bare"); ok && bare {
			env.Furnish = Furnish{}
			if !hasUser && env.User == Newcomer {
				env.User = "root"
			}
		}
	}
	for _, f := range []struct {
		key string
		dst *bool
	}{
		{"sudo", &env.Furnish.Sudo},
		{"git", &env.Furnish.Git},
		{"ca_certificates", &env.Furnish.CACertificates},
		{"utf8", &env.Furnish.UTF8},
		{"package_lists", &env.Furnish.PackageLists},
	} {
		if v := s[f.key]; v != nil {
			if on, ok := r.flag(v, f.key); ok {
				*f.dst = on
			}
		}
	}
}

func (r *reader) packages(n *yaml.Node) []string {
	items := r.list(n, "packages")
	if !r.few(n, "packages", len(items), maxEntries) {
		return nil
	}
	var out []string
	seen := map[string]bool{}
	for _, item := range items {
		s, ok := r.word(item, "a package")
		if !ok || seen[s] {
			continue
		}
		if !packageName(s) {
			r.bad(item, "package %q is no name of a package", short(s))
			continue
		}
		seen[s] = true
		out = append(out, s)
	}
	return out
}

// variables adds to what the origin declared.
func (r *reader) variables(n *yaml.Node, env *Environment) {
	pairs := r.pairs(n, "env")
	if !r.few(n, "env", len(pairs), maxEntries) {
		return
	}
	for _, p := range pairs {
		switch {
		case !variableGrammar.MatchString(p.key):
			r.bad(p.at, "env: %q is no name of a variable", short(p.key))
			continue
		case ownVariables[p.key]:
			r.bad(p.at, "env: %s steers the tool's own terminal and cannot be declared", p.key)
			continue
		}
		text, ok := r.text(p.value, p.key)
		if !ok {
			continue
		}
		if !oneLine(text) {
			r.bad(p.value, "env: the value of %s must be one line", p.key)
			continue
		}
		if env.Env == nil {
			env.Env = map[string]string{}
		}
		env.Env[p.key] = text
	}
}

func (r *reader) limits(n *yaml.Node, l *Limits) {
	if empty(n) {
		return
	}
	s := r.fields(n, "limits", "memory", "cpus", "pids", "disk")
	r.size(s["memory"], "memory", minMemory, &l.Memory)
	r.size(s["disk"], "disk", minDisk, &l.Disk)
	if c := s["cpus"]; c != nil {
		var cpus float64
		if r.number(c, "cpus", &cpus) {
			if math.IsNaN(cpus) || cpus < 0 || cpus > maxCPUs {
				r.bad(c, "cpus must be between 0 (all of the host's) and %d", maxCPUs)
			} else {
				l.CPUs = cpus
			}
		}
	}
	if p := s["pids"]; p != nil {
		var pids int64
		if r.number(p, "pids", &pids) {
			if pids < minPIDs || pids > maxPIDs {
				r.bad(p, "pids must be between %d and %d", minPIDs, maxPIDs)
			} else {
				l.PIDs = pids
			}
		}
	}
}

func (r *reader) size(n *yaml.Node, what string, least int64, dst *int64) {
	if n == nil {
		return
	}
	s, ok := r.word(n, what)
	if !ok {
		return
	}
	size, err := bytesOf(s)
	switch {
	case err != nil:
		r.bad(n, "%s: %v", what, err)
	case size < least:
		r.bad(n, "%s: %s is too little; %s is the least", what, short(s), sizeOf(least))
	default:
		*dst = size
	}
}
