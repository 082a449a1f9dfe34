package envtest

import (
	"path"
	"regexp"
	"strings"
)

// multiarch is the folder of a Debian system on amd64.
const multiarch = "x86_64-linux-gnu"

var (
	include = regexp.MustCompile(`(?m)^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]`)
	puts    = regexp.MustCompile(`puts\("([^"\n]*)"\)`)
)

// Compiler is gcc as far as an install can tell: it misses sources, headers
// and libraries in the words of the real one. What it makes prints the texts
// of the puts calls.
func Compiler(c *Call) int {
	var sources, dirs, libs, libDirs []string
	out, compileOnly := "", false
	for i := 1; i < len(c.Args); i++ {
		arg := c.Args[i]
		switch {
		case arg == "--version":
			c.Printf("%s (Debian 12.2.0-14) 12.2.0\n", path.Base(c.Args[0]))
			return 0
		case arg == "-c":
			compileOnly = true
		case arg == "-o" && i+1 < len(c.Args):
			i++
			out = c.Args[i]
		case strings.HasPrefix(arg, "-I"):
			dirs = append(dirs, strings.TrimPrefix(arg, "-I"))
		case strings.HasPrefix(arg, "-L"):
			libDirs = append(libDirs, strings.TrimPrefix(arg, "-L"))
		case strings.HasPrefix(arg, "-l"):
			libs = append(libs, strings.TrimPrefix(arg, "-l"))
		case !strings.HasPrefix(arg, "-"):
			sources = append(sources, arg)
		}
	}
	if len(sources) == 0 {
		return c.Fail(1, "%s: fatal error: no input files\ncompilation terminated.\n", path.Base(c.Args[0]))
	}
	var texts []string
	for _, source := range sources {
		said, code := compileOne(c, source, dirs)
		if code != 0 {
			return code
		}
		texts = append(texts, said...)
	}
	return finish(c, out, compileOnly, sources[0], libs, libDirs, texts)
}

// compileOne looks for the headers of a source, in the order of its lines.
func compileOne(c *Call, source string, dirs []string) (said []string, exit int) {
	text, err := c.System.ReadFile(c.Path(source))
	if err != nil {
		return nil, c.Fail(1, "cc1: fatal error: %s: No such file or directory\ncompilation terminated.\n", source)
	}
	search := append(append([]string{}, dirs...), "/usr/local/include", "/usr/include", "/usr/include/"+multiarch)
	for _, at := range include.FindAllStringSubmatchIndex(text, -1) {
		quoted, header := text[at[2]:at[3]] == `"`, text[at[4]:at[5]]
		where := search
		if quoted {
			where = append([]string{path.Dir(c.Path(source))}, search...)
		}
		if found(c, where, header) || !quoted && standardHeaders[header] {
			continue
		}
		number := 1 + strings.Count(text[:at[0]], "\n")
		column := at[2] - strings.LastIndexByte(text[:at[2]], '\n')
		line, _, _ := strings.Cut(text[at[0]:], "\n")
		return nil, c.Fail(1, "%s:%d:%d: fatal error: %s: No such file or directory\n%5d | %s\n      | %s^%s\ncompilation terminated.\n",
			source, number, column, header, number, line, strings.Repeat(" ", column-1), strings.Repeat("~", len(header)+1))
	}
	for _, m := range puts.FindAllStringSubmatch(text, -1) {
		said = append(said, m[1])
	}
	return said, 0
}

// standardHeaders come with the compiler.
var standardHeaders = map[string]bool{
	"stdio.h": true, "stdlib.h": true, "string.h": true, "math.h": true, "errno.h": true, "stdint.h": true, "unistd.h": true, "iostream": true,
}

func found(c *Call, dirs []string, name string) bool {
	for _, dir := range dirs {
		if c.System.Exists(path.Join(c.Path(dir), name)) {
			return true
		}
	}
	return false
}

// finish looks for the libraries and writes what was asked for.
func finish(c *Call, out string, compileOnly bool, source string, libs, libDirs, texts []string) int {
	if compileOnly {
		if out == "" {
			out = strings.TrimSuffix(path.Base(source), path.Ext(source)) + ".o"
		}
		return written(c, out, File{Text: "\x7fELF object\n"})
	}
	missing := false
	for _, lib := range libs {
		dirs := append(append([]string{}, libDirs...), "/usr/local/lib", "/usr/lib", "/usr/lib/"+multiarch)
		if lib != "m" && lib != "c" && lib != "pthread" && !found(c, dirs, "lib"+lib+".so") && !found(c, dirs, "lib"+lib+".a") {
			missing = true
			c.Fail(1, "/usr/bin/ld: cannot find -l%s: No such file or directory\n", lib)
		}
	}
	if missing {
		return c.Fail(1, "collect2: error: ld returned 1 exit status\n")
	}
	if out == "" {
		out = "a.out"
	}
	text := "#!/bin/sh\n"
	for _, t := range texts {
		text += "echo '" + strings.ReplaceAll(t, "'", `'\''`) + "'\n"
	}
	return written(c, out, File{Text: text, Mode: 0o755})
}

func written(c *Call, out string, file File) int {
	if err := c.System.WriteFile(c.Path(out), file); err != nil {
		return c.Fail(1, "/usr/bin/ld: cannot open output file %s: %s\n", out, reason(err))
	}
	return 0
}

// PkgConfig finds modules by their .pc files, in the words of pkgconf 1.8.
func PkgConfig(c *Call) int {
	quiet := false
	var modules []string
	for _, arg := range c.Args[1:] {
		switch {
		case arg == "--version":
			c.Printf("1.8.1\n")
			return 0
		case arg == "--exists":
			quiet = true
		case !strings.HasPrefix(arg, "-"):
			modules = append(modules, arg)
		}
	}
	if len(modules) == 0 {
		return c.Fail(1, "Please specify at least one package name on the command line.\n")
	}
	dirs := []string{"/usr/local/lib/pkgconfig", "/usr/lib/pkgconfig", "/usr/lib/" + multiarch + "/pkgconfig", "/usr/share/pkgconfig"}
	if extra := c.Env("PKG_CONFIG_PATH"); extra != "" {
		dirs = append(strings.Split(extra, ":"), dirs...)
	}
	var flags []string
	for _, module := range modules {
		if !found(c, dirs, module+".pc") {
			if quiet {
				return 1
			}
			return c.Fail(1, "Package %s was not found in the pkg-config search path.\n"+
				"Perhaps you should add the directory containing `%s.pc'\nto the PKG_CONFIG_PATH environment variable\n"+
				"Package '%s', required by 'virtual:world', not found\n", module, module, module)
		}
		flags = append(flags, "-l"+strings.TrimPrefix(module, "lib"))
	}
	if !quiet && strings.Contains(strings.Join(c.Args, " "), "--libs") {
		c.Printf("%s\n", strings.Join(flags, " "))
	}
	return 0
}
