package diagnose

import (
	"io"
	"io/fs"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// A server that a step takes for granted is no command that is missing before
// it: on one reader's machine it has long been there, on another's somebody
// else sets it up. What must change is the declaration of the environment, and
// the documents must tell that the server is needed, and with which account.

// servers are the kinds by the objects of the rules.
var servers = func() map[string]verifier.ServiceKind {
	all := map[string]verifier.ServiceKind{}
	for _, k := range verifier.ServiceKinds() {
		all[k.Facts().Title] = k
	}
	return all
}()

// declareService puts the server where the step looked for it: on the
// machine's own loopback, with the account that the repository shows, if any.
func declareService(e Explanation, o Observation) []verifier.Fix {
	kind, known := servers[e.Finding.Object]
	if !known || slices.ContainsFunc(o.Environment.Services, func(s verifier.Service) bool { return s.Kind.Facts().Port == kind.Facts().Port }) {
		return nil // it has one: then it is the address that is wrong
	}
	s := kind.Facts().Default
	s.Kind, s.Name, s.At = kind, string(kind), verifier.AtLocalhost
	if kind == verifier.Mongo {
		s.Image = "mongo:7" // no distribution has a package
	}
	shown := accountShown(kind, o)
	if shown.User != "" && kind.Facts().User {
		s.User = shown.User
	}
	if shown.Password != "" && (s.User != "" || kind != verifier.Mongo) {
		s.Password = shown.Password
	}
	if kind == verifier.Mongo && s.Password == "" {
		s.User = ""
	}
	fixes := []verifier.Fix{declare(s)}
	if shown.Database != "" && kind.Facts().Database && shown.Database != s.Database {
		with := s
		with.Database = shown.Database
		fixes = append(fixes, declare(with))
	}
	if commands := clientSettings(s); commands != nil {
		fixes = append(fixes, declare(s, commands...))
	}
	return fixes
}

func declare(s verifier.Service, commands ...string) verifier.Fix {
	return verifier.Fix{Kind: verifier.FixDeclare, Services: []verifier.Service{s}, Commands: commands,
		Why: "the documents should say that " + s.String() + " is needed, as no step brings one"}
}

// clientSettings are what the server's own clients take in the place of
// options: they look for a Unix socket and an account of the user's name.
func clientSettings(s verifier.Service) []string {
	switch s.Kind {
	case verifier.Postgres:
		return []string{"export PGHOST=localhost PGUSER=" + s.User + " PGPASSWORD=" + quote(s.Password)}
	case verifier.MySQL, verifier.MariaDB:
		return []string{`printf '[client]\nhost=127.0.0.1\nuser=%s\npassword="%s"\n' ` + s.User + " " + quote(s.Password) + " >> ~/.my.cnf"}
	case verifier.Redis, verifier.Mongo, verifier.RabbitMQ:
	}
	return nil
}

// schemes are the first letters of an address, by kind.
var schemes = map[verifier.ServiceKind]string{
	verifier.Postgres: "postgres", verifier.MySQL: "mysql", verifier.MariaDB: "mariadb", verifier.Redis: "redis",
	verifier.Mongo: "mongodb", verifier.RabbitMQ: "amqp",
}

var (
	serviceAddress = regexp.MustCompile(`\b[a-z]+[a-z0-9]*(?:\+[a-z0-9]+)?://[^\s"'<>` + "`" + `]{1,300}`)
	accountSetting = regexp.MustCompile(`(?m)(?:^|[\s;"'])(PG|POSTGRES_|MYSQL_|MARIADB_|DB_|DATABASE_|REDIS_|MONGO_(?:INITDB_(?:ROOT_)?)?|RABBITMQ_(?:DEFAULT_)?)(USER|USERNAME|PASS|PASSWORD|DB|DATABASE|NAME)=["']?([^\s"'#;&]{1,128})["']?`)
)

// settings are the beginnings of the names of a kind's settings; an account
// that is only called the database's may be that of any kind that keeps tables.
var settings = map[verifier.ServiceKind][]string{
	verifier.Postgres: {"PG", "POSTGRES_", anyDatabase}, verifier.MySQL: {"MYSQL_", "MARIADB_", anyDatabase}, verifier.MariaDB: {"MARIADB_", "MYSQL_", anyDatabase},
	verifier.Redis: {"REDIS_"}, verifier.Mongo: {"MONGO_"}, verifier.RabbitMQ: {"RABBITMQ_"},
}

const anyDatabase = "D" // DB_, DATABASE_

// examples are the files in which repositories show their settings.
var examples = []string{".env", ".env.example", ".env.sample", ".env.template", ".env.dist", ".env.development", ".env.local.example", "env.example", "example.env"}

// accountShown looks for the account in what was typed, the latest first, and
// in the repository's examples of settings. All of it is foreign: what is no
// sound name counts as not shown, and so does a secret that was declared.
func accountShown(kind verifier.ServiceKind, o Observation) verifier.Service {
	texts := []string{o.masked(o.text())}
	for _, earlier := range slices.Backward(o.Earlier) {
		texts = append(texts, o.masked(earlier))
	}
	for _, name := range examples {
		texts = append(texts, readSome(o.Tree, name))
	}
	var s verifier.Service
	for _, text := range texts {
		for _, address := range serviceAddress.FindAllString(text, 20) {
			if s.User == "" && s.Password == "" {
				s = ofAddress(kind, address)
			}
		}
	}
	for _, prefix := range settings[kind] {
		for _, text := range texts {
			for _, m := range accountSetting.FindAllStringSubmatch(text, 50) {
				if !strings.HasPrefix(m[1], prefix) || m[3] == "null" {
					continue
				}
				switch m[2] {
				case "USER", "USERNAME":
					fillEmpty(&s.User, m[3], verifier.SoundAccount)
				case "PASS", "PASSWORD":
					fillEmpty(&s.Password, m[3], verifier.SoundPassword)
				case "DB", "DATABASE", "NAME":
					fillEmpty(&s.Database, m[3], verifier.SoundAccount)
				}
			}
		}
	}
	return s
}

func fillEmpty(dst *string, value string, sound func(string) bool) {
	if *dst == "" && sound(value) {
		*dst = value
	}
}

// ofAddress reads an address such as postgres://user:password@localhost/app;
// one of another kind, host or port shows nothing.
func ofAddress(kind verifier.ServiceKind, text string) (s verifier.Service) {
	u, err := url.Parse(text)
	if err != nil || u.User == nil || !strings.HasPrefix(u.Scheme, schemes[kind]) && !(kind == verifier.MySQL && strings.HasPrefix(u.Scheme, "mariadb")) {
		return s
	}
	if !slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, u.Hostname()) {
		return s
	}
	password, _ := u.User.Password()
	fillEmpty(&s.User, u.User.Username(), verifier.SoundAccount)
	fillEmpty(&s.Password, password, verifier.SoundPassword)
	fillEmpty(&s.Database, strings.Trim(u.Path, "/"), verifier.SoundAccount)
	return s
}

// readSome gives the beginning of a file of the checkout; empty where there is none.
func readSome(tree fs.FS, name string) string {
	if tree == nil {
		return ""
	}
	f, err := tree.Open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, 64<<10))
	if err != nil {
		return ""
	}
	return string(raw)
}
