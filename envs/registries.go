package envs

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// registryGrammar is a host as gates take it: a name, all names below one, or
// a name with its port. It ends up in no script, but in reports.
var registryGrammar = regexp.MustCompile(`^\.?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:[0-9]{1,5})?$`)

// CheckRegistry returns why a text cannot be a registry's host, or nil.
func CheckRegistry(text string) error {
	if !registryGrammar.MatchString(text) {
		return fmt.Errorf("%q is no host: write a name in small letters (packages.example.org), all below one (.example.org), or one with its port (nexus.example.org:8081)", short(text))
	}
	if _, port, found := strings.Cut(text, ":"); found {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return fmt.Errorf("%q is no host: its port is no number below 65536", short(text))
		}
		if strings.HasPrefix(text, ".") {
			return fmt.Errorf("%q: all names below a domain have no port of their own", short(text))
		}
	}
	return nil
}

// registries reads the hosts from which an environment's packages come,
// besides those that its base is set up for.
func (r *reader) registries(n *yaml.Node, env *Environment) {
	env.Registries = nil
	for _, item := range r.list(n, "registries") {
		s, ok := r.word(item, "a registry")
		if !ok {
			continue
		}
		if err := CheckRegistry(s); err != nil {
			r.bad(item, "registries: %v", err)
			continue
		}
		r.reach(item, env.Name+".registries", s, "lets the machine reach that host, also in a private network")
		env.Registries = append(env.Registries, s)
	}
}
