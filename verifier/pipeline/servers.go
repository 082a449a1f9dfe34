package pipeline

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
	"github.com/freshinstall/freshinstall/verifier/prove"
	"github.com/freshinstall/freshinstall/verifier/run"
)

// A fork has the files of a machine and none of its processes. So that a later
// step fails or passes there for the same reason, what runs beside the terminal
// is started again first. The decisions:
//
//   - A server is what a step left running, what it put into the background,
//     and what it told the system to start. Each is typed again, where it was
//     typed, in the same order; nothing else is.
//     What went into the background counts only while something listens:
//     otherwise it was a job that ends.
//   - It is up again when all ports listen on which something listened in the
//     machine itself before the step.
//   - Where that cannot be had, no fix is tried: a control run without the
//     server would say nothing.

// server is a step that left something running.
type server struct {
	step   verifier.Step
	text   string // as it was typed
	cwd    string // where
	behind bool   // in the background; else in a terminal of its own
}

// unserved says that a fork could not be given its servers.
type unserved struct{ command, why string }

func (u *unserved) Error() string {
	return fmt.Sprintf("“%s” could not be started again in a copy of the machine (%s), so no fix was tried", u.command, u.why)
}

// startsService: the system goes on with it by itself.
var startsService = phrase.Compile(`\bservice \S+ (?:re)?start\b|/etc/init\.d/\S+ (?:re)?start\b|\bpg_ctlcluster \S+ \S+ (?:re)?start\b|\bpg_ctl\b.* (?:re)?start\b|--daemonize\b`)

// note remembers a step that left something running.
func (v *visit) note(step verifier.Step, rec run.Record, cwd string) {
	passed := rec.Result.Outcome.Passed() || rec.Result.AfterFix.Passed()
	leaves := rec.Execution.Ended == verifier.Serving || step.Has(verifier.FlagBackground) || step.Ready != nil || startsService.MatchString(step.Command)
	if !passed || !leaves || rec.Execution.Ended == verifier.TimedOut || rec.Execution.Ended == verifier.Silent {
		return // what was ended does not run
	}
	if !path.IsAbs(cwd) {
		cwd = path.Join(startFolder(verifier.StartBeside, v.result.Environment.User), v.plan.Repository, cwd)
	}
	v.since = stretch{} // a copy of an earlier state has no place for it
	v.servers = append(v.servers, server{step, rec.Typed, cwd, rec.Execution.Ended != verifier.Serving})
}

// fork gives a copy of the machine as the snapshot was, its servers running.
func (v *visit) fork(ctx context.Context, snap verifier.Snapshot, more ...verifier.Service) (run.Machine, error) {
	m, err := v.stage.Fork(ctx, snap, more...)
	servers := v.needed()
	if err != nil || len(servers) == 0 {
		return m, err
	}
	if err := v.serve(ctx, m, servers); err != nil {
		return nil, errors.Join(err, m.Close())
	}
	return m, nil
}

// needed are the servers that run beside the next step.
func (v *visit) needed() []server {
	return slices.DeleteFunc(slices.Clone(v.servers), func(s server) bool { return s.behind && len(v.ports) == 0 })
}

// comesUp bounds how long servers may take to listen again.
const comesUp = time.Minute

// serve starts the servers again and waits until they listen.
func (v *visit) serve(ctx context.Context, m run.Machine, servers []server) error {
	for _, s := range servers {
		if err := v.restart(ctx, m, s); err != nil {
			return err
		}
	}
	limit := time.NewTimer(comesUp)
	defer limit.Stop()
	for {
		have, err := listening(ctx, m)
		if err != nil {
			return err
		}
		missing := slices.DeleteFunc(slices.Clone(v.ports), func(port int) bool { return slices.Contains(have, port) })
		if len(missing) == 0 {
			return nil
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-limit.C:
			return &unserved{servers[0].step.Command, fmt.Sprintf("nothing listens on port %d", missing[0])}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// restart types a server where it was typed, and leaves the terminal where it
// stood.
func (v *visit) restart(ctx context.Context, m run.Machine, s server) error {
	aside := prove.Helper(s.step)
	there := "__there=$PWD __before=${OLDPWD-}; cd -- '" + strings.ReplaceAll(s.cwd, "'", `'\''`) + "'"
	const back = `cd -- "$__there"; OLDPWD=$__before; unset __there __before`
	for _, part := range []struct {
		step verifier.Step
		text string
	}{{aside, there}, {s.step, s.text}, {aside, back}} {
		rec, err := v.typist.Type(ctx, m, part.step, part.text, v.logName(s.step))
		if err != nil {
			return fmt.Errorf("start %s again: %w", s.step.ID, err)
		}
		if !rec.Result.Outcome.Passed() {
			return &unserved{s.step.Command, fmt.Sprintf("exit %d", rec.Result.Exit)}
		}
	}
	return nil
}

// listening gives the TCP ports of a machine on which something listens.
func listening(ctx context.Context, m run.Machine) ([]int, error) {
	text, _, err := m.Exec(ctx, "cat /proc/net/tcp /proc/net/tcp6 2>/dev/null")
	if err != nil {
		return nil, fmt.Errorf("ask what listens: %w", err)
	}
	var ports []int
	for line := range strings.Lines(text) {
		const (
			listens = "0A"       // the kernel's TCP_LISTEN
			names   = "0B00007F" // 127.0.0.11, where the engine answers for names, at another port in each machine
		)
		f := strings.Fields(line)
		if len(f) < 4 || f[3] != listens || strings.HasPrefix(f[1], names) {
			continue
		}
		_, hex, _ := strings.Cut(f[1], ":")
		if n, err := strconv.ParseInt(hex, 16, 32); err == nil && !slices.Contains(ports, int(n)) {
			ports = append(ports, int(n))
		}
	}
	return ports, nil
}

// ofService: what stands beside the machine is there in each copy by itself.
func (v *visit) ofService(port int) bool {
	return slices.ContainsFunc(slices.Concat(v.result.Environment.Services, v.services), func(s verifier.Service) bool {
		return s.At == verifier.AtLocalhost && s.Kind.Facts().Port == port
	})
}

// restarted tells that fixes were tried beside servers that were started again.
func (v *visit) restarted(r *verifier.StepResult) {
	for _, s := range v.needed() {
		r.Deviations = append(r.Deviations, verifier.Deviation{Kind: verifier.DeviationServer,
			What: fmt.Sprintf("started “%s” (%s:%d) again in the copies of the machine in which this step was tried, since a copy has no running programs",
				v.typist.Shown(s.text), s.step.Document, s.step.Line)})
	}
}
