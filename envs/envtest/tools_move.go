package envtest

import (
	"errors"
	"io/fs"
	"path"
	"strings"
)

// target is where a copy or move of name to dest ends.
func (c *Call) target(name, dest string) string {
	if c.System.IsDir(c.Path(dest)) {
		return path.Join(c.Path(dest), path.Base(name))
	}
	return c.Path(dest)
}

func cp(c *Call) int {
	options, names := operands(c)
	if len(names) < 2 {
		return c.Fail(1, "cp: missing file operand\nTry 'cp --help' for more information.\n")
	}
	dest := names[len(names)-1]
	code := 0
	for _, name := range names[:len(names)-1] {
		if c.System.IsDir(c.Path(name)) && !strings.ContainsAny(options, "rRa") {
			code = c.Fail(1, "cp: -r not specified; omitting directory '%s'\n", name)
			continue
		}
		if err := c.System.copy(c.Path(name), c.target(name, dest)); errors.Is(err, fs.ErrNotExist) {
			code = c.Fail(1, "cp: cannot stat '%s': %s\n", name, reason(err))
		} else if err != nil {
			code = c.Fail(1, "cp: cannot create regular file '%s': %s\n", dest, reason(err))
		}
	}
	return code
}

// copy copies a file, or a folder with all that it holds.
func (s *System) copy(from, to string) error {
	info, err := s.Stat(from)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		text, err := s.ReadFile(from)
		if err != nil {
			return err
		}
		return s.WriteFile(to, File{Text: text, Mode: info.Mode().Perm()})
	}
	if err := s.WriteFile(to+"/", File{}); err != nil {
		return err
	}
	entries, err := s.List(from)
	for _, entry := range entries {
		err = errors.Join(err, s.copy(path.Join(from, entry.Name()), path.Join(to, entry.Name())))
	}
	return err
}

func mv(c *Call) int {
	_, names := operands(c)
	if len(names) < 2 {
		return c.Fail(1, "mv: missing file operand\nTry 'mv --help' for more information.\n")
	}
	dest := names[len(names)-1]
	code := 0
	for _, name := range names[:len(names)-1] {
		if err := c.System.Rename(c.Path(name), c.target(name, dest)); err != nil {
			code = c.Fail(1, "mv: cannot stat '%s': %s\n", name, reason(err))
		}
	}
	return code
}

func rm(c *Call) int {
	options, names := operands(c)
	force := strings.Contains(options, "f")
	code := 0
	for _, name := range names {
		full := c.Path(name)
		switch {
		case !c.System.Exists(full) && !force:
			code = c.Fail(1, "rm: cannot remove '%s': No such file or directory\n", name)
		case c.System.IsDir(full) && !strings.ContainsAny(options, "rR"):
			code = c.Fail(1, "rm: cannot remove '%s': Is a directory\n", name)
		default:
			if err := c.System.Remove(full); err != nil {
				code = c.Fail(1, "rm: cannot remove '%s': %s\n", name, reason(err))
			}
		}
	}
	return code
}

func ln(c *Call) int {
	options, names := operands(c)
	if len(names) != 2 || !strings.Contains(options, "s") {
		return c.Fail(1, "ln: only ln -s TARGET NAME is scripted\n")
	}
	full := c.target(names[0], names[1])
	if strings.Contains(options, "f") && c.System.Remove(full) != nil {
		return c.Fail(1, "ln: cannot remove '%s'\n", names[1])
	}
	if err := c.System.Symlink(names[0], full); err != nil {
		return c.Fail(1, "ln: failed to create symbolic link '%s': %s\n", names[1], reason(err))
	}
	return 0
}
