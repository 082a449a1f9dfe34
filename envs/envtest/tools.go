package envtest

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// fileTools are the small programs that work on files. They know the options
// that install instructions use and take the others for granted.
func fileTools() map[string]Program {
	return map[string]Program{
		"ls": list, "cat": cat, "mkdir": mkdir, "chmod": chmod, "cp": cp, "mv": mv, "rm": rm, "touch": touch, "ln": ln, "tee": tee,
		"true": Prints("", 0), "false": Prints("", 1),
	}
}

// operands splits a command line into its options, joined, and the rest.
func operands(c *Call) (options string, rest []string) {
	for i, arg := range c.Args[1:] {
		if arg == "--" {
			return options, append(rest, c.Args[i+2:]...)
		}
		if len(arg) > 1 && arg[0] == '-' {
			options += strings.TrimLeft(arg, "-")
		} else {
			rest = append(rest, arg)
		}
	}
	return options, rest
}

// reason puts an error of the file system into the system's words.
func reason(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "No such file or directory"
	case errors.Is(err, fs.ErrExist):
		return "File exists"
	case errors.Is(err, fs.ErrPermission):
		return "Permission denied"
	case errors.Is(err, errIsDir):
		return "Is a directory"
	}
	return err.Error()
}

func list(c *Call) int {
	options, names := operands(c)
	if len(names) == 0 {
		names = []string{"."}
	}
	code := 0
	for _, name := range names {
		info, err := c.System.Stat(c.Path(name))
		if err != nil {
			code = c.Fail(2, "ls: cannot access '%s': %s\n", name, reason(err))
			continue
		}
		if !info.IsDir() || strings.Contains(options, "d") {
			c.listOne(options, info, name)
			continue
		}
		entries, err := c.System.List(c.Path(name))
		if err != nil {
			code = c.Fail(2, "ls: cannot open directory '%s': %s\n", name, reason(err))
			continue
		}
		for _, entry := range entries {
			if strings.HasPrefix(entry.Name(), ".") && !strings.ContainsAny(options, "aA") {
				continue
			}
			if info, err := c.System.Stat(path.Join(c.Path(name), entry.Name())); err == nil {
				c.listOne(options, info, entry.Name())
			}
		}
	}
	return code
}

func (c *Call) listOne(options string, info fs.FileInfo, name string) {
	if strings.Contains(options, "l") {
		c.Printf("%s 1 %s %s %d %s\n", info.Mode(), c.User, c.User, info.Size(), name)
		return
	}
	c.Printf("%s\n", name)
}

func cat(c *Call) int {
	_, names := operands(c)
	if len(names) == 0 {
		names = []string{"-"}
	}
	code := 0
	for _, name := range names {
		if name == "-" {
			if _, err := io.Copy(c.Stdout, c.Stdin); err != nil {
				return 1
			}
			continue
		}
		if c.System.IsDir(c.Path(name)) {
			code = c.Fail(1, "cat: %s: Is a directory\n", name)
			continue
		}
		text, err := c.System.ReadFile(c.Path(name))
		if err != nil {
			code = c.Fail(1, "cat: %s: %s\n", name, reason(err))
			continue
		}
		c.Printf("%s", text)
	}
	return code
}

func mkdir(c *Call) int {
	options, names := operands(c)
	code := 0
	for _, name := range names {
		full := c.Path(name)
		var err error
		if strings.Contains(options, "p") {
			err = c.System.WriteFile(full+"/", File{})
		} else {
			err = c.System.Mkdir(full, 0o755)
		}
		if err != nil {
			code = c.Fail(1, "mkdir: cannot create directory ‘%s’: %s\n", name, reason(err))
		}
	}
	return code
}

func chmod(c *Call) int {
	args := c.Args[1:]
	if len(args) < 2 {
		return c.Fail(1, "chmod: missing operand\nTry 'chmod --help' for more information.\n")
	}
	code := 0
	for _, name := range args[1:] {
		info, err := c.System.Stat(c.Path(name))
		if err != nil {
			code = c.Fail(1, "chmod: cannot access '%s': %s\n", name, reason(err))
			continue
		}
		mode, ok := modeOf(args[0], info.Mode().Perm())
		if !ok {
			return c.Fail(1, "chmod: invalid mode: ‘%s’\nTry 'chmod --help' for more information.\n", args[0])
		}
		if err := c.System.Chmod(c.Path(name), mode); err != nil {
			code = c.Fail(1, "chmod: changing permissions of '%s': %s\n", name, reason(err))
		}
	}
	return code
}

// modeOf reads an octal mode or one clause of a symbolic one.
func modeOf(text string, old fs.FileMode) (fs.FileMode, bool) {
	if octal, err := strconv.ParseUint(text, 8, 12); err == nil {
		return fs.FileMode(octal).Perm(), true
	}
	i := strings.IndexAny(text, "+-=")
	if i < 0 || strings.Trim(text[:i], "ugoa") != "" || strings.Trim(text[i+1:], "rwxX") != "" {
		return 0, false
	}
	var bits, who fs.FileMode
	for flag, bit := range map[string]fs.FileMode{"r": 4, "w": 2, "x": 1, "X": 1} {
		if strings.Contains(text[i+1:], flag) {
			bits |= bit
		}
	}
	for class, shift := range map[string]int{"u": 6, "g": 3, "o": 0} {
		if i == 0 || strings.Contains(text[:i], class) || strings.Contains(text[:i], "a") {
			who |= bits << shift
		}
	}
	switch text[i] {
	case '+':
		return old | who, true
	case '-':
		return old &^ who, true
	}
	return who, true
}

func touch(c *Call) int {
	_, names := operands(c)
	code := 0
	for _, name := range names {
		if c.System.Exists(c.Path(name)) {
			continue
		}
		if !c.System.IsDir(path.Dir(c.Path(name))) {
			code = c.Fail(1, "touch: cannot touch '%s': No such file or directory\n", name)
			continue
		}
		if err := c.System.WriteFile(c.Path(name), File{}); err != nil {
			code = c.Fail(1, "touch: cannot touch '%s': %s\n", name, reason(err))
		}
	}
	return code
}

func tee(c *Call) int {
	options, names := operands(c)
	text, err := io.ReadAll(c.Stdin)
	if err != nil {
		return 1
	}
	c.Printf("%s", text)
	code := 0
	for _, name := range names {
		old := ""
		if strings.Contains(options, "a") {
			old, _ = c.System.ReadFile(c.Path(name)) // not there yet: nothing to keep
		}
		if err := c.System.WriteFile(c.Path(name), File{Text: old + string(text)}); err != nil {
			code = c.Fail(1, "tee: %s: %s\n", name, reason(err))
		}
	}
	return code
}
