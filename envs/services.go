package envs

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/freshinstall/freshinstall/verifier"
)

// Services stand beside the machine and not in it: each in a container of its
// own, as on a laptop with a database that somebody set up earlier, or in an
// office with a database server. What a declaration leaves out is the default
// of the kind, see [verifier.ServiceKind.Facts].

// maxServices is more than any one project needs.
const maxServices = 10

// serviceName reports whether s is a host name that a machine does not have itself.
func serviceName(s string) bool {
	return hostGrammar.MatchString(s) && s != "localhost" && s != "freshinstall"
}

var serviceKeys = []string{"kind", "name", "image", "user", "password", "database", "at"}

// services reads the list under services:. An item is a kind, or a mapping.
func (r *reader) services(n *yaml.Node) []verifier.Service {
	items := r.list(n, "services")
	if !r.few(n, "services", len(items), maxServices) {
		return nil
	}
	var out []verifier.Service
	names, ports := map[string]int{}, map[int]string{}
	for _, item := range items {
		s, ok := r.service(item)
		if !ok {
			continue
		}
		if line, twice := names[s.Name]; twice {
			r.bad(item, "service %q is declared twice (first in line %d); give one of them another name:", s.Name, line)
			continue
		}
		names[s.Name] = item.Line
		port := s.Kind.Facts().Port
		if other := ports[port]; s.At == verifier.AtLocalhost && other != "" {
			r.bad(item, "services %s and %s would both listen on localhost:%d; leave at: localhost away in one of them", other, s.Name, port)
			continue
		}
		if s.At == verifier.AtLocalhost {
			ports[port] = s.Name
		}
		out = append(out, s)
	}
	return out
}

func (r *reader) service(item *yaml.Node) (verifier.Service, bool) {
	switch item.Kind {
	case yaml.ScalarNode:
		kind, ok := r.serviceKind(item)
		return defaultService(kind), ok && r.had(item, defaultService(kind))
	case yaml.MappingNode:
	default:
		r.bad(item, "a service must be one of %s, or a mapping with kind:, not %s", kindsInWords(), kind(item))
		return verifier.Service{}, false
	}
	before := len(r.problems)
	f := r.fields(item, "a service", serviceKeys...)
	if f["kind"] == nil {
		if len(r.problems) == before {
			r.bad(item, "a service needs kind: (one of %s)", kindsInWords())
		}
		return verifier.Service{}, false
	}
	k, ok := r.serviceKind(f["kind"])
	if !ok {
		return verifier.Service{}, false
	}
	s := defaultService(k)
	facts := k.Facts()
	r.account(f["name"], "name", serviceName, "a host name has small letters, digits and -", true, &s.Name)
	r.account(f["user"], "user", verifier.SoundAccount, "a name has letters, digits, - and _ and begins with a letter", facts.User, &s.User)
	r.account(f["password"], "password", verifier.SoundPassword, `a password has letters, digits and signs, but no space, quote, $, [, ], \ or backquote`, true, &s.Password)
	if f["user"] != nil && f["database"] == nil && k == verifier.Postgres {
		s.Database = s.User // as the server's own clients take it
	}
	r.account(f["database"], "database", verifier.SoundAccount, "a name has letters, digits, - and _ and begins with a letter", facts.Database, &s.Database)
	if n := f["image"]; n != nil {
		if ref, ok := r.word(n, "image"); ok && !imageReference(ref) {
			r.bad(n, "image %q is no image reference", short(ref))
		} else {
			s.Image = ref
		}
	}
	if n := f["at"]; n != nil {
		r.place(n, &s.At)
	}
	if k == verifier.Mongo && (s.User == "") != (s.Password == "") {
		r.bad(item, "mongo takes user: and password: together, or neither")
	}
	if len(r.problems) == before {
		r.had(item, s)
	}
	return s, len(r.problems) == before
}

// had reports whether the service can be had at all.
func (r *reader) had(n *yaml.Node, s verifier.Service) bool {
	if s.Kind == verifier.Mongo && s.Image == "" {
		r.bad(n, "mongo needs image: (such as mongo:7); no distribution has a package of it any more")
		return false
	}
	return true
}

func (r *reader) serviceKind(n *yaml.Node) (verifier.ServiceKind, bool) {
	word, ok := r.word(n, "a service")
	if !ok {
		return "", false
	}
	if k := verifier.ServiceKind(word); slices.Contains(verifier.ServiceKinds(), k) {
		return k, true
	}
	meant := didYouMean(nearService(word))
	if meant == "" {
		meant = "; known: " + kindsInWords()
	}
	r.bad(n, "unknown kind of service %q%s", short(word), meant)
	return "", false
}

// nearService finds the kind that another of its names means, then slips.
func nearService(word string) []string {
	others := map[string]verifier.ServiceKind{
		"postgresql": verifier.Postgres, "pg": verifier.Postgres, "psql": verifier.Postgres, "postgis": verifier.Postgres,
		"mongodb": verifier.Mongo, "maria": verifier.MariaDB, "rabbit": verifier.RabbitMQ, "amqp": verifier.RabbitMQ, "valkey": verifier.Redis,
	}
	plain, _, _ := strings.Cut(strings.ToLower(word), ":")
	if k, known := others[plain]; known {
		return []string{string(k)}
	}
	var kinds []string
	for _, k := range verifier.ServiceKinds() {
		kinds = append(kinds, string(k))
	}
	return nearest(plain, kinds)
}

func kindsInWords() string {
	var kinds []string
	for _, k := range verifier.ServiceKinds() {
		kinds = append(kinds, string(k))
	}
	return strings.Join(kinds, ", ")
}

// account reads a word that must keep to a grammar, for kinds that know it.
func (r *reader) account(n *yaml.Node, key string, sound func(string) bool, rule string, known bool, dst *string) {
	if n == nil {
		return
	}
	if !known {
		r.bad(n, "%s: this kind of service has none", key)
		return
	}
	word, ok := r.word(n, key)
	if !ok {
		return
	}
	if !sound(word) {
		r.bad(n, "%s %q: %s", key, short(word), rule)
		return
	}
	*dst = word
}

func (r *reader) place(n *yaml.Node, dst *verifier.ServicePlace) {
	word, ok := r.word(n, "at")
	if !ok {
		return
	}
	switch at := verifier.ServicePlace(word); at {
	case verifier.AtName, verifier.AtLocalhost:
		*dst = at
	default:
		known := []string{string(verifier.AtName), string(verifier.AtLocalhost)}
		r.bad(n, "at %q: it is one of %s%s", short(word), strings.Join(known, ", "), didYouMean(nearest(word, known)))
	}
}

// defaultService is what a kind alone declares.
func defaultService(k verifier.ServiceKind) verifier.Service {
	s := k.Facts().Default
	s.Kind, s.Name, s.At = k, string(k), verifier.AtName
	return s
}

// shownService is a service in the words and the order of a declaration, in
// one line.
type shownService struct {
	Kind     verifier.ServiceKind  `yaml:"kind"`
	Name     string                `yaml:"name"`
	Image    string                `yaml:"image,omitempty"`
	User     string                `yaml:"user,omitempty"`
	Password string                `yaml:"password,omitempty"`
	Database string                `yaml:"database,omitempty"`
	At       verifier.ServicePlace `yaml:"at"`
}

// MarshalYAML makes the mapping one of a single line.
func (s shownService) MarshalYAML() (any, error) {
	type plain shownService // without this method
	var n yaml.Node
	if err := n.Encode(plain(s)); err != nil {
		return nil, err
	}
	n.Style = yaml.FlowStyle
	return &n, nil
}
