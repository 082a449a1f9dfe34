package envtest

import (
	"io"
	"net/url"
	"path"
	"regexp"
	"strings"
)

var (
	pythonImport = regexp.MustCompile(`(?m)^(?:import|from)[ \t]+([A-Za-z_][A-Za-z0-9_]*)`)
	pythonPrint  = regexp.MustCompile(`(?m)^print\((?:"([^"\n]*)"|'([^'\n]*)')\)`)
)

// standardModules come with python3.
var standardModules = map[string]bool{"sys": true, "os": true, "json": true, "re": true, "pathlib": true, "sqlite3": true}

// Python is python3 as far as an install can tell: versions, missing modules,
// missing files, and the texts of print calls. A module is there when it lies
// beside the script or below /usr/lib/python3/dist-packages.
func Python(c *Call) int {
	args := c.Args[1:]
	switch {
	case len(args) == 0:
		return c.Fail(1, "python3: an interactive session is not scripted\n")
	case args[0] == "--version" || args[0] == "-V":
		c.Printf("Python 3.11.2\n")
		return 0
	case args[0] == "-c" && len(args) > 1:
		return pythonText(c, "<string>", c.Dir, strings.ReplaceAll(args[1], "; ", "\n"))
	case args[0] == "-m" && len(args) > 1:
		return pythonModule(c, args[1:])
	}
	text, err := c.System.ReadFile(c.Path(args[0]))
	if err != nil {
		return c.Fail(2, "python3: can't open file '%s': [Errno 2] No such file or directory\n", c.Path(args[0]))
	}
	return pythonText(c, c.Path(args[0]), path.Dir(c.Path(args[0])), text)
}

func pythonText(c *Call, name, dir, text string) int {
	for _, at := range pythonImport.FindAllStringSubmatchIndex(text, -1) {
		module := text[at[2]:at[3]]
		if pythonHas(c, dir, module) {
			continue
		}
		line, _, _ := strings.Cut(text[at[0]:], "\n")
		shown := ""
		if name != "<string>" {
			shown = "    " + line + "\n"
		}
		return c.Fail(1, "Traceback (most recent call last):\n  File \"%s\", line %d, in <module>\n%sModuleNotFoundError: No module named '%s'\n",
			name, 1+strings.Count(text[:at[0]], "\n"), shown, module)
	}
	for _, m := range pythonPrint.FindAllStringSubmatch(text, -1) {
		c.Printf("%s\n", m[1]+m[2])
	}
	return 0
}

func pythonHas(c *Call, dir, module string) bool {
	if standardModules[module] {
		return true
	}
	for _, base := range []string{dir, "/usr/lib/python3/dist-packages"} {
		if c.System.Exists(path.Join(base, module)) || c.System.Exists(path.Join(base, module+".py")) {
			return true
		}
	}
	return false
}

func pythonModule(c *Call, args []string) int {
	module, rest := args[0], args[1:]
	if module != "venv" {
		if pythonHas(c, c.Dir, module) {
			return 0
		}
		return c.Fail(1, "/usr/bin/python3: No module named %s\n", module)
	}
	if len(rest) == 0 {
		return c.Fail(2, "usage: venv [-h] ENV_DIR [ENV_DIR ...]\nvenv: error: the following arguments are required: ENV_DIR\n")
	}
	if !c.System.Exists("/usr/lib/python3.11/ensurepip/__init__.py") {
		c.Printf("The virtual environment was not created successfully because ensurepip is not\navailable.  On Debian/Ubuntu systems, you need to install the python3-venv\n"+
			"package using the following command.\n\n    apt install python3.11-venv\n\nYou may need to use sudo with that command.  After installing the python3-venv\n"+
			"package, recreate your virtual environment.\n\nFailing command: %s/bin/python3\n\n", c.Path(rest[0]))
		return 1
	}
	dir := c.Path(rest[0])
	activate := "VIRTUAL_ENV=" + dir + "\nexport VIRTUAL_ENV\nPATH=\"$VIRTUAL_ENV/bin:$PATH\"\nexport PATH\n"
	for name, file := range map[string]File{
		"/bin/activate": {Text: activate}, "/bin/python": programFile("python3"), "/bin/python3": programFile("python3"),
	} {
		if err := c.System.WriteFile(dir+name, file); err != nil {
			return c.Fail(1, "Error: %v\n", err)
		}
	}
	return 0
}

// gitProgram is git with one repository in the world.
func gitProgram(repository Repository) Program {
	return func(c *Call) int {
		if len(c.Args) < 2 {
			return c.Fail(1, "usage: git [-v | --version] [-h | --help] <command> [<args>]\n")
		}
		switch c.Args[1] {
		case "--version", "version":
			c.Printf("git version 2.39.5\n")
			return 0
		case "clone":
			return gitClone(c, repository)
		case "credential":
			return gitCredential(c)
		case "submodule", "pull", "fetch", "checkout", "lfs":
			return 0
		}
		return c.Fail(1, "git: '%s' is not a git command. See 'git --help'.\n", c.Args[1])
	}
}

func gitClone(c *Call, repository Repository) int {
	var words []string
	for i := 2; i < len(c.Args); i++ {
		switch arg := c.Args[i]; {
		case arg == "-b" || arg == "--branch" || arg == "--depth":
			i++
		case !strings.HasPrefix(arg, "-"):
			words = append(words, arg)
		}
	}
	if len(words) == 0 {
		return c.Fail(129, "fatal: You must specify a repository to clone.\n")
	}
	from := words[0]
	name := strings.TrimSuffix(path.Base(from), ".git")
	if len(words) > 1 {
		name = words[1]
	}
	c.Fail(0, "Cloning into '%s'...\n", name)
	if entries, err := c.System.List(c.Path(name)); err == nil && len(entries) > 0 {
		return c.Fail(128, "fatal: destination path '%s' already exists and is not an empty directory.\n", name)
	}
	known := false
	for _, have := range repository.URLs {
		known = known || strings.TrimSuffix(have, ".git") == strings.TrimSuffix(strings.TrimSuffix(from, "/"), ".git")
	}
	if !known {
		host := from
		if u, err := url.Parse(from); err == nil && u.Hostname() != "" {
			host = u.Hostname()
		}
		return c.Fail(128, "fatal: unable to access '%s/': Could not resolve host: %s\n", strings.TrimSuffix(from, "/"), host)
	}
	if err := repository.writeTo(c.System, c.Path(name)); err != nil {
		return c.Fail(128, "fatal: could not create work tree dir '%s': %s\n", name, reason(err))
	}
	return 0
}

// gitCredential is "git credential fill", which asks as a clone does whose
// server wants to know who it is: at the terminal, whatever its input is.
func gitCredential(c *Call) int {
	text, err := io.ReadAll(c.Stdin)
	if err != nil {
		return 128
	}
	where := strings.TrimPrefix(strings.TrimSpace(string(text)), "url=")
	if u, err := url.Parse(where); err == nil {
		where = u.Scheme + "://" + u.Host
	}
	c.Fail(0, "Username for '%s': ", where)
	if _, err := c.session.machine.terminal.ask(true); err != nil {
		return 128
	}
	return 0
}
