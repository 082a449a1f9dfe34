package container

import (
	"archive/tar"
	"bytes"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/verifier"
)

// withServices is the environment of most tests with services, as a
// declaration lists them.
func withServices(services string) (envs.Environment, error) {
	f, err := envs.Parse("test", []byte("environments: [{name: beside, from: debian-12, services: "+services+"}]"))
	if err != nil {
		return envs.Environment{}, err
	}
	env := debian()
	env.Services = f.Environments[0].Services
	return env, nil
}

// beside has packages too: the clients to ask the services with.
func beside(t *testing.T, services string, packages ...string) envs.Environment {
	t.Helper()
	env, err := withServices(services)
	if err != nil {
		t.Fatal(err)
	}
	env.Packages = packages
	return env
}

// wants types a step and compares its output.
func wants(t *testing.T, m *Machine, text, want string) {
	t.Helper()
	x := typeText(t, m, text)
	if got := strings.TrimSpace(strings.ReplaceAll(x.out, "\r", "")); x.Exit != 0 || got != want {
		t.Errorf("%s: exit status %d, printed %q; want %q", text, x.Exit, got, want)
	}
}

func TestIntegrationServicesOfDebian(t *testing.T) {
	s := stage(t, beside(t, "[{kind: redis, at: localhost}, {kind: redis, name: cache, password: open}]", "redis-tools"))
	for _, r := range s.Record().Services {
		if !strings.HasPrefix(r.Made, "package redis-server 5:7.") {
			t.Errorf("%s was made of %q", r.Name, r.Made)
		}
	}
	m := freshWith(t, s, Checkout{Start: verifier.StartHome})
	wants(t, m, "redis-cli ping; redis-cli -h redis ping; redis-cli -h cache --no-auth-warning -a open ping", "PONG\nPONG\nPONG")
	wants(t, m, "redis-cli set step one; redis-cli -h cache --no-auth-warning -a open set step uno", "OK\nOK")
	snap := snapshot(t, m)
	wants(t, m, "redis-cli set step two", "OK")

	fork, err := s.Fork(t.Context(), snap)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := fork.Close(); err != nil {
			t.Error(err)
		}
	})
	// It has what the machine's services had, and is not reached by what they got since, nor they by what it does.
	wants(t, fork, "redis-cli get step; redis-cli -h cache --no-auth-warning -a open get step", `"one"`+"\n"+`"uno"`)
	wants(t, fork, "redis-cli set step fork", "OK")
	wants(t, m, "redis-cli get step", `"two"`)
	again := freshWith(t, s, Checkout{Start: verifier.StartHome})
	wants(t, again, "redis-cli dbsize", "(integer) 0")
}

func TestIntegrationServicesStayWhereTheMachineMovesOn(t *testing.T) {
	env := beside(t, "[{kind: redis, at: localhost}, {kind: redis, name: cache}]", "redis-tools")
	env.Network = envs.NetworkNone
	m := freshWith(t, stage(t, env), Checkout{Start: verifier.StartHome})
	wants(t, m, "redis-cli set at one; redis-cli -h cache set at two", "OK\nOK")
	if x := typeText(t, m, "dd if=/dev/urandom of=big bs=1M count=80 status=none"); x.Exit != 0 {
		t.Fatal(x.out)
	}
	before := m.box.ID
	snapshot(t, m)
	if m.box.ID == before {
		t.Error("the machine has not moved on")
	}
	wants(t, m, "redis-cli get at; redis-cli -h cache get at", `"one"`+"\n"+`"two"`)
	wants(t, m, "(exec 3<>/dev/tcp/example.org/80) 2>/dev/null && echo open || echo closed", "closed")

	// A step may have told the service to answer nobody: it is frozen all the same.
	wants(t, m, "redis-cli client pause 2000000000", "OK")
	began := time.Now()
	snapshot(t, m)
	if took := time.Since(began); took > flushPatience+time.Minute {
		t.Errorf("the snapshot took %s", took)
	}

	// A step that fails because a service has died is no fault of the documents.
	if err := m.beside.servers[0].box.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err := m.Type(t.Context(), verifier.Entry{Text: "redis-cli -p 6379 ping"}, nil, nil)
	if !errors.Is(err, verifier.ErrLost) || !strings.Contains(err.Error(), "service redis has ended") {
		t.Errorf("got %v", err)
	}
}

// Every kind that Debian has, by its own client: the declared account works,
// and what was written is in a fork. The long ones run with CONFORMANCE=all.
func TestIntegrationConformanceOfServices(t *testing.T) {
	const pg = "PGPASSWORD=s3cret:x psql -At -U app "
	const my = "mysql --protocol=tcp -uapp -ps3cret:x "
	for _, tt := range []struct {
		service, client, made, ask, answers, write, read, reads string
	}{
		{"{kind: postgres, user: app, password: 's3cret:x', at: localhost}", "postgresql-client", "package postgresql-15 ",
			pg + "-h localhost -c 'select current_database(), rolsuper, pg_encoding_to_char(encoding) from pg_roles, pg_database where rolname = current_user and datname = current_database()'", "app|t|UTF8",
			pg + "-q -h postgres -c 'create table t as select 7 as n'", pg + "-h 127.0.0.1 -c 'select n from t'", "7"},
		{"{kind: mariadb, name: db, user: app, password: 's3cret:x', database: shop, at: localhost}", "default-mysql-client", "package mariadb-server 1:10.11",
			my + "-h localhost -Ne 'show databases' | grep -c -x shop", "1",
			my + "-h db shop -e 'create table t as select 7 as n'", my + "-h 127.0.0.1 shop -BNe 'select n from t'", "7"},
		{"{kind: mysql, password: 's3cret:x'}", "default-mysql-client", "package mariadb-server 1:10.11",
			"mysql -h mysql -uroot -ps3cret:x -BNe 'select 1'", "1",
			"mysql -h mysql -uroot -ps3cret:x -e 'create database d'", "mysql -h mysql -uroot -ps3cret:x -Ne 'show databases' | grep -c -x d", "1"},
		{"{kind: rabbitmq, user: bus, password: 's3cret:x', at: localhost}", "amqp-tools", "package rabbitmq-server 3.10",
			"amqp-declare-queue -u amqp://bus:s3cret%3Ax@localhost -d -q work", "work",
			"amqp-publish -u amqp://bus:s3cret%3Ax@rabbitmq -r work -p -b hello", "amqp-get -u amqp://bus:s3cret%3Ax@127.0.0.1 -q work", "hello"},
	} {
		t.Run(tt.service, func(t *testing.T) {
			if os.Getenv("CONFORMANCE") != "all" {
				t.Skip("only with CONFORMANCE=all, as in make conformance")
			}
			s := stage(t, beside(t, "["+tt.service+"]", tt.client))
			if made := s.Record().Services[0].Made; !strings.HasPrefix(made, tt.made) {
				t.Errorf("made of %q", made)
			}
			m := freshWith(t, s, Checkout{Start: verifier.StartHome})
			wants(t, m, tt.ask, tt.answers)
			wants(t, m, tt.write, "")
			snap := snapshot(t, m)
			began := time.Now()
			fork, err := s.Fork(t.Context(), snap)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("the fork stood after %s", time.Since(began))
			wants(t, fork, tt.read, tt.reads)
			if err := fork.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// An image as the makers' own are: data in a volume, an entrypoint that gives
// up root, its command the server.
func TestIntegrationServiceFromAnImage(t *testing.T) {
	s := stage(t, beside(t, "[redis]", "redis-tools"))
	e := s.engine
	dockerfile := "FROM " + s.ready[0].Image + `
RUN printf '#!/bin/sh\nset -e\nif [ "$(id -u)" = 0 ]; then find . ! -user redis -exec chown redis {} +; exec setpriv --reuid redis --regid redis --init-groups "$0" "$@"; fi\nexec "$@"\n' >/usr/local/bin/docker-entrypoint.sh && chmod +x /usr/local/bin/docker-entrypoint.sh
VOLUME /data
WORKDIR /data
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["redis-server", "--protected-mode", "no"]
`
	var files bytes.Buffer
	w := tar.NewWriter(&files)
	if err := errors.Join(w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "Dockerfile", Mode: 0o644, Size: int64(len(dockerfile))}),
		second(w.Write([]byte(dockerfile))), w.Close()); err != nil {
		t.Fatal(err)
	}
	image, err := e.back.Build(t.Context(), &files, recipe{Dockerfile: "Dockerfile", Labels: e.me.labels(kindSnapshot, map[string]string{labelKey: "", labelRecord: ""})}, func(line string) { t.Log(line) })
	if err != nil {
		t.Fatal(err)
	}
	e.keep(image)
	env := beside(t, "[{kind: redis, at: localhost, password: open}]", "redis-tools")
	env.Services[0].Image = image
	s = stage(t, env)
	if made := s.Record().Services[0].Made; !strings.HasPrefix(made, "image sha256:") {
		t.Errorf("made of %q", made)
	}
	made, err := e.back.List(t.Context(), labelKind, kindService)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range slices.Backward(sweepOrder(made)) {
		if r, err := e.readyService(t.Context(), x.ID); err == nil && r.Service.Image == image {
			e.keep(x.ID) // of no use without the image
		}
	}
	m := freshWith(t, s, Checkout{Start: verifier.StartHome})
	wants(t, m, "export REDISCLI_AUTH=open; redis-cli set step one", "OK")
	fork, err := s.Fork(t.Context(), snapshot(t, m))
	if err != nil {
		t.Fatal(err)
	}
	wants(t, fork, "redis-cli get step", `"one"`)
	if err := fork.Close(); err != nil {
		t.Error(err)
	}
}

// What cannot be had says whose turn it is.
func TestIntegrationServiceThatCannotBeHad(t *testing.T) {
	env := beside(t, "[{kind: redis, image: 'registry.invalid/redis:7'}]")
	_, err := engine(t).Prepare(t.Context(), env, nil)
	var trouble *Trouble
	if !errors.As(err, &trouble) || trouble.Blame != verifier.BlameWorld || !strings.Contains(err.Error(), "service redis: image registry.invalid/redis:7 cannot be fetched") {
		t.Errorf("got %v", err)
	}
}

// Other releases package the same servers in other versions and with other
// defaults; that each answers its own check and takes its account is what
// starting them shows.
func TestIntegrationConformanceOfServicesInOtherReleases(t *testing.T) {
	for name, made := range map[string][]string{
		"debian-11": {"package postgresql-13 ", "package mariadb-server-10.5 1:10.5", "package redis-server 5:6.0", "package rabbitmq-server 3.8"},
		"debian-13": {"package postgresql-17 ", "package mariadb-server 1:11.8", "package redis-server 5:8.0", "package rabbitmq-server 4.0"},
	} {
		t.Run(name, func(t *testing.T) {
			if os.Getenv("CONFORMANCE") != "all" {
				t.Skip("only with CONFORMANCE=all, as in make conformance")
			}
			f, err := envs.Parse("test", []byte("environments: [{name: "+name+", from: "+name+", services: [postgres, {kind: mariadb, at: localhost}, {kind: redis, password: open}, rabbitmq]}]"))
			if err != nil {
				t.Fatal(err)
			}
			s := stage(t, f.Environments[0])
			for i, r := range s.Record().Services {
				if !strings.HasPrefix(r.Made, made[i]) {
					t.Errorf("%s was made of %q, not %q", r.Kind, r.Made, made[i])
				}
			}
			m := freshWith(t, s, Checkout{Start: verifier.StartHome})
			wants(t, m, "for at in postgres/5432 localhost/3306 redis/6379 rabbitmq/5672; do (exec 3<>/dev/tcp/$at) && echo open; done", "open\nopen\nopen\nopen")
		})
	}
}
