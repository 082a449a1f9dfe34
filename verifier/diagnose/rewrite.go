package diagnose

import (
	"path"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// Rewrite names a way to change a step's text.
type Rewrite string

// rewrites holds every rewrite that a rule may name.
var rewrites = map[Rewrite]func(e Explanation, o Observation) []verifier.Fix{
	"drop-sudo":      dropSudo,
	"python3":        python3,
	"run-by-shell":   runByShell,
	"right-path":     rightPath,
	"copy-example":   copyExample,
	"assume-yes":     assumeYes,
	"drop-prompt":    dropPrompt,
	"enter-folder":   enterFolder,
	"npm-script":     npmScript,
	"make-target":    makeTarget,
	"virtual-env":    virtualEnv,
	"activate-env":   activateEnv,
	"own-module":     ownModule,
	"requirements":   requirements,
	"https-clone":    httpsClone,
	"posix-source":   posixSource,
	"unix-line-ends": unixLineEnds,
	"node-bin":       nodeBin,
	"own-program":    ownProgram,
	"submodules":     submodules,
	"add-sudo":       addSudo,
	"unpin":          unpin,
	"reconfigure":    reconfigure,
	"own-configure":  ownConfigure,
	"npm-install":    npmInstall,
	"docker-compose": dockerCompose,

	"declare-service": declareService,
	"keep-path":       keepPath,
}

func replace(text, why string) verifier.Fix {
	return verifier.Fix{Kind: verifier.FixReplace, Replace: text, Why: why}
}

func before(why string, commands ...string) verifier.Fix {
	return verifier.Fix{Kind: verifier.FixBefore, Commands: commands, Why: why}
}

// dockerCompose writes the successor of docker-compose, which is a
// sub-command of docker.
func dockerCompose(_ Explanation, o Observation) []verifier.Fix {
	text, changed := replaceProgram(o.text(), "docker-compose", "docker compose")
	if !changed {
		return nil
	}
	return []verifier.Fix{replace(text, "docker-compose is a part of docker today")}
}

// dropSudo takes sudo and its options away; only root can do without.
func dropSudo(_ Explanation, o Observation) []verifier.Fix {
	if !o.root() {
		return nil
	}
	text := o.text()
	var out strings.Builder
	at, changed := 0, false
	words := split(text)
	for i := 0; i < len(words); i++ {
		if !words[i].runs || words[i].text != "sudo" {
			continue
		}
		next := i + 1
		for next < len(words) && strings.HasPrefix(words[next].text, "-") {
			if takes := words[next].text; takes == "-u" || takes == "-g" {
				return nil // as another user: not the same without sudo
			}
			next++
		}
		if next >= len(words) {
			continue
		}
		out.WriteString(text[at:words[i].start])
		at, changed = words[next].start, true
		i = next - 1
	}
	if !changed {
		return nil
	}
	out.WriteString(text[at:])
	return []verifier.Fix{replace(out.String(), "the user is root already, and this machine has no sudo")}
}

// python3 names the interpreter by the name that every distribution has.
func python3(_ Explanation, o Observation) []verifier.Fix {
	text, changed := replaceProgram(o.text(), "python", "python3")
	if !changed {
		return nil
	}
	why := "Python 3 is called python3 on every distribution"
	fixes := []verifier.Fix{replace(text, why)}
	if commands := install(o, "python3"); commands != nil {
		fixes = append(fixes, verifier.Fix{Kind: verifier.FixReplace, Commands: commands, Replace: text, Why: why + ", and this machine has none yet"})
	}
	return fixes
}

// runByShell hands a script without its executable bit to its interpreter.
func runByShell(e Explanation, o Observation) []verifier.Fix {
	file := e.Captures["file"]
	t := treeOf(o)
	if p := t.resolve(file); p == "" || !t.files[p] {
		return nil
	}
	interpreter := ""
	switch path.Ext(file) {
	case ".sh", ".bash":
		interpreter = "bash "
	case ".py":
		interpreter = "python3 "
	case ".pl":
		interpreter = "perl "
	default:
		return nil
	}
	if text, changed := replaceProgram(o.text(), file, interpreter+file); changed {
		return []verifier.Fix{replace(text, "a script can be given to its interpreter without the executable bit")}
	}
	return nil
}

// asks are the actions of package managers that ask before they begin.
var asks = map[string]bool{"install": true, "upgrade": true, "dist-upgrade": true, "full-upgrade": true, "build-dep": true, "remove": true, "autoremove": true,
	"groupinstall": true}

// assumeYes answers the package manager's question on the command line.
func assumeYes(_ Explanation, o Observation) []verifier.Fix {
	text := o.text()
	words := split(text)
	for i, w := range words {
		if !w.runs || w.text != "apt" && w.text != "apt-get" && w.text != "dnf" && w.text != "yum" {
			continue
		}
		for _, action := range words[i+1:] {
			if action.runs {
				break
			}
			if asks[action.text] {
				return []verifier.Fix{replace(text[:action.end]+" -y"+text[action.end:], "-y answers the question beforehand")}
			}
		}
	}
	return nil
}

// dropPrompt takes a pasted prompt sign away.
func dropPrompt(_ Explanation, o Observation) []verifier.Fix {
	lines := strings.Split(o.text(), "\n")
	changed := false
	for i, l := range lines {
		if rest, found := strings.CutPrefix(strings.TrimLeft(l, " \t"), "$ "); found {
			lines[i], changed = rest, true
		}
	}
	if !changed {
		return nil
	}
	return []verifier.Fix{replace(strings.Join(lines, "\n"), "the $ is the prompt, not a part of the command")}
}

// httpsClone asks for a repository by an address that needs no key.
func httpsClone(_ Explanation, o Observation) []verifier.Fix {
	for _, w := range split(o.text()) {
		rest, found := strings.CutPrefix(w.text, "git@")
		host, repository, ok := strings.Cut(rest, ":")
		if !found || !ok || strings.ContainsAny(host, "/'\"$`") || strings.ContainsAny(repository, "'\"$`") {
			continue
		}
		return []verifier.Fix{replace(o.text()[:w.start]+"https://"+host+"/"+repository+o.text()[w.end:], "a https address can be cloned without a key")}
	}
	return nil
}

// posixSource uses the name of source that every shell has.
func posixSource(_ Explanation, o Observation) []verifier.Fix {
	if text, changed := replaceProgram(o.text(), "source", "."); changed {
		return []verifier.Fix{replace(text, "“.” is understood by every shell, source only by some")}
	}
	return nil
}

// submodules fetches what the repository refers to.
func submodules(_ Explanation, o Observation) []verifier.Fix {
	t := treeOf(o)
	if !t.files[".gitmodules"] || t.cwd == "" {
		return nil
	}
	return []verifier.Fix{before("the repository has submodules, and a plain clone leaves them empty", "git submodule update --init --recursive")}
}

// addSudo does as the administrator what an ordinary user may not.
func addSudo(_ Explanation, o Observation) []verifier.Fix {
	words := split(o.text())
	if o.root() || len(words) == 0 {
		return nil
	}
	runs := 0
	for _, w := range words {
		if w.text == "sudo" {
			return nil
		}
		if w.runs {
			runs++
		}
	}
	// In a chain, which command needs it is a guess: leave that to a person.
	if runs != 1 || !words[0].runs || strings.ContainsAny(o.text(), "<>") {
		return nil
	}
	text := o.text()
	return []verifier.Fix{replace(text[:words[0].start]+"sudo "+text[words[0].start:], "only the administrator may do this")}
}

// unpin takes the version away from a package whose version is gone.
func unpin(e Explanation, o Observation) []verifier.Fix {
	for _, w := range split(o.text()) {
		name, _, pinned := strings.Cut(w.text, "=")
		if pinned && name == e.Finding.Object {
			return []verifier.Fix{replace(o.text()[:w.start]+name+o.text()[w.end:], "the archive only keeps the current version")}
		}
	}
	return nil
}

// configured gives the last earlier command that configured the build.
func configured(o Observation) string {
	for i := len(o.Earlier) - 1; i >= 0; i-- {
		for _, w := range split(o.Earlier[i]) {
			if w.runs && (w.text == "./configure" || w.text == "cmake" || w.text == "meson" || w.text == "qmake") && !strings.Contains(o.Earlier[i], "--build") {
				return o.Earlier[i]
			}
		}
	}
	return ""
}

// reconfigure runs the configuration again, so that it sees what was
// installed since.
func reconfigure(_ Explanation, o Observation) []verifier.Fix {
	if command := configured(o); command != "" && !strings.Contains(command, "\n") {
		return []verifier.Fix{before("the configuration ran before everything was there", command)}
	}
	return nil
}

// ownConfigure makes the build files by what the repository brings for that.
func ownConfigure(_ Explanation, o Observation) []verifier.Fix {
	t := treeOf(o)
	switch {
	case t.files[t.resolve("configure")]:
		return []verifier.Fix{before("the repository has a configure script that makes the Makefile", "./configure")}
	case t.files[t.resolve("autogen.sh")]:
		return []verifier.Fix{before("the repository has autogen.sh, which makes the configure script", "sh ./autogen.sh", "./configure")}
	case t.files[t.resolve("CMakeLists.txt")]:
		return []verifier.Fix{before("the repository is built with CMake", "cmake .")}
	}
	return nil
}

// npmInstall installs what package.json declares, where no step did.
func npmInstall(_ Explanation, o Observation) []verifier.Fix {
	t := treeOf(o)
	if t.files[t.resolve("package.json")] && !o.earlierSays("npm i") && !o.earlierSays("npm ci") && !o.earlierSays("yarn") {
		return []verifier.Fix{before("package.json declares it, and no step installs that", "npm install")}
	}
	return nil
}
