package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/freshinstall/freshinstall/verifier"
)

// What the tool promises.
const (
	trivialMore = 1.0  // seconds
	buildTimes  = 1.10 // times
	bothTimes   = 1.5  // times, of two environments at once
	mostMemory  = 64   // MB, at the peak
)

// overhead measures a verification against the same commands in one plain
// container of the same image. Every measured verification is the command that
// a person types, without a special flag; only the first, unmeasured one also
// writes its result, which shows that it did the same work and names the image.
type overhead struct {
	environment string
	second      string // environment that is verified in at the same time
	given       string // program under measurement
	image       string // of the plain container
	short, long int    // runs of each side
	seconds     int    // that the build shall take in the plain container
	strict      bool
	tool        tool
	docker      string
	dir         string // scratch
	talk        io.Writer
}

func overheadCommand() *cobra.Command {
	var b overhead
	cmd := &cobra.Command{
		Use:   "overhead",
		Short: "Compare the time of a verification with that of a plain docker run",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			b.talk = cmd.ErrOrStderr()
			return b.run(cmd.Context(), cmd.OutOrStdout())
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&b.environment, "env", "e", "debian-12", "environment")
	flags.StringVar(&b.second, "second", "debian-13", "environment to verify in at the same time")
	flags.StringVar(&b.given, "freshinstall", "", "program to measure (default: built from this module)")
	flags.StringVar(&b.image, "image", "", "image of the plain container (default: the one that the environment names)")
	flags.IntVar(&b.short, "runs", 7, "runs of each side with the trivial commands")
	flags.IntVar(&b.long, "build-runs", 3, "runs of each side with the build; 0: leave it out")
	flags.IntVar(&b.seconds, "build-seconds", 30, "what the build shall take in the plain container")
	flags.BoolVar(&b.strict, "strict", false, "exit 1 when a target is missed")
	return cmd
}

func (b overhead) run(ctx context.Context, stdout io.Writer) (err error) {
	if b.short < 1 || b.long < 0 || b.seconds < 1 {
		return fmt.Errorf("%w: --runs and --build-seconds must be at least 1, --build-runs at least 0", errUsage)
	}
	if b.docker, err = exec.LookPath("docker"); err != nil {
		_, err := fmt.Fprintln(stdout, "skipped: there is no docker command to compare with")
		return err
	}
	if b.dir, err = os.MkdirTemp("", "bench-overhead-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	if b.tool, err = findTool(ctx, b.given, b.dir, b.talk); err != nil {
		return err
	}

	first, err := b.measure(ctx, trivial(), b.short, target{more: trivialMore})
	if err != nil {
		return err
	}
	alone := []measured{first}
	both, err := b.together(ctx, trivial(), b.short)
	if err != nil {
		return err
	}
	atOnce := []measured{both}
	if b.long > 0 {
		s, err := b.sizedBuild(ctx)
		if err != nil {
			return err
		}
		one, err := b.measure(ctx, s, b.long, target{times: buildTimes})
		if err != nil {
			return err
		}
		both, err := b.together(ctx, s, b.long)
		if err != nil {
			return err
		}
		installing, err := b.installing(ctx)
		if err != nil {
			return err
		}
		twice, err := b.together(ctx, packages(), b.long)
		if err != nil {
			return err
		}
		alone, atOnce = append(alone, one, installing), append(atOnce, both, twice)
	}
	peaks, err := b.memory(ctx)
	if err != nil {
		return err
	}
	err = errors.Join(
		writeMeasured(stdout, sides{"docker run", "verify"}, alone),
		writeMeasured(stdout, sides{"one environment", "two at once"}, atOnce),
		writePeaks(stdout, peaks))
	if err != nil {
		return err
	}
	if _, err := io.WriteString(stdout, measuredHow); err != nil {
		return err
	}
	missed := slices.ContainsFunc(slices.Concat(alone, atOnce), func(m measured) bool { return !m.met() }) || !heldIn(peaks)
	if b.strict && missed {
		return fmt.Errorf("%w: a target was missed", errMissed)
	}
	return nil
}

// measure warms up and runs both sides in turn, so that a slow minute of the
// machine falls on both.
func (b *overhead) measure(ctx context.Context, s scenario, runs int, t target) (measured, error) {
	m := measured{scenario: s.name, target: t}
	repo := filepath.Join(b.dir, "repositories", s.folder())
	if err := s.lay(ctx, repo); err != nil {
		return m, err
	}
	if err := b.warm(ctx, s, repo); err != nil {
		return m, err
	}
	if _, err := b.plain(ctx, s.script); err != nil {
		return m, err
	}
	for i := range runs {
		plain, err := b.plain(ctx, s.script)
		if err != nil {
			return m, err
		}
		verify, err := b.verify(ctx, repo)
		if err != nil {
			return m, err
		}
		fmt.Fprintf(b.talk, "%s %d/%d: docker run %.2f s, verify %.2f s\n", s.name, i+1, runs, plain, verify)
		m.plain, m.verify = append(m.plain, plain), append(m.verify, verify)
	}
	return m, nil
}

// installing measures what most READMEs begin with, and names the megabytes that
// it writes: a snapshot of them would cost more than anything else.
func (b *overhead) installing(ctx context.Context) (measured, error) {
	s := packages()
	var out tail
	const all = `$(du -sxm / | cut -f 1)`
	c, err := execute(ctx, b.dir, 10*time.Minute, &out, io.Discard, b.docker, "run", "--rm", "--workdir", "/tmp", b.image, "sh", "-c",
		"before="+all+"; ("+s.script+") >&2 || exit; echo $(("+all+" - before))")
	if err != nil {
		return measured{}, err
	}
	if c.exit != 0 {
		return measured{}, fmt.Errorf("docker run %s: exit %d", b.image, c.exit)
	}
	m, err := b.measure(ctx, s, b.long, target{times: buildTimes})
	m.scenario += ", " + out.telling() + " MB written"
	return m, err
}

// probeRounds is long enough to be timed, short enough not to be felt.
const probeRounds = 100

// together compares a scenario in two environments at once with the same in the
// first of them alone. It was measured before, so that its repository is there.
func (b *overhead) together(ctx context.Context, s scenario, runs int) (measured, error) {
	m := measured{scenario: s.name, target: target{times: bothTimes}}
	repo := filepath.Join(b.dir, "repositories", s.folder())
	if _, err := b.verify(ctx, repo, "-e", b.second); err != nil { // images of the second are made
		return m, err
	}
	for i := range runs {
		one, err := b.verify(ctx, repo)
		if err != nil {
			return m, err
		}
		two, err := b.verify(ctx, repo, "-e", b.second)
		if err != nil {
			return m, err
		}
		fmt.Fprintf(b.talk, "%s %d/%d: one environment %.2f s, two at once %.2f s\n", s.name, i+1, runs, one, two)
		m.plain, m.verify = append(m.plain, one), append(m.verify, two)
	}
	return m, nil
}

// sizedBuild finds how many rounds take the wanted time here: from a short
// probe, then from a whole build, since a busy minute misleads the probe.
func (b *overhead) sizedBuild(ctx context.Context) (scenario, error) {
	empty, err := b.plain(ctx, build(0).script)
	if err != nil {
		return scenario{}, err
	}
	rounds := probeRounds
	for range 2 {
		took, err := b.plain(ctx, build(rounds).script)
		if err != nil {
			return scenario{}, err
		}
		rounds = scaled(rounds, took-empty, float64(b.seconds))
	}
	s := build(rounds)
	s.name = fmt.Sprintf("a build of about %d s", b.seconds)
	return s, nil
}

// scaled gives the rounds that take the wanted seconds when so many took so
// long, at most a thousand times as many: a clock that stood still is no guide.
func scaled(rounds int, took, wanted float64) int {
	factor := min(wanted/max(took, 0.001), 1000)
	return max(1, int(float64(rounds)*factor))
}

// warm verifies once with a result, so that images are there, and holds the
// result against the scenario: a figure of other work would mean nothing.
func (b *overhead) warm(ctx context.Context, s scenario, repo string) error {
	file := filepath.Join(b.dir, s.folder()+".json")
	if _, err := b.verify(ctx, repo, "--report", "json="+file); err != nil {
		return err
	}
	r, err := readResult(file)
	if err != nil {
		return fmt.Errorf("first verification of %s: %w", s.name, err)
	}
	env := r.Environments[0]
	passed := 0
	for _, step := range env.Steps {
		if step.Outcome == verifier.OutcomeOK {
			passed++
		}
	}
	if env.Verdict != verifier.Works || passed != len(s.commands) {
		return fmt.Errorf("first verification of %s: verdict %s with %d of %d steps ok: nothing to compare", s.name, env.Verdict, passed, len(s.commands))
	}
	if b.image == "" {
		b.image, err = b.imageOf(ctx, env.Environment)
	}
	return err
}

// imageOf finds the base image of an environment in the engine.
func (b *overhead) imageOf(ctx context.Context, e verifier.Environment) (string, error) {
	for _, name := range []string{e.Digest, e.Image} {
		if name == "" {
			continue
		}
		c, err := execute(ctx, b.dir, 0, io.Discard, io.Discard, b.docker, "image", "inspect", "--", name)
		if err != nil {
			return "", err
		}
		if c.exit == 0 {
			return name, nil
		}
	}
	return "", fmt.Errorf("the engine has neither %q nor %q: name an image with --image", e.Digest, e.Image)
}

// verify is the normal command; every run of it must find the repository
// working.
func (b *overhead) verify(ctx context.Context, repo string, more ...string) (float64, error) {
	var last tail
	c, err := b.tool.run(ctx, b.dir, 0, io.Discard, &last, append([]string{"verify", repo, "-e", b.environment}, more...)...)
	if err != nil {
		return 0, err
	}
	if c.exit != 0 {
		return 0, fmt.Errorf("verify %s: exit %d: %s", filepath.Base(repo), c.exit, last.telling())
	}
	return c.seconds, nil
}

// plain runs a script in one container that is removed afterwards.
func (b *overhead) plain(ctx context.Context, script string) (float64, error) {
	var last tail
	c, err := execute(ctx, b.dir, 10*time.Minute, io.Discard, &last,
		b.docker, "run", "--rm", "--workdir", "/tmp", b.image, "sh", "-c", script)
	if err != nil {
		return 0, err
	}
	if c.exit != 0 {
		return 0, fmt.Errorf("docker run %s: exit %d: %s", b.image, c.exit, last.telling())
	}
	return c.seconds, nil
}
