package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/freshinstall/freshinstall/cmd/bench/mutant"
	"github.com/freshinstall/freshinstall/verifier"
)

// trial is what happened when commands were typed one after the other into a
// plain container, up to the first that failed. It is the measure, so nothing of
// the tool's machines, its terminal or its explanations has a part in it.
type trial struct {
	Passed  bool   `json:"passed"`
	Line    int    `json:"line,omitempty"` // of the first command that failed
	Command string `json:"command,omitempty"`
	Exit    int    `json:"exit,omitempty"`
	Said    string `json:"said,omitempty"` // its last line
}

// trials keep images of what mutants begin with: the project's machine, and on it
// what the leading commands of the package manager bring, which is most of the
// time. The former stay with the engine as [trialImages], for the next run; the
// latter are removed at the end.
type trials struct {
	b     mutants
	mu    sync.Mutex
	bases map[string]string         // by project
	start map[string]verifier.Start // by project
	made  map[string]*madeImage
}

type madeImage struct {
	once   sync.Once
	image  string
	failed trial // when image is empty and err is nil
	err    error
}

func newTrials(b mutants) *trials {
	return &trials{b: b, bases: map[string]string{}, start: map[string]verifier.Start{}, made: map[string]*madeImage{}}
}

// trialImages is the name of the machines for trials; their tags are hashes of
// what they are made of.
const trialImages = "freshinstall-bench"

// newcomerScript makes a machine as a person has it: sudo, git, a user who may
// do all, and what is declared to be there already.
const newcomerScript = `set -e
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends sudo git ca-certificates $1
rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb
id newcomer >/dev/null 2>&1 || useradd --create-home --shell /bin/bash newcomer
echo 'newcomer ALL=(ALL:ALL) NOPASSWD: ALL' >/etc/sudoers.d/newcomer
`

// trialLimit bounds all commands of a mutant.
const trialLimit = 10 * time.Minute

// typist types one file after the other in one shell and tells the first that failed.
// The machine's apt is told not to ask.
const typist = `cd ~
echo 'APT::Get::Assume-Yes "true";' | sudo tee /etc/apt/apt.conf.d/90assume-yes >/dev/null
git config --global safe.directory '*'
git config --global url./repository.insteadOf "$1"
case $2 in beside|inside) git clone --quiet /repository ~/"$3";; esac
[ "$2" != inside ] || cd ~/"$3"
set --
for typist_step in /steps/*; do
	. "$typist_step" </dev/null >/tmp/typist.log 2>&1
	typist_exit=$?
	if [ $typist_exit -ne 0 ]; then
		echo "failed ${typist_step##*/} $typist_exit"
		grep -v '^[[:space:]]*$' /tmp/typist.log | tail -n 1
		exit 0
	fi
done
echo passed
`

// base makes the machine of a project from the image that the tool began with.
func (t *trials) base(ctx context.Context, p mutant.Project, start verifier.Start, e verifier.Environment) error {
	packages := strings.Join(p.Packages, " ")
	tag := trialImages + ":" + digest(newcomerScript, e.Digest, packages)[:16]
	m := t.make(tag)
	m.once.Do(func() { m.err = t.madeBase(ctx, tag, e.Digest, packages) })
	if m.err != nil {
		return fmt.Errorf("machine for trials: %w", m.err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bases[p.Name], t.start[p.Name] = tag, start
	return nil
}

// madeBase makes an image, unless the engine has it from an earlier run.
func (t *trials) madeBase(ctx context.Context, tag, from, packages string) error {
	c, err := execute(ctx, "", time.Minute, io.Discard, io.Discard, t.b.docker, "image", "inspect", "--", tag)
	if err != nil || c.exit == 0 {
		return err
	}
	// Flattened, since a commit keeps the labels of what it is made from, and by
	// its labels the tool would take this for a base of its own.
	return t.contained(ctx, []string{"--user", "root", from, "bash", "-c", newcomerScript, "newcomer", packages}, io.Discard, func(container string) error {
		file := filepath.Join(t.b.outDir, digest(tag)+".tar")
		defer os.Remove(file) // of no use to anybody when it is left
		if err := t.ran(ctx, []string{"export", "--output", file, container}, io.Discard); err != nil {
			return err
		}
		return t.ran(ctx, []string{"import", file, tag}, io.Discard)
	})
}

func digest(key ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(key, "\x00")))
	return hex.EncodeToString(sum[:])
}

func (t *trials) make(key ...string) *madeImage {
	name := digest(key...)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.made[name] == nil {
		t.made[name] = &madeImage{}
	}
	return t.made[name]
}

func (t *trials) startOf(p mutant.Project) verifier.Start {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.start[p.Name]
}

// try types commands in the project's machine.
func (t *trials) try(ctx context.Context, p mutant.Project, folder string, start verifier.Start, commands []mutant.Command) (trial, error) {
	t.mu.Lock()
	image := t.bases[p.Name]
	t.mu.Unlock()
	lead := 0
	for lead < len(commands) && strings.HasPrefix(commands[lead].Text, "sudo apt-get ") {
		lead++
	}
	if lead > 0 {
		key := []string{"lead", image}
		for _, c := range commands[:lead] {
			key = append(key, c.Text)
		}
		m := t.make(key...)
		m.once.Do(func() {
			m.failed, m.image, m.err = t.typed(ctx, p, image, folder, verifier.StartHome, commands[:lead], true)
		})
		if m.err != nil || !m.failed.Passed {
			return m.failed.at(commands), m.err
		}
		image = m.image
	}
	tried, _, err := t.typed(ctx, p, image, folder, start, commands[lead:], false)
	if err != nil || tried.Passed {
		return tried, err
	}
	return tried.at(commands[lead:]), nil
}

// at fills in what was typed; Line holds the number of the command until then.
func (tr trial) at(commands []mutant.Command) trial {
	if !tr.Passed && tr.Line > 0 {
		c := commands[tr.Line-1]
		tr.Line, tr.Command = c.Line, c.Text
	}
	return tr
}

// typed runs the typist; with keep, its container is kept as an image.
func (t *trials) typed(ctx context.Context, p mutant.Project, image, folder string, start verifier.Start, commands []mutant.Command, keep bool) (tr trial, kept string, err error) {
	steps, err := os.MkdirTemp("", "bench-steps-")
	if err != nil {
		return trial{}, "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(steps)) }()
	if err := os.Chmod(steps, 0o755); err != nil {
		return trial{}, "", err
	}
	for i, c := range commands {
		if err := os.WriteFile(filepath.Join(steps, fmt.Sprintf("%03d", i+1)), []byte(c.Text+"\n"), 0o644); err != nil {
			return trial{}, "", err
		}
	}
	args := []string{"--user", "newcomer", "--env", "USER=newcomer", "--env", "LANG=C.UTF-8", "--volume", folder + ":/repository:ro", "--volume", steps + ":/steps:ro"}
	for _, pair := range t.b.variables(p) {
		args = append(args, "--env", pair)
	}
	args = append(args, image, "bash", "-c", typist, "typist", origin(p), string(start), p.Name)
	var out bytes.Buffer
	if keep {
		kept, err = t.commit(ctx, args, &out)
	} else {
		err = t.ran(ctx, append([]string{"run", "--rm"}, args...), &out)
	}
	if err != nil {
		return trial{}, "", err
	}
	first, rest, _ := strings.Cut(out.String(), "\n")
	if first == "passed" {
		return trial{Passed: true}, kept, nil
	}
	if _, err := fmt.Sscanf(first, "failed %d %d", &tr.Line, &tr.Exit); err != nil || tr.Line > len(commands) {
		return trial{}, "", fmt.Errorf("a plain container said %q", clip(first, 80))
	}
	tr.Said = clip(rest, 200)
	return tr, kept, nil
}

// ran calls docker and holds it to exit 0.
func (t *trials) ran(ctx context.Context, args []string, stdout io.Writer) error {
	var last tail
	c, err := execute(ctx, "", trialLimit, stdout, &last, t.b.docker, args...)
	switch {
	case err != nil:
		return err
	case c.late:
		return fmt.Errorf("docker %s: not over after %s", args[0], trialLimit)
	case c.exit != 0:
		return fmt.Errorf("docker %s: exit %d: %s", args[0], c.exit, last.telling())
	}
	return nil
}

// commit runs a container and keeps it as an image.
func (t *trials) commit(ctx context.Context, args []string, stdout io.Writer) (image string, err error) {
	err = t.contained(ctx, args, stdout, func(container string) error {
		var made bytes.Buffer
		err := t.ran(ctx, []string{"commit", container}, &made)
		image = strings.TrimSpace(made.String())
		return err
	})
	return image, err
}

// contained runs a container, lets its end be used, and removes it.
func (t *trials) contained(ctx context.Context, args []string, stdout io.Writer, use func(container string) error) (err error) {
	var id bytes.Buffer
	if err := t.ran(ctx, append([]string{"create"}, args...), &id); err != nil {
		return err
	}
	container := strings.TrimSpace(id.String())
	defer func() {
		err = errors.Join(err, t.ran(context.WithoutCancel(ctx), []string{"rm", "--force", container}, io.Discard))
	}()
	if err := t.ran(ctx, []string{"start", "--attach", container}, stdout); err != nil {
		return err
	}
	return use(container)
}

// close removes the images.
func (t *trials) close(ctx context.Context) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	var all []error
	for _, m := range t.made {
		if m.image != "" {
			all = append(all, t.ran(ctx, []string{"image", "rm", "--", m.image}, io.Discard))
		}
	}
	return errors.Join(all...)
}

// plan asks the tool for the plan of a folder.
func (b mutants) plan(ctx context.Context, folder, declared string) (verifier.Plan, error) {
	var plan verifier.Plan
	var out bytes.Buffer
	var last tail
	c, err := b.tool.run(ctx, folder, time.Minute, &out, &last, "plan", "--format", "json", "--config", declared, folder)
	if err != nil {
		return plan, err
	}
	if err := json.Unmarshal(out.Bytes(), &plan); err != nil { // one with findings still is one
		return plan, fmt.Errorf("plan: exit %d: %s", c.exit, last.telling())
	}
	return plan, nil
}
