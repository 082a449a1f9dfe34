package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/freshinstall/freshinstall/envs/container"
	"github.com/freshinstall/freshinstall/verifier"
)

// shellIn runs a script through "freshinstall shell".
func shellIn(t *testing.T, home, folder, script string, args ...string) (stdout, stderr string, exit int) {
	t.Helper()
	var out, said bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "freshinstall", append([]string{"shell"}, args...)...)
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = folder, strings.NewReader(script), &out, &said
	cmd.Env = append(os.Environ(), "HOME="+home, "XDG_STATE_HOME=", "XDG_CONFIG_HOME=")
	cmd.WaitDelay = 30 * time.Second
	var ended *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	return out.String(), said.String(), cmd.ProcessState.ExitCode()
}

func (o outside) removeImage(t *testing.T, id string) {
	t.Helper()
	response := o.call(context.Background(), t, http.MethodDelete, "/images/"+id, url.Values{"force": {"1"}})
	if err := response.Body.Close(); err != nil || response.StatusCode != http.StatusOK {
		t.Errorf("remove %s: %s, %v", id, response.Status, err)
	}
}

// What a volunteer finds in the machine before the failed step: all of it from
// what is kept, then the same by typing the steps again.
func TestIntegrationShellBeforeAFailedStep(t *testing.T) {
	engine := engineOutside(t)
	folder := repository(t, map[string]string{
		"README.md":      readmeOf("export COLOUR=blue", "cd tools", ". ./activate", "sh flip.sh", "sh smash.sh '\x1b]0;evil\x07'"),
		"tools/activate": "greet() { echo \"hi $1\"; }\nVIRTUAL_ENV=here\n", "tools/smash.sh": "echo smashed; exit 3\n",
		"tools/flip.sh": "touch flipped\n",
	})
	home, kept := t.TempDir(), filepath.Join(t.TempDir(), "result.json")
	i := start(t, folder, home, "verify", "-e", "debian-12", "--report", "json="+kept)
	if code := i.end(t); code != exitFindings {
		t.Fatalf("exit %d\n%s", code, strings.Join(i.told, "\n"))
	}
	if all := strings.Join(i.told, "\n"); !strings.Contains(all, "freshinstall shell "+kept+" --step 5") {
		t.Errorf("nothing says how to look inside:\n%s", all)
	}
	r := result(t, kept)
	before := r.Environments[0].Steps[4].Before
	if before == nil || before.Image == "" || r.Environments[0].Steps[3].Before != nil {
		t.Fatalf("kept: %+v", r.Environments[0].Steps)
	}
	if left := time.Until(before.Until); left > 24*time.Hour || left < 23*time.Hour {
		t.Errorf("it is kept for %s", left)
	}
	const look = "pwd; echo $COLOUR $VIRTUAL_ENV; greet you; ls flipped; id -un; sudo -n true && echo root; exit 9\n"
	const seen = "/home/newcomer/hello/tools\nblue here\nhi you\nflipped\nnewcomer\nroot\n"
	try := func(name string, wants []string, args ...string) {
		t.Helper()
		out, said, exit := shellIn(t, home, folder, look, append([]string{kept}, args...)...)
		if out != seen || exit != 9 {
			t.Errorf("%s: exit %d, standard output %q\n%s", name, exit, out, said)
		}
		for _, want := range append(wants, "debian-12 before step 5 (README.md:12), which failed with exit 3: sh smash.sh") {
			if !strings.Contains(said, want) {
				t.Errorf("%s: nothing says %q:\n%s", name, want, said)
			}
		}
		if strings.ContainsAny(said, "\x1b\x07") {
			t.Errorf("%s: a command's terminal sequences were shown: %q", name, said)
		}
	}
	try("kept", nil)
	try("kept, by its place", nil, "--step", "README.md:12", "--env", "debian-12")
	engine.removeImage(t, before.Image)
	try("typed again", []string{"typing the 4 steps before it", "no longer"})

	// The world has moved since.
	raw, err := os.ReadFile(kept)
	if err == nil {
		raw = bytes.Replace(raw, []byte(`"exit": 0`), []byte(`"exit": 1`), 1)
		raw = bytes.Replace(raw, []byte(`"outcome": "ok"`), []byte(`"outcome": "failed"`), 1)
		err = os.WriteFile(kept, raw, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	try("typed again, with another end", []string{"failed then with exit 1, and passes now"}, "--step", "5")
	if _, said, exit := shellIn(t, home, t.TempDir(), look, kept, "--step", "5"); exit != exitUse || !strings.Contains(said, "name the repository") {
		t.Errorf("without the repository: exit %d\n%s", exit, said)
	}
}

// Nobody who sees a step fail has asked for a file before: the run is kept
// under a name, which is told, until it is pruned.
func TestIntegrationShellByTheNameOfARun(t *testing.T) {
	engineOutside(t)
	folder := repository(t, map[string]string{"README.md": readmeOf("export COLOUR=green", "sh -c 'exit 3'")})
	home := t.TempDir()
	i := start(t, folder, home, "verify", "-e", "debian-12")
	if code := i.end(t); code != exitFindings {
		t.Fatalf("exit %d\n%s", code, strings.Join(i.told, "\n"))
	}
	_, told, found := strings.Cut(strings.Join(i.told, "\n"), "freshinstall shell ")
	name, _, _ := strings.Cut(told, " ")
	if !found || strings.Contains(name, "/") {
		t.Fatalf("nothing says how to look inside:\n%s", strings.Join(i.told, "\n"))
	}
	if out, said, exit := shellIn(t, home, folder, "echo $COLOUR", name); out != "green\n" || exit != 0 || strings.Contains(said, "made again") {
		t.Errorf("exit %d, standard output %q\n%s", exit, out, said)
	}
	aloneWithKept(t)
	i = start(t, folder, home, "prune")
	if code := i.end(t); code != exitOK {
		t.Errorf("prune: exit %d\n%s", code, strings.Join(i.told, "\n"))
	}
	if _, said, exit := shellIn(t, home, folder, "true", name); exit != exitUse || !strings.Contains(said, "cannot read the result") {
		t.Errorf("after prune: exit %d\n%s", exit, said)
	}
}

// A secret that was typed lies in no kept snapshot; the terminal is still to be
// had, with the secret from where it came.
func TestIntegrationShellAfterASecret(t *testing.T) {
	engineOutside(t)
	t.Setenv("CIVIC_TOKEN", "s3cr3t-of-the-owner")
	folder := repository(t, map[string]string{
		"README.md": readmeOf("sh greet.sh <YOUR_TOKEN>", "sh smash.sh"),
		"greet.sh":  "echo $1 >~/token\n", "smash.sh": "exit 3\n",
		"freshinstall.yaml": "values: {YOUR_TOKEN: from-env:CIVIC_TOKEN}\n",
	})
	home, kept := t.TempDir(), filepath.Join(t.TempDir(), "result.json")
	i := start(t, folder, home, "verify", "-e", "debian-12", "--trust-config", "--report", "json="+kept)
	if code := i.end(t); code != exitFindings {
		t.Fatalf("exit %d\n%s", code, strings.Join(i.told, "\n"))
	}
	if before := result(t, kept).Environments[0].Steps[1].Before; before == nil || before.Image != "" || !strings.Contains(before.Lost, "secret") {
		t.Fatalf("kept: %+v", before)
	}
	out, said, exit := shellIn(t, home, folder, "cat token ~/token\n", kept)
	if out != "s3cr3t-of-the-owner\n" || exit != 1 || !strings.Contains(said, "a secret was typed before it") || strings.Contains(said, "s3cr3t-of") {
		t.Errorf("exit %d, standard output %q\n%s", exit, out, said)
	}
}

// Whoever is killed in the terminal leaves no machine, and the kept state stays.
func TestIntegrationShellThatIsKilled(t *testing.T) {
	engine := engineOutside(t)
	folder := repository(t, map[string]string{"README.md": readmeOf("sh smash.sh"), "smash.sh": "exit 3\n"})
	kept := filepath.Join(t.TempDir(), "result.json")
	finish(t, folder, exitFindings, "verify", "-e", "debian-12", "--report", "json="+kept)
	keys, typist := io.Pipe()
	defer typist.Close()
	cmd := exec.CommandContext(t.Context(), "freshinstall", "shell", kept)
	cmd.Stdin, cmd.Dir = keys, folder
	cmd.WaitDelay = time.Second
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(typist, "echo here; sleep 1000\n"); err != nil {
		t.Fatal(err)
	}
	first := make([]byte, 5)
	if _, err := io.ReadFull(out, first); err != nil || string(first) != "here\n" {
		t.Fatalf("it said %q, %v", first, err)
	}
	if len(engine.machinesOf(t, cmd.Process.Pid)) == 0 {
		t.Fatal("no machine runs")
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	engine.gone(t, cmd.Process.Pid, 10*time.Second)
	typist.Close()
	_ = cmd.Wait() // killed: it cannot have ended well
	finish(t, folder, exitOK, "doctor", "--no-machine")
	out2, said, exit := shellIn(t, t.TempDir(), t.TempDir(), "echo again\n", kept)
	if out2 != "again\n" || exit != 0 {
		t.Errorf("afterwards: exit %d, %q\n%s", exit, out2, said)
	}
	engine.removeImage(t, result(t, kept).Environments[0].Steps[0].Before.Image)
}

func TestMeansAStep(t *testing.T) {
	s := verifier.StepResult{Step: "s9", Document: "docs/install.md", Line: 31}
	for word, want := range map[string]bool{"4": true, "s9": true, "docs/install.md:31": true, "9": false, "31": false, "install.md:31": false, "": false} {
		if means(word, 3, s) != want {
			t.Errorf("%q: %v", word, !want)
		}
	}
}

func TestWhatWasSweptInWords(t *testing.T) {
	for _, tt := range []struct {
		name  string
		swept container.Swept
		want  string
	}{
		{"nothing", container.Swept{}, ""},
		{"a snapshot", container.Swept{Kept: container.Kept{Snapshots: 1, Bytes: 3 << 20}}, "1 kept snapshot before failed steps (at most 3 MB)"},
		{"downloads", container.Swept{Kept: container.Kept{Downloads: 2, DownloadBytes: 3 << 30}}, "downloads of 2 environments (3.0 GB)"},
		{"all", container.Swept{Containers: 1, Images: 2, Bytes: 5 << 20, Kept: container.Kept{Snapshots: 2, Bytes: 1 << 20, Downloads: 1}},
			"1 machine, 2 images (5 MB), 2 kept snapshots before failed steps (at most 1 MB), downloads of 1 environment (0 KB)"},
	} {
		if got := sweptInWords(tt.swept, 0); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
