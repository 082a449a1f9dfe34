package container

import (
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

func checkout(t *testing.T, start verifier.Start) Checkout {
	t.Helper()
	const url = "https://example.org/owner/tool"
	return Checkout{
		Name: "tool", Ref: "main", Origin: url, Start: start,
		Bundle: repository(t, map[string]string{"README.md": "# tool\n", "bin/run": "#!/bin/sh\necho runs\n"}),
		URLs:   []string{url, url + ".git", "git@example.org:owner/tool.git"},
	}
}

func TestIntegrationCloneGivesTheCheckout(t *testing.T) {
	m := freshWith(t, stage(t, debian()), checkout(t, verifier.StartHome))
	for _, c := range []struct{ name, text, want string }{
		{"as in the README", "git clone -q https://example.org/owner/tool && cd tool && \\ls && git remote get-url origin", "README.md  bin\r\n/run/freshinstall/repository.bundle\r\n"},
		{"the configuration keeps the README's URL", "git config remote.origin.url; git -c color.ui=never status --short --branch; cd ..", "https://example.org/owner/tool\r\n## main...origin/main\r\n"},
		{"with .git", "git clone -q https://example.org/owner/tool.git two && \\ls two", "README.md  bin\r\n"},
		{"with a slash", "git clone -q https://example.org/owner/tool/ three && \\ls three", "README.md  bin\r\n"},
		{"by ssh", "git clone -q git@example.org:owner/tool.git four && \\ls four", "README.md  bin\r\n"},
		{"only the latest commit", "git clone -q --depth 1 https://example.org/owner/tool five; \\ls five", "README.md  bin\r\n"},
		{"a branch", "git clone -q -b main https://example.org/owner/tool six && \\ls six", "README.md  bin\r\n"},
	} {
		if x := typeText(t, m, c.text); x.Exit != 0 || !strings.HasSuffix(x.out, c.want) {
			t.Errorf("%s: exit %d, output %q", c.name, x.Exit, x.out)
		}
	}
	x := typeText(t, m, "git ls-remote https://example.org/owner/tool-plugins")
	if x.Exit == 0 || !strings.Contains(x.out, "https://example.org/owner/tool-plugins") || strings.Contains(x.out, "bundle") {
		t.Errorf("another repository whose name goes on: exit %d, %q", x.Exit, x.out)
	}
}

func TestIntegrationStartInsideAndBeside(t *testing.T) {
	s := stage(t, debian())
	const show = "pwd; ls -ld ~/tool/bin/run | cut -d' ' -f 1,3,4; ~/tool/bin/run; git -C ~/tool config remote.origin.url; touch ~/tool/.git/mine && echo writable"
	const rest = "-rwxr-xr-x newcomer newcomer\r\nruns\r\nhttps://example.org/owner/tool\r\nwritable\r\n"
	inside := freshWith(t, s, checkout(t, verifier.StartInside))
	if diff := cmp.Diff("/home/newcomer/tool\r\n"+rest, typeText(t, inside, show).out); diff != "" {
		t.Errorf("inside (-want +got):\n%s", diff)
	}
	beside := freshWith(t, s, checkout(t, verifier.StartBeside))
	if diff := cmp.Diff("/home/newcomer\r\n"+rest, typeText(t, beside, show).out); diff != "" {
		t.Errorf("beside (-want +got):\n%s", diff)
	}
}

func TestIntegrationCheckoutWithoutGitInside(t *testing.T) {
	env := debian()
	env.Furnish.Git, env.Furnish.Sudo, env.Furnish.CACertificates = false, false, false
	m := freshWith(t, stage(t, env), checkout(t, verifier.StartInside))
	x := typeText(t, m, "pwd; stat -c '%U %a %n' bin/run README.md; bin/run; grep -c example.org/owner/tool .git/config; git")
	want := "/home/newcomer/tool\r\nnewcomer 755 bin/run\r\nnewcomer 755 README.md\r\nruns\r\n1\r\nbash: git: command not found\r\n"
	if diff := cmp.Diff(want, x.out); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestIntegrationLaterMachinesStartFromStepZero(t *testing.T) {
	s, c := stage(t, debian()), checkout(t, verifier.StartInside)
	machines := make([]*Machine, 3)
	var waiting sync.WaitGroup
	for i := range machines {
		waiting.Go(func() {
			m, err := s.Fresh(t.Context(), c)
			if err != nil {
				t.Error(err)
				return
			}
			machines[i] = m
		})
	}
	waiting.Wait()
	if t.Failed() {
		return
	}
	first := snapshot(t, machines[0])
	for i, m := range machines {
		if s := snapshot(t, m); s.ID != first.ID {
			t.Errorf("machine %d started from %s, the first from %s", i, s.ID, first.ID)
		}
		if x := typeText(t, m, "pwd; touch mine; echo *; echo /tmp/*"); x.out != "/home/newcomer/tool\r\nREADME.md bin mine\r\n/tmp/*\r\n" {
			t.Errorf("machine %d: %q", i, x.out)
		}
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	}
}
