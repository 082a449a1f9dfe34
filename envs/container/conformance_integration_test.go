package container

import (
	"context"
	"os"
	"testing"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/envs/envtest"
	"github.com/freshinstall/freshinstall/verifier"
)

// conformAll: the long cases are asked for too, as make conformance does.
func conformAll() bool { return os.Getenv("CONFORMANCE") == "all" }

// peopled is a machine with programs that wait, serve and work in many ways.
func peopled() envs.Environment {
	env := debian()
	env.Packages = []string{"less", "python3", "tzdata", "zsh"}
	if conformAll() {
		env.Packages = append(env.Packages, "nodejs")
	}
	return env
}

// Perl's core is part of every Debian.
const (
	perlServer = `perl -MIO::Socket::INET -e '$|=1; $s = IO::Socket::INET->new(LocalPort=>8123, Listen=>5, ReuseAddr=>1) or die $!; ` +
		`print "Listening on http://127.0.0.1:8123\n"; while ($c = $s->accept) { $_ = <$c>; print $c "HTTP/1.0 200 OK\r\n\r\nserved\n"; close $c }'`
	perlFetch = `perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new("127.0.0.1:8123") or exit 7; print $s "GET / HTTP/1.0\r\n\r\n"; @l = <$s>; print $l[-1]'`
)

func TestIntegrationConformance(t *testing.T) {
	s := stage(t, peopled())
	envtest.Conformance(t, envtest.Kind{
		Server: perlServer, Fetch: perlFetch, All: conformAll(),
		Fresh: func(t *testing.T) envtest.Subject {
			m, err := s.Fresh(t.Context(), Checkout{Start: verifier.StartHome})
			if err != nil {
				t.Fatal(err)
			}
			return envtest.Subject{Machine: m, Fork: func(ctx context.Context, snap verifier.Snapshot) (envtest.Contract, error) {
				return s.Fork(ctx, snap)
			}}
		},
	})
}

// What the suite imitates by scripts, by the programs themselves. apt has a
// test of its own, since it needs the archive.
func TestIntegrationProgramsThatTheSuiteImitates(t *testing.T) {
	m := freshWith(t, stage(t, peopled()), Checkout{Start: verifier.StartHome})
	for _, s := range []struct{ text, want string }{
		{"python3 -m venv --without-pip /tmp/env && . /tmp/env/bin/activate", ""},
		{"command -v python; echo ${PS1%% *}", "/tmp/env/bin/python\r\n(env)\r\n"},
		{"deactivate; command -v python || echo none", "none\r\n"},
	} {
		if x := typeText(t, m, s.text); x.Exit != 0 || x.out != s.want {
			t.Errorf("%q: exit %d, output %q", s.text, x.Exit, x.out)
		}
	}
	r := &replies{give: []string{"1", "1"}}
	x := typeEntry(t, m, verifier.Entry{Text: "sudo dpkg-reconfigure tzdata"}, r.answer)
	if x.Exit != 0 || x.Ended != verifier.Exited || len(r.seen) != 2 || r.seen[0] != "Geographic area:" || r.seen[1] != "Time zone:" {
		t.Errorf("debconf: ended %s, exit %d, questions %q, output %q", x.Ended, x.Exit, r.seen, x.out)
	}
}
