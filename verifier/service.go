package verifier

import (
	"fmt"
	"regexp"
	"strings"
)

// Service is a server that stands beside a machine: a database, a queue.
//
// Its credentials are test data, not secrets: they are declared in the open,
// and reports show them, since documents must tell a reader the same.
type Service struct {
	Name     string       `json:"name"` // host name under which the machine reaches it
	Kind     ServiceKind  `json:"kind"`
	Image    string       `json:"image,omitempty"` // of the engine's registry; empty: the distribution's own package
	User     string       `json:"user,omitempty"`
	Password string       `json:"password,omitempty"`
	Database string       `json:"database,omitempty"`
	At       ServicePlace `json:"at"`
	Made     string       `json:"made,omitempty"` // in a record: what really runs, with its version
}

// ServiceKind is what a service speaks.
type ServiceKind string

// The closed set of kinds.
const (
	Postgres ServiceKind = "postgres"
	MySQL    ServiceKind = "mysql"
	MariaDB  ServiceKind = "mariadb"
	Redis    ServiceKind = "redis"
	Mongo    ServiceKind = "mongo"
	RabbitMQ ServiceKind = "rabbitmq"
)

// ServiceKinds are all of them, in the order in which they are shown.
func ServiceKinds() []ServiceKind {
	return []ServiceKind{Postgres, MySQL, MariaDB, Redis, Mongo, RabbitMQ}
}

// ServicePlace is where a machine finds a service.
type ServicePlace string

// The closed set of places.
const (
	AtName      ServicePlace = "name"      // another computer, whose host name is the service's
	AtLocalhost ServicePlace = "localhost" // the machine's own loopback, by TCP; no Unix socket is there
)

// ServiceFacts are what is the same for all services of a kind.
type ServiceFacts struct {
	Title    string  // as its makers write it
	Port     int     // registered with IANA, and the default of its makers
	Default  Service // what a declaration that says nothing else means: user, password, database
	User     bool    // it knows users; where it knows none, a password may still be set
	Database bool    // it has named databases that are made beforehand
}

// Facts tells what is known of a kind; the zero value for an unknown one.
//
// The default users are the administrators that the makers' own images have.
func (k ServiceKind) Facts() ServiceFacts {
	switch k {
	case Postgres:
		return ServiceFacts{"PostgreSQL", 5432, Service{User: "postgres", Password: "postgres", Database: "postgres"}, true, true}
	case MySQL:
		return ServiceFacts{"MySQL", 3306, Service{User: "root", Password: "root"}, true, true}
	case MariaDB:
		return ServiceFacts{"MariaDB", 3306, Service{User: "root", Password: "root"}, true, true}
	case Redis:
		return ServiceFacts{"Redis", 6379, Service{}, false, false}
	case Mongo:
		return ServiceFacts{"MongoDB", 27017, Service{}, true, false}
	case RabbitMQ:
		return ServiceFacts{"RabbitMQ", 5672, Service{User: "guest", Password: "guest"}, true, false}
	}
	return ServiceFacts{}
}

var (
	account  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]{0,62}$`)
	password = regexp.MustCompile(`^[A-Za-z0-9!#%&()*+,./:;<=>?@^_{|}~-]{1,128}$`)
)

// SoundAccount reports whether a service can have a user or a database of this
// name. It enters SQL and configuration files; what needs quoting there is
// left out.
func SoundAccount(name string) bool { return account.MatchString(name) }

// SoundPassword is [SoundAccount] for passwords.
func SoundPassword(word string) bool { return password.MatchString(word) }

// Host is the name by which the machine reaches the service.
func (s Service) Host() string {
	if s.At == AtLocalhost {
		return "localhost"
	}
	return s.Name
}

// String says in plain words what a reader must have: "a PostgreSQL server at
// localhost:5432 with user app, password secret and database app".
func (s Service) String() string {
	f := s.Kind.Facts()
	text := fmt.Sprintf("a %s server at %s:%d", f.Title, s.Host(), f.Port)
	var parts []string
	for _, p := range [][2]string{{"user", s.User}, {"password", s.Password}, {"database", s.Database}} {
		if p[1] != "" {
			parts = append(parts, p[0]+" "+p[1])
		}
	}
	switch len(parts) {
	case 0:
		return text
	case 1:
		return text + " with " + parts[0]
	case 2:
		return text + " with " + parts[0] + " and " + parts[1]
	}
	return text + " with " + parts[0] + ", " + parts[1] + " and " + parts[2]
}

// Declaration is the service as an item under services: in freshinstall.yaml,
// with what differs from the defaults of its kind.
func (s Service) Declaration() string {
	usual := s.Kind.Facts().Default
	if s.Kind == Postgres {
		usual.Database = s.User // as the server's own clients take it
	}
	parts := []string{"kind: " + string(s.Kind)}
	for _, p := range [][3]string{
		{"name", s.Name, string(s.Kind)}, {"image", s.Image, ""}, {"user", s.User, usual.User},
		{"password", s.Password, usual.Password}, {"database", s.Database, usual.Database}, {"at", string(s.At), string(AtName)},
	} {
		if p[1] == p[2] || p[1] == "" {
			continue
		}
		value := p[1]
		if p[0] == "password" || p[0] == "image" || strings.EqualFold(value, "null") {
			value = fmt.Sprintf("%q", value) // its signs may mean something in YAML
		}
		parts = append(parts, p[0]+": "+value)
	}
	return "{" + strings.Join(parts, ", ") + "}"
}
