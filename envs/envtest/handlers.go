package envtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/interp"
)

// open opens a redirection inside of the machine.
func open(ctx context.Context, name string, flag int, _ os.FileMode) (io.ReadWriteCloser, error) {
	m := sessionOf(ctx).machine
	full := absolute(ctx, name)
	if full == "/dev/null" {
		return null{}, nil
	}
	if info, err := m.files.stat(full); err == nil && info.IsDir() && flag != os.O_RDONLY {
		return nil, failure(ctx, name, errIsDir)
	}
	mask, err := strconv.ParseUint(interp.HandlerCtx(ctx).Env.Get(umaskVariable).String(), 8, 32)
	if err != nil {
		mask = 0o022
	}
	file, err := m.files.open(full, flag, 0o666&^fs.FileMode(mask))
	if err != nil {
		return nil, failure(ctx, name, err)
	}
	return file, nil
}

// null is /dev/null.
type null struct{}

func (null) Read([]byte) (int, error)    { return 0, io.EOF }
func (null) Write(p []byte) (int, error) { return len(p), nil }
func (null) Close() error                { return nil }

func stat(ctx context.Context, name string, follow bool) (fs.FileInfo, error) {
	m := sessionOf(ctx).machine
	if follow {
		return m.files.stat(name)
	}
	return m.files.lstat(name)
}

func readDir(ctx context.Context, name string) ([]fs.DirEntry, error) {
	return sessionOf(ctx).machine.files.list(absolute(ctx, name))
}

// access knows no owners: it asks whether anybody may.
func access(ctx context.Context, name string, mode interp.AccessMode) error {
	info, err := sessionOf(ctx).machine.files.stat(name)
	if err != nil {
		return err
	}
	if mode&interp.AccessExec != 0 && info.Mode().Perm()&0o111 == 0 {
		return fs.ErrPermission
	}
	return nil
}

// The names under which a builtin that was answered here goes on: they cannot
// be typed.
const (
	statusProgram = "\x00status"
	sayProgram    = "\x00say"
	printProgram  = "\x00print"
)

func status(code int) []string { return []string{statusProgram, strconv.Itoa(code)} }

// beforeCall takes the builtins that would look at the host, or that speak
// otherwise than bash does.
func beforeCall(ctx context.Context, args []string) ([]string, error) {
	if shell := sessionOf(ctx).machine.shell; sessionOf(ctx).terminal && shell.Funcs[args[0]] != nil {
		return args, nil
	}
	switch args[0] {
	case "cd":
		return beforeCd(ctx, args), nil
	case "umask":
		return beforeUmask(ctx, args), nil
	case "read":
		return beforeRead(ctx, args)
	case "mapfile", "readarray":
		if onTerminal(ctx) {
			return nil, errors.New("the fake shell has no mapfile from the terminal")
		}
	case "kill":
		return beforeKill(ctx, args), nil
	case "exec":
		return beforeExec(ctx, args)
	case "source", ".":
		return beforeSource(ctx, args), nil
	case "command", "type":
		return beforeType(ctx, args), nil
	case "pwd":
		return []string{"pwd"}, nil
	}
	return args, nil
}

func onTerminal(ctx context.Context) bool {
	s := sessionOf(ctx)
	return s.terminal && interp.HandlerCtx(ctx).Stdin == io.Reader(s.machine.terminal.keyboard)
}

func grumble(ctx context.Context, format string, args ...any) {
	hc := interp.HandlerCtx(ctx)
	fmt.Fprint(hc.Stderr, sessionOf(ctx).complain(hc.Pos.Line())+fmt.Sprintf(format, args...)+"\n")
}

func beforeCd(ctx context.Context, args []string) []string {
	rest := slices.DeleteFunc(slices.Clone(args[1:]), func(a string) bool { return a == "--" || a == "-P" || a == "-L" })
	if len(rest) > 1 {
		grumble(ctx, "cd: too many arguments")
		return status(1)
	}
	if len(rest) == 0 || rest[0] == "-" || rest[0] == "" {
		return append([]string{"cd"}, rest...)
	}
	info, err := sessionOf(ctx).machine.files.stat(absolute(ctx, rest[0]))
	switch {
	case err != nil:
		grumble(ctx, "cd: %s: No such file or directory", rest[0])
	case !info.IsDir():
		grumble(ctx, "cd: %s: Not a directory", rest[0])
	default:
		return []string{"cd", rest[0]}
	}
	return status(1)
}

func beforeUmask(ctx context.Context, args []string) []string {
	if len(args) == 1 {
		return []string{printProgram, interp.HandlerCtx(ctx).Env.Get(umaskVariable).String()}
	}
	mask, err := strconv.ParseUint(args[len(args)-1], 8, 32)
	if err != nil || mask > 0o777 {
		grumble(ctx, "umask: %s: octal number out of range", args[len(args)-1])
		return status(1)
	}
	return []string{"eval", fmt.Sprintf("%s=%04o", umaskVariable, mask)}
}

// beforeRead asks the question when the builtin reads from the terminal, and
// leaves the answer where the builtin finds it.
func beforeRead(ctx context.Context, args []string) ([]string, error) {
	kept, prompt, silent := readOptions(args)
	if !onTerminal(ctx) {
		return kept, nil // bash shows the prompt on a terminal only
	}
	t := sessionOf(ctx).machine.terminal
	if _, err := io.WriteString(interp.HandlerCtx(ctx).Stderr, prompt); err != nil {
		return nil, err
	}
	reply, err := t.ask(!silent)
	if errors.Is(err, io.EOF) {
		return status(1), nil
	}
	if err != nil {
		return nil, err
	}
	return kept, t.typeIn(reply)
}

// readOptions drops the prompt and the limits, which the interpreter lacks.
func readOptions(args []string) (kept []string, prompt string, silent bool) {
	kept = []string{"read"}
	i := 1
	for ; i < len(args) && len(args[i]) > 1 && args[i][0] == '-' && args[i] != "--"; i++ {
		for j := 1; j < len(args[i]); j++ {
			switch option := args[i][j]; option {
			case 'p', 'n', 'N', 't', 'd', 'i', 'u':
				value := args[i][j+1:]
				if value == "" && i+1 < len(args) {
					i++
					value = args[i]
				}
				if option == 'p' {
					prompt = value
				}
				j = len(args[i])
			case 's':
				silent = true
			case 'e':
			default:
				kept = append(kept, "-"+string(option))
			}
		}
	}
	return append(kept, args[i:]...), prompt, silent
}

func beforeSource(ctx context.Context, args []string) []string {
	if len(args) < 2 {
		return args
	}
	m := sessionOf(ctx).machine
	full := absolute(ctx, args[1])
	if !strings.Contains(args[1], "/") {
		for _, dir := range strings.Split(interp.HandlerCtx(ctx).Env.Get("PATH").String(), ":") {
			if info, err := m.files.stat(dir + "/" + args[1]); err == nil && info.Mode().IsRegular() {
				full = dir + "/" + args[1]
				break
			}
		}
	}
	info, err := m.files.stat(full)
	switch {
	case err != nil:
		grumble(ctx, "%s: No such file or directory", args[1])
		return status(1)
	case info.IsDir():
		grumble(ctx, "%s: %s: is a directory", args[0], args[1])
		return status(1)
	}
	return append([]string{args[0], full}, args[2:]...)
}

// beforeType answers for names that stand on the PATH, where the interpreter
// would look at the host's.
func beforeType(ctx context.Context, args []string) []string {
	verbose := args[0] == "type"
	if len(args) < 2 || !verbose && args[1] != "-v" && args[1] != "-V" {
		return args // "command NAME" runs it
	}
	s, hc := sessionOf(ctx), interp.HandlerCtx(ctx)
	names := slices.DeleteFunc(slices.Clone(args[1:]), func(a string) bool { return strings.HasPrefix(a, "-") })
	for _, name := range names {
		if interp.IsBuiltin(name) || s.terminal && s.machine.shell.Funcs[name] != nil {
			return args
		}
	}
	mode := args[1]
	code := 0
	var found []string
	for _, name := range names {
		where, err := s.machine.look(hc.Env, hc.Dir, name)
		switch {
		case err != nil:
			code = 1
			if mode == "-V" || verbose && !strings.HasPrefix(mode, "-") {
				grumble(ctx, "%s: %s: not found", args[0], name)
			}
		case mode == "-t":
			found = append(found, "file")
		case mode == "-v" || mode == "-p" || mode == "-P":
			found = append(found, where)
		default:
			found = append(found, name+" is "+where)
		}
	}
	if len(found) > 0 {
		fmt.Fprintln(hc.Stdout, strings.Join(found, "\n"))
	}
	return status(code)
}
