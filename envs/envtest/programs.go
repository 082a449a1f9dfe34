package envtest

import (
	"bufio"
	"io"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

// BasePrograms are what every machine of a Debian kind has: the small tools,
// the shell and the package manager.
func BasePrograms() map[string]Program {
	base := map[string]Program{
		"apt-get": Apt, "apt": Apt, "dpkg": Dpkg,
		"bash": Shell, "sh": Shell, "su": switchUser,
		"less": Pager, "sleep": Sleep, "env": printEnv, "whoami": whoami, "id": id, "which": which,
	}
	maps.Copy(base, fileTools())
	return base
}

// Prints is a program that prints a text and ends with an exit status.
func Prints(text string, exit int) Program {
	return func(c *Call) int {
		c.Printf("%s", text)
		return exit
	}
}

// Version is a program that answers --version and otherwise does nothing.
func Version(line string) Program {
	return func(c *Call) int {
		if len(c.Args) > 1 && (c.Args[1] == "--version" || c.Args[1] == "-v" || c.Args[1] == "version") {
			c.Printf("%s\n", line)
		}
		return 0
	}
}

// Flaky fails the first n calls of the whole stage, not of a machine, as a
// registry does that is not always there. Then it is the program.
func Flaky(n int, program Program) Program {
	key := new(int)
	return func(c *Call) int {
		if c.session.machine.stage.count(key) <= n {
			return c.Fail(1, "%s: connection reset by peer\n", c.Args[0])
		}
		return program(c)
	}
}

// Server is a program that says so and serves on a port.
func Server(port int) Program {
	return func(c *Call) int {
		c.Printf("Listening on http://127.0.0.1:%d\n", port)
		return c.Serve(port)
	}
}

// Asks is a program that asks one question and says what it was told.
func Asks(question string) Program {
	return func(c *Call) int {
		c.Printf("%s", question)
		line, err := readLine(c)
		if err != nil {
			return c.Fail(1, "\n%s: no answer\n", c.Args[0])
		}
		c.Printf("You said %q.\n", line)
		return 0
	}
}

// readLine reads one line, byte by byte: what follows belongs to the next
// program.
func readLine(c *Call) (string, error) {
	var line []byte
	one := make([]byte, 1)
	for {
		n, err := c.Stdin.Read(one)
		if n > 0 && one[0] == '\n' {
			return string(line), nil
		}
		line = append(line, one[:n]...)
		if err != nil {
			return string(line), err
		}
	}
}

// Flood prints until it is stopped.
func Flood(c *Call) int {
	w := bufio.NewWriter(c.Stdout)
	for i := 0; ; i++ {
		if _, err := w.WriteString("line " + strconv.Itoa(i) + " of a very long log\n"); err != nil {
			return 1
		}
		select {
		case <-c.Done():
			return 130
		default:
		}
	}
}

// Lost is a program under which the machine goes away.
func Lost(c *Call) int {
	c.Lose()
	<-c.Done()
	return 137
}

// Hang never ends by itself and says nothing.
func Hang(c *Call) int {
	<-c.Done()
	return 130
}

// Sleep sleeps for seconds, or until the step is over.
func Sleep(c *Call) int {
	if len(c.Args) < 2 {
		return c.Fail(1, "sleep: missing operand\nTry 'sleep --help' for more information.\n")
	}
	var total time.Duration
	for _, arg := range c.Args[1:] {
		if strings.Trim(arg, "0123456789.") == "" {
			arg += "s"
		}
		d, err := time.ParseDuration(arg)
		if err != nil {
			return c.Fail(1, "sleep: invalid time interval ‘%s’\nTry 'sleep --help' for more information.\n", c.Args[1])
		}
		total += d
	}
	timer := time.NewTimer(total)
	defer timer.Stop()
	select {
	case <-timer.C:
		return 0
	case <-c.Done():
		return 130
	}
}

// Sudo runs a command as root. A machine has it when its environment says so.
func Sudo(c *Call) int {
	args := c.Args[1:]
	opens := false
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		opens = opens || args[0] == "-i" || args[0] == "-s"
		args = args[1:] // -n, -E, -H: all true here
	}
	if len(args) == 0 && opens {
		return c.As("root").nest("/root", login("root"))
	}
	if len(args) == 0 {
		return c.Fail(1, "usage: sudo -h | -K | -k | -V\n")
	}
	child := c.As("root")
	if _, err := c.session.machine.look(c.env, c.Dir, args[0]); err != nil {
		return c.Fail(1, "sudo: %s: command not found\n", args[0])
	}
	return child.Run(args...)
}

// Shell is bash or sh as a program: "-c TEXT", a file, or a shell in the shell.
func Shell(c *Call) int {
	args := c.Args[1:]
	for len(args) > 0 && strings.HasPrefix(args[0], "-") && !strings.Contains(args[0], "c") {
		args = args[1:]
	}
	m := c.session.machine
	switch {
	case len(args) > 1 && strings.HasPrefix(args[0], "-"):
		return m.runScript(c.ctx, c, c.Args[0], args[1], args[min(len(args), 3):])
	case len(args) > 0 && !strings.HasPrefix(args[0], "-"):
		text, err := c.System.ReadFile(c.Path(args[0]))
		if err != nil {
			return c.Fail(127, "%s: %s: No such file or directory\n", c.Args[0], args[0])
		}
		return m.runScript(c.ctx, c, args[0], text, args[1:])
	}
	if _, sits := c.Stdin.(*reader); sits {
		return c.nest(c.Dir, exported(c.env))
	}
	text, err := io.ReadAll(c.Stdin)
	if err != nil {
		return c.Fail(2, "%v\n", err)
	}
	return m.runScript(c.ctx, c, c.Args[0], string(text), nil)
}

// Pager is less: it shows a page and waits, and as on a real machine the
// terminal itself leaves it with q.
func Pager(c *Call) int {
	const page = 39 // lines of a terminal of 40
	text, err := io.ReadAll(c.Stdin)
	if err != nil {
		return 1
	}
	lines := strings.SplitAfter(string(text), "\n")
	c.Printf("%s", strings.Join(lines[:min(len(lines), page)], ""))
	c.session.machine.terminal.leave(verifier.Prompt{Text: "(" + c.Args[0] + " shows a page)", Reply: "q", Answered: true})
	return 0
}
