package envtest

import (
	"context"
	"fmt"
	"io"
	"os"
	"path"

	"mvdan.cc/sh/v3/expand"
)

// Call is one run of a scripted program.
type Call struct {
	Args           []string  // Args[0] is the name as it was typed
	Stdin          io.Reader // the terminal asks the answerer when it is read; never nil
	Stdout, Stderr io.Writer
	Dir            string // working directory, absolute
	User           string // whose terminal it is; "root" under sudo
	System         *System

	ctx     context.Context // of this one call, which is all that a Call lives for
	session session
	env     expand.Environ
	input   *os.File // standard input as the shell has it; nil: closed
	line    uint     // of the script that called
}

// Printf prints on the standard output.
func (c *Call) Printf(format string, args ...any) {
	fmt.Fprintf(c.Stdout, format, args...)
}

// Fail prints on the standard error and gives exit back, so that a program can
// end with it.
func (c *Call) Fail(exit int, format string, args ...any) int {
	fmt.Fprintf(c.Stderr, format, args...)
	return exit
}

// Env gives an exported variable; empty when there is none.
func (c *Call) Env(name string) string {
	if v := c.env.Get(name); v.Exported {
		return v.String()
	}
	return ""
}

// Path makes a path of the command line absolute.
func (c *Call) Path(name string) string {
	if !path.IsAbs(name) {
		name = path.Join(c.Dir, name)
	}
	return path.Clean(name)
}

// Done is closed when the step is over: a program that waits must watch it.
func (c *Call) Done() <-chan struct{} { return c.ctx.Done() }

// Run runs another program of the machine as this one's child.
func (c *Call) Run(args ...string) int {
	return c.session.machine.execute(c.ctx, c, args)
}

// As is the call with another user, for sudo and su.
func (c *Call) As(user string) *Call {
	other := *c
	other.User = user
	other.session.user = user
	return &other
}

// Listening reports whether a program of this machine serves on the port.
func (c *Call) Listening(port int) bool { return c.session.machine.listens(port) }

// Serve makes the program a server on a port. In the foreground the step ends
// as serving and Serve returns; in the background it returns when the machine
// ends. The result is the exit status to return.
func (c *Call) Serve(port int) int {
	c.session.machine.listen(port)
	if c.session.terminal && !c.session.background {
		c.session.machine.terminal.serve(port)
	}
	<-c.ctx.Done()
	return 143
}

// Lose makes the machine go away in the middle of the step.
func (c *Call) Lose() { c.session.machine.Lose() }
