package envtest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// session is what the handlers of a shell must know; it travels in the
// context, so that a shell can be copied from one machine to another.
type session struct {
	machine    *Machine
	user       string
	terminal   bool // typed by the newcomer, not run beside
	background bool
	script     string // name of the script that runs; empty: the newcomer's own shell
	end        context.CancelCauseFunc
}

type sessionKey struct{}

func sessionOf(ctx context.Context) session {
	s, _ := ctx.Value(sessionKey{}).(session)
	return s
}

// complain is how bash begins an error message.
func (s session) complain(line uint) string {
	if s.script == "" {
		return "bash: "
	}
	return fmt.Sprintf("%s: line %d: ", s.script, line)
}

// newShell makes a shell without standard streams.
func newShell(dir string, env environ, interactive bool) (*interp.Runner, error) {
	shell, err := interp.New(
		interp.Env(env),
		interp.Interactive(interactive),
		interp.CallHandler(beforeCall),
		interp.ExecHandlers(func(interp.ExecHandlerFunc) interp.ExecHandlerFunc { return execute }),
		interp.OpenHandler(open),
		interp.StatHandler(stat),
		interp.ReadDirHandler2(readDir),
		interp.AccessHandler(access),
	)
	if err != nil {
		return nil, err
	}
	// interp.Dir would look for the folder on the host.
	shell.Dir = dir
	shell.Reset()
	return shell, nil
}

// environ is a fixed set of variables.
type environ map[string]expand.Variable

func (e environ) Get(name string) expand.Variable { return e[name] }

func (e environ) Each(fn func(name string, v expand.Variable) bool) {
	for name, v := range e {
		if !fn(name, v) {
			return
		}
	}
}

// umaskVariable holds the umask, so that subshells and copies have their own.
const umaskVariable = "__envtest_umask"

func login(user string) environ {
	env := environ{}
	for name, value := range map[string]string{
		"HOME": homeOf(user), "USER": user, "LOGNAME": user, "SHELL": "/bin/bash", "LANG": "C.UTF-8", "TERM": "xterm-256color",
		"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	} {
		env[name] = expand.Variable{Set: true, Exported: true, Kind: expand.String, Str: value}
	}
	id := "1000"
	if user == "root" {
		id = "0"
	}
	for name, value := range map[string]string{"UID": id, "EUID": id, "GID": id, umaskVariable: "0022"} {
		env[name] = expand.Variable{Set: true, Kind: expand.String, Str: value}
	}
	return env
}

// interpret runs text in a shell, command by command as bash reads a file. It
// gives the exit status and whether the shell was closed; an error means that
// the fake cannot do what was typed. What ended the context is the caller's to
// look at.
func (m *Machine) interpret(ctx context.Context, shell *interp.Runner, s session, text string) (exit int, closed bool, err error) {
	ctx = context.WithValue(ctx, sessionKey{}, s)
	text, warning := closeHeredoc(text)
	if warning != "" {
		m.hidden(ctx, shell, sayProgram, warning)
	}
	for stmt, err := range syntax.NewParser().StmtsSeq(strings.NewReader(text)) {
		if parse, ok := errors.AsType[syntax.ParseError](err); ok {
			m.hidden(ctx, shell, sayProgram, s.complain(parse.Pos.Line())+syntaxError(parse))
			m.hidden(ctx, shell, statusProgram, "2")
			return 2, s.script != "", nil
		}
		if err != nil {
			return 0, false, err
		}
		if err := refuse(stmt); err != nil {
			return 0, false, err
		}
		work := ctx
		if stmt.Background && s.terminal {
			behind := s
			behind.background = true
			work = context.WithValue(m.behind(ctx), sessionKey{}, behind)
		}
		err = shell.Run(work, stmt)
		if context.Cause(ctx) != nil {
			return interrupted, false, nil
		}
		exit = 0
		if status, ok := errors.AsType[interp.ExitStatus](err); ok {
			exit = int(status)
		} else if err != nil {
			return 0, false, err
		}
		if shell.Exited() {
			return exit, true, nil
		}
	}
	return exit, false, nil
}

// hidden runs one of the programs that cannot be typed.
func (m *Machine) hidden(ctx context.Context, shell *interp.Runner, args ...string) {
	call := &syntax.CallExpr{}
	for _, arg := range args {
		call.Args = append(call.Args, &syntax.Word{Parts: []syntax.WordPart{&syntax.SglQuoted{Value: arg}}})
	}
	// Beside the status that was asked for, the only error is the context's,
	// which the caller sees by itself.
	_ = shell.Run(ctx, call)
}

var (
	unclosedHeredoc = regexp.MustCompile("unclosed here-document [`'\"]?(\\w+)")
	unclosedQuote   = regexp.MustCompile("closing quote [`']?(.)")
)

// closeHeredoc does what bash does with a here-document that has no end.
func closeHeredoc(text string) (closed, warning string) {
	_, err := syntax.NewParser().Parse(strings.NewReader(text), "")
	parse, ok := errors.AsType[syntax.ParseError](err)
	if !ok {
		return text, ""
	}
	m := unclosedHeredoc.FindStringSubmatch(parse.Text)
	if m == nil {
		return text, ""
	}
	return strings.TrimSuffix(text, "\n") + "\n" + m[1] + "\n",
		fmt.Sprintf("bash: warning: here-document at line %d delimited by end-of-file (wanted `%s')", parse.Pos.Line(), m[1])
}

// syntaxError puts a parser's complaint into bash's words where they are known.
func syntaxError(e syntax.ParseError) string {
	if m := unclosedQuote.FindStringSubmatch(e.Text); m != nil {
		return fmt.Sprintf("unexpected EOF while looking for matching `%s'", m[1])
	}
	return "syntax error: " + e.Text
}

// refuse names what the fake cannot do, since doing it wrongly would let a
// test pass by accident.
func refuse(stmt *syntax.Stmt) (err error) {
	syntax.Walk(stmt, func(node syntax.Node) bool {
		switch node := node.(type) {
		case *syntax.ProcSubst:
			err = errors.New("the fake shell has no process substitution")
		case *syntax.ForClause:
			if node.Select {
				err = errors.New("the fake shell has no select")
			}
		}
		return err == nil
	})
	return err
}

// failure is an error that the shell prints as bash would.
func failure(ctx context.Context, name string, err error) error {
	text := err
	switch {
	case errors.Is(err, fs.ErrNotExist):
		text = words("No such file or directory")
	case errors.Is(err, fs.ErrPermission):
		text = words("Permission denied")
	case errors.Is(err, errIsDir):
		text = words("Is a directory")
	}
	return &os.PathError{Op: strings.TrimSuffix(sessionOf(ctx).complain(interp.HandlerCtx(ctx).Pos.Line()), " "), Path: name, Err: text}
}

// words are the system's own, capitals included.
type words string

func (w words) Error() string { return string(w) }

var errIsDir = errors.New("is a directory")

func absolute(ctx context.Context, name string) string {
	if !path.IsAbs(name) {
		name = path.Join(interp.HandlerCtx(ctx).Dir, name)
	}
	return path.Clean(name)
}
