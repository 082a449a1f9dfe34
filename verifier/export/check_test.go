package export

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/run"
)

// paper is a stage, and each machine of it, that answers as it is told.
type paper struct {
	typed  []string
	exits  []string // what the n-th "bash install.sh" says; "" ends well
	fails  string   // part of a text that fails
	states []string // what the n-th look at the machine shows
	builds []Build
	broken []string // what the n-th build says; "" ends well
	files  []string // scripts by Exec
	closed int
	opened int
}

func (p *paper) machine() (run.Machine, error) { p.opened++; return p, nil }

func (p *paper) Fresh(context.Context, bool, ...verifier.Service) (run.Machine, error) {
	return p.machine()
}

func (p *paper) Of(context.Context, string, bool, ...verifier.Service) (run.Machine, error) {
	return p.machine()
}

func (p *paper) Build(_ context.Context, b Build) (string, error) {
	p.builds = append(p.builds, b)
	if n := len(p.builds); n <= len(p.broken) && p.broken[n-1] != "" {
		return "", &Failure{What: "it cannot be built", Output: p.broken[n-1]}
	}
	return "image", nil
}

func (p *paper) Type(_ context.Context, e verifier.Entry, out io.Writer, _ func(string) (string, bool)) (verifier.Execution, error) {
	p.typed = append(p.typed, e.Text)
	said, exit := "", 0
	if strings.Contains(e.Text, "bash install.sh") {
		said = "install.sh: done\n"
		if len(p.exits) > 0 {
			if p.exits[0] != "" {
				said, exit = p.exits[0]+"\n", 1
			}
			p.exits = p.exits[1:]
		}
	}
	if p.fails != "" && strings.Contains(e.Text, p.fails) {
		exit = 7
	}
	_, err := io.WriteString(out, said)
	return verifier.Execution{Exit: exit, Ended: verifier.Exited}, err
}

func (p *paper) Exec(_ context.Context, script string) (string, int, error) {
	p.files = append(p.files, script)
	if strings.Contains(script, "sha256sum") && len(p.states) > 0 {
		said := p.states[0]
		p.states = p.states[1:]
		return said, 0, nil
	}
	return "", 0, nil
}

func (p *paper) Snapshot(context.Context) (verifier.Snapshot, error) { return verifier.Snapshot{}, nil }
func (p *paper) Written(context.Context) (int64, error)              { return 5 << 20, nil }
func (p *paper) Close() error                                        { p.closed++; return nil }

func checkerOf(t *testing.T, in *told, p *paper) *Checker {
	t.Helper()
	r := learned(t, in)
	typist := &run.Typist{Clean: func(b []byte) string { return string(b) }}
	return &Checker{Stage: p, Recipe: &r, Tool: tool, Input: in.in, Values: map[string]string{}, Typist: typist, Author: typist,
		Look: func(rec run.Record) bool { return strings.Contains(rec.Text, "Temporary failure resolving") }}
}

func TestInstallShIsOfferedOnlyAfterItPassed(t *testing.T) {
	for name, tt := range map[string]struct {
		p     paper
		why   string // part of it; empty: it is offered
		world bool
		once  bool // "sudo make install" is done once
	}{
		"all goes well":             {p: paper{}},
		"it fails":                  {p: paper{exits: []string{"install.sh: stopped at README.md:17 (command 6): exit status 1"}}, why: "stopped at README.md:17"},
		"the network is away":       {p: paper{exits: []string{"Temporary failure resolving 'x'"}}, why: "did not come to its end", world: true},
		"it ends half way":          {p: paper{exits: []string{"bye"}}, why: "did not come to its end"},
		"a command passes but once": {p: paper{exits: []string{"", "install.sh: stopped at README.md:21 (command 10): exit status 2", "", ""}}, once: true},
		"and once more":             {p: paper{exits: []string{"", "install.sh: stopped at README.md:21 (command 10): exit status 2", "", "install.sh: stopped at README.md:21 (command 10): exit status 2"}}, why: "run again, it did not come to its end"},
		"it changes a file again":   {p: paper{states: []string{"aa  /home/newcomer/.profile", "bb  /home/newcomer/.profile"}}, why: "it changed /home/newcomer/.profile"},
		"the software does nothing": {p: paper{fails: "build/tally sample.txt"}, why: "what shows that it works did not pass afterwards: exit 7"},
	} {
		t.Run(name, func(t *testing.T) {
			k := checkerOf(t, tally(), &tt.p)
			text, err := k.InstallSh(t.Context())
			f, failed := errors.AsType[*Failure](err)
			switch {
			case tt.why == "" && (err != nil || !strings.Contains(string(text), "step ")):
				t.Fatalf("%v\n%s", err, text)
			case tt.why != "" && (!failed || !strings.Contains(f.What, tt.why) || f.World != tt.world || text != nil):
				t.Fatalf("%v, %+v\n%s", err, f, text)
			}
			if once := k.Recipe.Commands[9].Once; once != (tt.once || name == "and once more") {
				t.Errorf("done once: %v", once)
			}
			if tt.p.opened != tt.p.closed || tt.p.opened == 0 {
				t.Errorf("%d machines were opened and %d closed", tt.p.opened, tt.p.closed)
			}
		})
	}
}

func TestDockerfileLeavesWhatNeedsAServer(t *testing.T) {
	in := atlas()
	in.in.Values, in.in.Plan.Prose = map[string]run.Value{"<api-key>": {}}, nil
	const said = "Step 9/12 : RUN pip install -r requirements.txt\nStep 10/12 : RUN ./setup.sh --key \"${API_KEY}\" < <(printf '%s\\n' '')\ncould not connect\n"
	p := &paper{broken: []string{"", said, said}}
	k := checkerOf(t, in, p)
	k.Values["API_KEY"] = "k1"
	text, err := k.Dockerfile(t.Context())
	if err != nil || !strings.Contains(string(text), "need what stands beside a container") || strings.Contains(string(text), "RUN ./setup.sh") || !strings.Contains(string(text), "RUN pip install") {
		t.Errorf("%v\n%s", err, text)
	}
	if len(p.builds) != 4 || p.builds[0].Target != Prerequisites || !p.builds[0].Anew || p.builds[1].Arguments["API_KEY"] != "k1" {
		t.Errorf("builds: %+v", p.builds)
	}

	p = &paper{broken: []string{"no", "", "Step 10/12 : RUN make\nno\n"}}
	if _, err := checkerOf(t, tally(), p).Dockerfile(t.Context()); err != nil {
		t.Errorf("what fails once is not tried again: %v", err)
	}
	p = &paper{broken: []string{"", "Step 10/12 : RUN make\nno\n", "Step 10/12 : RUN make\nno\n"}}
	if text, err := checkerOf(t, tally(), p).Dockerfile(t.Context()); err == nil {
		t.Errorf("without a server, what cannot be built is offered:\n%s", text)
	}
}

func TestDocumentsAreFollowedWithThePackages(t *testing.T) {
	p := &paper{}
	k := checkerOf(t, tally(), p)
	if _, err := k.InstallSh(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.typed, p.files = nil, nil
	if _, err := k.PrerequisitesMd(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(p.files) != 1 || !strings.Contains(p.files[0], "install --no-install-recommends gcc libc6-dev && ") || !strings.Contains(p.files[0], "install make libyaml-dev") {
		t.Errorf("packages: %q", p.files)
	}
	want := []string{clone, "cd tally", "sudo apt-get update && sudo apt-get install -y --no-install-recommends gcc libc6-dev", "sudo apt install make",
		"export GREETING=hello", "mkdir build && cd build", "gcc -o tally ../tally.c -lyaml", "cd ..", "cp config/example.conf tally.conf",
		"echo 'export TALLY=1' >> ~/.profile", "sudo make install", "make check", "build/tally sample.txt"}
	if diff := cmp.Diff(want, p.typed); diff != "" {
		t.Errorf("typed (-want +got):\n%s", diff)
	}
	p.fails = "sudo make install"
	_, err := k.PrerequisitesMd(t.Context())
	if f, failed := errors.AsType[*Failure](err); !failed || !strings.Contains(f.What, "with these packages, README.md:21 did not pass: exit 7") {
		t.Errorf("%v", err)
	}
}

func TestDevcontainerIsTriedAsAnEditorWould(t *testing.T) {
	p := &paper{}
	k := checkerOf(t, tally(), p)
	dockerfile, err := k.Dockerfile(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Devcontainer(t.Context(), dockerfile); err != nil {
		t.Fatal(err)
	}
	if len(p.builds) != 2 || !strings.Contains(strings.Join(p.typed, "\n"), "cd /home/newcomer/tally && bash install.sh") {
		t.Errorf("%d builds, typed %q", len(p.builds), p.typed)
	}
	p.exits = []string{"install.sh: stopped at x (command 1): exit status 1"}
	if text, err := k.Devcontainer(t.Context(), dockerfile); err == nil {
		t.Errorf("%s", text)
	}
}
