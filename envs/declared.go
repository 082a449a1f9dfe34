package envs

import (
	"errors"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/freshinstall/freshinstall/verifier"
)

var environmentKeys = []string{
	"name", "from", "image", "dockerfile", "rootfs", "bootstrap", "platform", "user",
	"furnish", "packages", "env", "limits", "network", "registries", "proxy", "ca_certificates", "services",
}

func (r *reader) environments(n *yaml.Node) []Environment {
	items := r.list(n, "environments")
	if !r.few(n, "environments", len(items), maxEnvironments) {
		return nil
	}
	var out []Environment
	first := map[string]int{}
	for _, item := range items {
		env, ok := r.environment(item, out)
		if !ok {
			continue
		}
		if line, twice := first[env.Name]; twice {
			r.bad(item, "environment %q is declared twice (first in line %d); give one of them another name", env.Name, line)
			continue
		}
		first[env.Name] = item.Line
		out = append(out, env)
	}
	return out
}

// environment reads one item; from: may name one of the earlier ones.
func (r *reader) environment(item *yaml.Node, earlier []Environment) (Environment, bool) {
	switch item.Kind {
	case yaml.ScalarNode:
		name, ok := r.word(item, "an environment")
		if !ok {
			return Environment{}, false
		}
		return r.known(item, name, nil)
	case yaml.MappingNode:
		before := len(r.problems)
		env := r.mapped(item, earlier)
		ok := len(r.problems) == before
		if !ok && env.Name != "" {
			r.faulty[env.Name] = true
		}
		return env, ok
	case yaml.SequenceNode, yaml.DocumentNode, yaml.AliasNode:
	}
	r.bad(item, "an environment must be a name from the catalogue or a mapping, not %s", kind(item))
	return Environment{}, false
}

func (r *reader) known(n *yaml.Node, name string, earlier []Environment) (Environment, bool) {
	env, err := lookup(name, earlier)
	var unknown *UnknownError
	if errors.As(err, &unknown) {
		if r.faulty[name] {
			return Environment{}, false // its own problems are told already
		}
		r.bad(n, "%v", unknown)
		return Environment{}, false
	}
	return env, true
}

func (r *reader) mapped(item *yaml.Node, earlier []Environment) Environment {
	s := r.fields(item, "an environment", environmentKeys...)
	env, name := r.origin(item, s, earlier)
	env.Name = name
	r.base(s, &env)
	if n := s["platform"]; n != nil {
		if p, ok := r.word(n, "platform"); ok && !platformGrammar.MatchString(p) {
			r.bad(n, "platform %q: machines are linux ones, such as linux/amd64 or linux/arm64", short(p))
		} else if ok {
			env.Base.Platform = p
		}
	}
	if n := s["furnish"]; n != nil {
		r.furnish(n, &env, s["user"] != nil)
	}
	if n := s["user"]; n != nil {
		if u, ok := r.word(n, "user"); ok && !userGrammar.MatchString(u) {
			r.bad(n, "user %q: a name has small letters, digits, - and _ and begins with a letter", short(u))
		} else if ok {
			env.User = u
		}
	}
	if n := s["packages"]; n != nil {
		env.Packages = r.packages(n)
	}
	if n := s["env"]; n != nil {
		r.variables(n, &env)
	}
	if n := s["limits"]; n != nil {
		r.limits(n, &env.Limits)
	}
	if n := s["network"]; n != nil {
		r.network(n, &env)
	}
	if n := s["registries"]; n != nil {
		r.registries(n, &env)
	}
	if n := s["proxy"]; n != nil {
		r.proxy(n, &env)
	}
	if n := s["ca_certificates"]; n != nil {
		env.CACertificates = r.authorities(n, name)
	}
	if n := s["services"]; n != nil {
		env.Services = r.services(n)
	}
	return env
}

// origin finds what the environment builds on, and its name: from:, else a
// name of the catalogue, else the defaults if it brings a base of its own.
func (r *reader) origin(item *yaml.Node, s map[string]*yaml.Node, earlier []Environment) (Environment, string) {
	var name, from string
	if n := s["name"]; n != nil {
		if given, ok := r.word(n, "name"); ok && !nameGrammar.MatchString(given) {
			r.bad(n, "name %q: an environment's name has small letters, digits, . and -, and begins with a letter or digit", short(given))
		} else {
			name = given
		}
	}
	if n := s["from"]; n != nil {
		from, _ = r.word(n, "from")
	}
	hasBase := s["image"] != nil || s["dockerfile"] != nil || s["rootfs"] != nil || s["bootstrap"] != nil
	switch {
	case from != "":
		env, ok := r.known(s["from"], from, earlier)
		if !ok && name != "" {
			r.faulty[name] = true
		}
		if name == "" && s["name"] == nil {
			name = from
		}
		return env, name
	case s["name"] == nil && s["from"] == nil:
		r.bad(item, "an environment needs name: (or from: with a name from the catalogue)")
	case hasBase || name == "" || s["from"] != nil:
	default:
		env, err := lookup(name, earlier)
		if err == nil {
			return env, name
		}
		r.bad(item, "environment %q is not in the catalogue and has no base: add from:, image:, dockerfile:, rootfs: or bootstrap:", name)
	}
	return Default(), name
}

// base replaces what the origin stands on as soon as one kind of base is
// declared: the tool must not fall back on another system than asked for.
func (r *reader) base(s map[string]*yaml.Node, env *Environment) {
	own := Base{Platform: env.Base.Platform}
	if n := s["image"]; n != nil {
		if ref, ok := r.word(n, "image"); ok && !imageReference(ref) {
			r.bad(n, "image %q is no image reference", short(ref))
		} else {
			own.Image = ref
		}
	}
	if n := s["dockerfile"]; n != nil {
		if p, ok := r.word(n, "dockerfile"); ok {
			own.Dockerfile, _ = r.hostPath(n, "dockerfile", p)
			if own.Dockerfile != "" && !inside(r.dir, own.Dockerfile) {
				r.reach(n, env.Name+".dockerfile", p, "builds from a file outside of the repository")
			}
		}
	}
	if n := s["rootfs"]; n != nil {
		if p, ok := r.word(n, "rootfs"); ok {
			own.Rootfs, _ = r.hostPath(n, "rootfs", p)
			r.reach(n, env.Name+".rootfs", p, "reads a file of this computer as the machine's system")
		}
	}
	if n := s["bootstrap"]; n != nil {
		own.Bootstrap = r.bootstrap(n)
	}
	if own.Image != "" || own.Dockerfile != "" || own.Rootfs != "" || own.Bootstrap != nil {
		env.Base = own
		if own.Bootstrap != nil {
			env.Family = verifier.FamilyDeb
		} else if s["from"] == nil {
			env.Family = ""
		}
	}
}

func (r *reader) bootstrap(n *yaml.Node) *Bootstrap {
	if n.Kind != yaml.MappingNode {
		r.bad(n, "bootstrap must be a mapping such as {suite: bookworm}, not %s", kind(n))
		return nil
	}
	f := r.fields(n, "bootstrap", "suite")
	if f["suite"] == nil {
		r.bad(n, "bootstrap needs suite: (a Debian release such as bookworm)")
		return nil
	}
	suite, ok := r.word(f["suite"], "suite")
	if !ok {
		return nil
	}
	if !suiteGrammar.MatchString(suite) {
		r.bad(f["suite"], "suite %q is no name of a release", short(suite))
		return nil
	}
	return &Bootstrap{Suite: suite}
}

func (r *reader) reach(n *yaml.Node, key, value, means string) {
	r.reaches = append(r.reaches, Reach{Line: n.Line, Key: key, Value: value, Means: means})
}

func (r *reader) authorities(n *yaml.Node, name string) []string {
	items := r.list(n, "ca_certificates")
	if !r.few(n, "ca_certificates", len(items), maxEntries) {
		return nil
	}
	var out []string
	for _, item := range items {
		s, ok := r.word(item, "a certificate authority")
		if !ok {
			continue
		}
		path := "host"
		if s != path {
			if path, ok = r.hostPath(item, "ca_certificates", s); !ok {
				continue
			}
			r.reach(item, name+".ca_certificates", s, "lets the machine trust the authorities in "+path)
		}
		if slices.Contains(out, path) {
			r.bad(item, "ca_certificates names %q twice", short(s))
			continue
		}
		out = append(out, path)
	}
	return out
}

func (r *reader) network(n *yaml.Node, env *Environment) {
	s, ok := r.word(n, "network")
	if !ok {
		return
	}
	switch net := Network(s); net {
	case NetworkFull, NetworkRegistries, NetworkNone:
		env.Network = net
	default:
		known := []string{string(NetworkFull), string(NetworkRegistries), string(NetworkNone)}
		r.bad(n, "network %q: it is one of %s%s", short(s), strings.Join(known, ", "), didYouMean(nearest(s, known)))
	}
}
