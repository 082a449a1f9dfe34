package envtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/interp"
)

var (
	errNotFound = errors.New("command not found")
	errFormat   = errors.New("cannot execute binary file: Exec format error")
)

// execute is what the shell calls for everything that is no builtin. It never
// hands on to the host.
func execute(ctx context.Context, args []string) error {
	hc := interp.HandlerCtx(ctx)
	s := sessionOf(ctx)
	switch args[0] {
	case statusProgram:
		code, err := strconv.Atoi(args[1])
		if err != nil {
			return err
		}
		return exitStatus(code)
	case sayProgram:
		_, err := fmt.Fprintln(hc.Stderr, args[1])
		return err
	case printProgram:
		_, err := fmt.Fprintln(hc.Stdout, args[1])
		return err
	}
	call := &Call{
		Args: args, Stdout: hc.Stdout, Stderr: hc.Stderr, Dir: hc.Dir, User: s.user, System: s.machine.system,
		ctx: ctx, session: s, env: hc.Env, line: hc.Pos.Line(),
	}
	call.input, _ = hc.Stdin.(*os.File)
	switch {
	case onTerminal(ctx):
		call.Stdin = &reader{terminal: s.machine.terminal}
	case call.input != nil:
		call.Stdin = call.input
	default:
		call.Stdin = strings.NewReader("")
	}
	code := s.machine.execute(ctx, call, args)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return exitStatus(code)
}

func exitStatus(code int) error {
	if code == 0 {
		return nil
	}
	return interp.ExitStatus(uint8(code))
}

// execute runs a program of the machine with the streams of call.
func (m *Machine) execute(ctx context.Context, call *Call, args []string) int {
	m.running.Add(1)
	defer m.running.Done()
	child := *call
	child.Args = args
	complain := call.session.complain(call.line) + args[0] + ": "
	where, err := m.look(call.env, call.Dir, args[0])
	switch {
	case errors.Is(err, errNotFound):
		return call.Fail(127, "%s%v\n", complain, errNotFound)
	case errors.Is(err, fs.ErrNotExist):
		return call.Fail(127, "%sNo such file or directory\n", complain)
	case errors.Is(err, errIsDir):
		return call.Fail(126, "%sIs a directory\n", complain)
	case err != nil:
		return call.Fail(126, "%sPermission denied\n", complain)
	}
	text, err := m.files.read(where)
	if err != nil {
		return call.Fail(126, "%s%v\n", complain, err)
	}
	first, _, _ := bytes.Cut(text, []byte("\n"))
	switch line := string(first); {
	case strings.HasPrefix(line, programMark):
		name := strings.TrimPrefix(line, programMark)
		if program := m.stage.programs[name]; program != nil {
			return program(&child)
		}
		return call.Fail(126, "%s%v\n", complain, errFormat)
	case strings.HasPrefix(line, "#!"):
		return m.interpreter(ctx, &child, strings.Fields(line[2:]), where, string(text), complain)
	case bytes.IndexByte(first, 0) >= 0:
		return call.Fail(126, "%s%v\n", complain, errFormat)
	}
	return m.runScript(ctx, &child, args[0], string(text), args[1:])
}

// interpreter runs a file by the program that its first line names.
func (m *Machine) interpreter(ctx context.Context, call *Call, line []string, where, text, complain string) int {
	if len(line) == 0 {
		return m.runScript(ctx, call, call.Args[0], text, call.Args[1:])
	}
	if path.Base(line[0]) == "env" && len(line) > 1 {
		line = line[1:]
		if _, err := m.look(call.env, call.Dir, line[0]); err != nil && !isShell(line[0]) {
			return call.Fail(127, "/usr/bin/env: ‘%s’: No such file or directory\n", line[0])
		}
	}
	if isShell(line[0]) {
		return m.runScript(ctx, call, call.Args[0], text, call.Args[1:])
	}
	if _, err := m.look(call.env, call.Dir, line[0]); err != nil {
		return call.Fail(126, "%s%s: bad interpreter: No such file or directory\n", complain, line[0])
	}
	return m.execute(ctx, call, append(append(line, where), call.Args[1:]...))
}

func isShell(name string) bool {
	switch path.Base(name) {
	case "sh", "bash", "dash":
		return true
	}
	return false
}

// runScript runs shell text as a process of its own: it gets what is exported
// and leaves nothing behind but files.
func (m *Machine) runScript(ctx context.Context, call *Call, name, text string, params []string) int {
	shell, err := newShell(call.Dir, exported(call.env), false)
	if err != nil {
		return call.Fail(126, "%v\n", err)
	}
	var in io.Reader
	if call.input != nil {
		in = call.input
	}
	if err := interp.StdIO(in, call.Stdout, call.Stderr)(shell); err != nil {
		return call.Fail(126, "%v\n", err)
	}
	shell.Params = params
	s := call.session
	s.script = name
	code, _, err := m.interpret(ctx, shell, s, text)
	if err != nil && ctx.Err() == nil {
		// What the fake cannot do must not look like a script's own failure.
		s.end(err)
	}
	return code
}

// exported is the environment that a child process gets.
func exported(env expand.Environ) environ {
	out := environ{}
	for name, v := range env.Each {
		if v.Exported && v.IsSet() && v.Kind == expand.String {
			out[name] = v
		} else {
			delete(out, name) // a later, nearer scope wins
		}
	}
	for _, name := range []string{"UID", "EUID", "GID", umaskVariable} {
		out[name] = env.Get(name)
	}
	return out
}

// look finds a program as bash does.
func (m *Machine) look(env expand.Environ, dir, name string) (string, error) {
	if strings.Contains(name, "/") {
		if !path.IsAbs(name) {
			name = path.Join(dir, name)
		}
		return name, m.executable(name)
	}
	search := env.Get("PATH").String()
	if search == "" {
		return "", fs.ErrNotExist
	}
	result := errNotFound
	for _, folder := range strings.Split(search, ":") {
		if !path.IsAbs(folder) {
			folder = path.Join(dir, folder)
		}
		where := path.Join(folder, name)
		err := m.executable(where)
		if err == nil {
			return where, nil
		}
		if errors.Is(err, fs.ErrPermission) {
			result = err
		}
	}
	return "", result
}

func (m *Machine) executable(name string) error {
	info, err := m.files.stat(name)
	switch {
	case err != nil:
		return fs.ErrNotExist
	case info.IsDir():
		return errIsDir
	case info.Mode().Perm()&0o111 == 0:
		return fs.ErrPermission
	}
	return nil
}
