package envtest

import (
	"context"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/interp"
)

// Shells in shells. Decisions:
//
//   - A step that opens one has ended once its prompt is there, as on a real
//     terminal, and what is typed next goes into it. What stands behind it in
//     the same step is lost, where bash would run it after the inner one's end.
//   - A snapshot keeps the innermost shell alone: a fork begins with it.

// seat is a shell and whose it is.
type seat struct {
	shell *interp.Runner
	user  string
}

// nested is why a step ended that opened a shell.
type nested struct {
	seat
	replaces bool // by exec
}

func (*nested) Error() string { return "another shell took over" }

// sit goes on in an inner shell.
func (m *Machine) sit(inner *nested) {
	if !inner.replaces {
		m.outer = append(m.outer, m.seat)
	}
	m.seat = inner.seat
}

// rise goes back to the shell around one that has ended.
func (m *Machine) rise() {
	last := len(m.outer) - 1
	m.seat, m.outer = m.outer[last], m.outer[:last]
}

// nest opens a shell where the call's user sits, or refuses where nobody does.
func (c *Call) nest(dir string, env environ) int { return c.open(dir, env, false) }

func (c *Call) open(dir string, env environ, replaces bool) int {
	s := c.session
	if s.background {
		return c.Fail(2, "%s: a shell in the background is not scripted\n", c.Args[0])
	}
	shell, err := newShell(dir, env, true)
	if err == nil {
		err = s.machine.terminal.attach(shell)
	}
	if err != nil {
		return c.Fail(126, "%v\n", err)
	}
	s.end(&nested{seat{shell, c.User}, replaces})
	<-c.ctx.Done()
	return 0
}

// switchUser is su: root may become anybody, others are asked for a password
// that nobody has.
func switchUser(c *Call) int {
	options, names := operands(c)
	user := "root"
	for _, name := range names {
		if name != "-" {
			user = name
		}
	}
	if c.User != "root" {
		c.Printf("Password: ")
		if _, err := c.session.machine.terminal.ask(false); err != nil {
			return interrupted
		}
		return c.Fail(1, "su: Authentication failure\n")
	}
	dir := c.Dir
	if slices.Contains(names, "-") || strings.Contains(options, "l") {
		dir = homeOf(user)
	}
	return c.As(user).nest(dir, login(user))
}

// beforeKill knows one victim: the shell itself. The fake has no other
// processes.
func beforeKill(ctx context.Context, args []string) []string {
	s := sessionOf(ctx)
	if last := args[len(args)-1]; !s.terminal || s.script != "" || last != strconv.Itoa(os.Getpid()) {
		return args
	}
	for _, a := range args[1:] {
		if a == "-9" || a == "-KILL" || a == "-SIGKILL" {
			s.end(errKilled)
		}
	}
	return status(0)
}

// beforeExec puts another shell in the place of the newcomer's.
func beforeExec(ctx context.Context, args []string) ([]string, error) {
	s, hc := sessionOf(ctx), interp.HandlerCtx(ctx)
	if !s.terminal || s.script != "" || len(args) < 2 || !isShell(args[1]) || slices.ContainsFunc(args[2:], func(a string) bool { return a == "-c" || path.Ext(a) != "" }) {
		return args, nil
	}
	if _, err := s.machine.look(hc.Env, hc.Dir, args[1]); err != nil {
		return args, nil
	}
	call := &Call{Args: args[1:], Stdin: &reader{terminal: s.machine.terminal}, Stdout: hc.Stdout, Stderr: hc.Stderr, Dir: hc.Dir, User: s.user,
		System: s.machine.system, ctx: ctx, session: s, env: hc.Env}
	call.open(hc.Dir, exported(hc.Env), true)
	return nil, context.Cause(ctx)
}
