package preflight

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
	"github.com/freshinstall/freshinstall/verifier/shell"
)

// need is a description file without which a tool has nothing to do.
type need struct {
	tool   string
	names  []string // one of them
	object string   // how it is called in a sentence
	upward bool     // the tool also looks in the folders above
	sure   bool     // the tool fails without it
	rivals []string // other files that make or replace it
}

var manifests = map[string]need{
	"npm":      {tool: "npm", names: []string{"package.json"}, object: "package.json", upward: true},
	"yarn":     {tool: "yarn", names: []string{"package.json"}, object: "package.json", upward: true},
	"composer": {tool: "Composer", names: []string{"composer.json"}, object: "composer.json", upward: true, sure: true},
	"cargo":    {tool: "cargo", names: []string{"Cargo.toml"}, object: "Cargo.toml", upward: true, sure: true},
	"bundle":   {tool: "Bundler", names: []string{"Gemfile", "gems.rb"}, object: "Gemfile", upward: true, sure: true},
	"mvn":      {tool: "Maven", names: []string{"pom.xml", "pom.groovy", "pom.yml"}, object: "pom.xml", sure: true},
	"go":       {tool: "go", names: []string{"go.mod", "go.work"}, object: "go.mod", upward: true},
	"cmake": {tool: "CMake", names: []string{"CMakeLists.txt"}, object: "CMakeLists.txt", sure: true,
		rivals: []string{"CMakeLists.txt.in"}},
	"make": {tool: "make", names: []string{"Makefile", "makefile", "GNUmakefile"}, object: "Makefile", sure: true,
		rivals: []string{"Makefile.am", "Makefile.in", "makefile.in", "configure", "configure.ac", "configure.in", "CMakeLists.txt", "Makefile.PL", "Build.PL",
			"meson.build", "premake5.lua", "premake4.lua", "autogen.sh", "bootstrap", "bootstrap.sh", "buildconf", "Imakefile", "config", "extconf.rb", "config.m4", "Setup.hs", "Kbuild", "BSDmakefile"}},
	"dockerfile": {tool: "docker build", names: []string{"Dockerfile", "dockerfile"}, object: "Dockerfile", sure: true},
	"compose": {tool: "docker compose", names: []string{"compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"},
		object: "compose file", upward: true, sure: true},
}

// manifest finds the description file for a place, and reports where the
// repository has none. Empty: none is known, for whatever reason.
func (w *walk) manifest(n need, dir string) string {
	if !w.at.known || w.quiet {
		return ""
	}
	inside, is := w.inside(dir)
	if !is {
		if w.tree.first(".", n.names...) != "" && dir == w.at.dir && (!w.wild || w.checkout != "") && !w.madeHere(dir, n) {
			w.notEntered(n.object, false)
			if here, now := w.here(); now {
				return w.tree.first(here, n.names...)
			}
		}
		return ""
	}
	found := w.tree.first(inside, n.names...)
	if found == "" && n.upward {
		found = w.tree.upward(inside, n.names...)
	}
	if found != "" || w.wild || w.filled(dir) || w.tree.opaque(inside) || w.madeHere(dir, n) || w.tree.first(inside, n.rivals...) != "" {
		return found
	}
	if own := path.Dir(w.step.Document); own != "." && w.tree.first(own, n.names...) != "" {
		w.at = place{}
		return ""
	}
	w.without(n, inside)
	return ""
}

func (w *walk) madeHere(dir string, n need) bool {
	return slices.ContainsFunc(n.names, func(name string) bool { return w.made[path.Join(dir, name)] })
}

// without reports a tool that has nothing to work on.
func (w *walk) without(n need, dir string) {
	var others []string
	for _, name := range n.names {
		for _, p := range w.tree.named(name) {
			if w.tree.files[p] && path.Base(p) == name && !slices.Contains(others, path.Dir(p)) && !example(p) {
				others = append(others, path.Dir(p))
			}
		}
	}
	slices.SortFunc(others, shallow)
	if n.tool == manifests["compose"].tool {
		if w.named("COMPOSE_FILE") {
			return
		}
		for _, f := range w.tree.entries(dir) {
			n.sure = n.sure && !composeName.MatchString(path.Base(f)) // a setting of one's own may name it
		}
	}
	if len(others) == 0 {
		if !n.sure && w.tree.Read == nil {
			return
		}
		w.report(fault{rule: RuleManifest, object: n.object, certain: n.sure,
			cause: fmt.Sprintf("%s works on a %s, and the repository has none.", n.tool, n.object),
			plain: fmt.Sprintf("The tool needs a file (%s) that says what there is to do, and the project has no such file anywhere.", n.object)})
		return
	}
	if len(others) <= 2 && !w.wandered() && !w.toldInPassing() {
		w.report(fault{rule: RuleElsewhere, object: n.object,
			cause: fmt.Sprintf("%s works on a %s; there is none in %s, but one in %s.", n.tool, n.object, folderName(dir), folderName(others[0])),
			plain: fmt.Sprintf("The tool needs the file %s, which is in %s of the project. No earlier step goes there.", n.object, folderName(others[0])),
			fixes: first("the file is there", "cd "+w.typed(others[0]))})
	}
	w.at = place{}
}

var composeName = phrase.Compile(`(?i)compose.*\.ya?ml$`)

// named: some step of the document, followed or not, has these words.
func (w *walk) named(words string) bool {
	return slices.ContainsFunc(w.plan.Steps, func(s verifier.Step) bool { return strings.Contains(s.Command, words) })
}

// example: a file that belongs to an example or a test, not to the project.
func example(p string) bool {
	for _, part := range strings.Split(strings.ToLower(path.Dir(p)), "/") {
		switch strings.Trim(part, "_.") {
		case "example", "examples", "test", "tests", "testdata", "fixtures", "vendor", "node_modules", "third_party", "thirdparty", "3rdparty", "templates", "template", "samples", "sample", "demo", "demos", "deps", "external", "lib", "libs":
			return true
		}
	}
	return false
}

// needsManifest checks a tool of which only that is looked at.
func (w *walk) needsManifest(a shell.Act) {
	works := map[string][]string{
		"cargo":  {"build", "run", "test", "check", "bench", "b", "r", "t", "fetch"},
		"bundle": {"install", "update", "exec", "check", ""},
		"mvn":    {"install", "package", "compile", "test", "verify", "clean", "spring-boot:run"},
	}[a.Name]
	for _, option := range a.Args {
		if oneOf(option, "--manifest-path", "-C", "-f", "--file", "--gemfile") || strings.HasPrefix(option, "--manifest-path=") || strings.HasPrefix(option, "--gemfile=") {
			return
		}
	}
	if slices.Contains(a.Set, "BUNDLE_GEMFILE") || !oneOf(a.Arg(0), works...) || strings.HasPrefix(a.Arg(0), "+") {
		return
	}
	w.manifest(manifests[a.Name], w.at.dir)
}

// golang checks a module's own commands; files that are named need no module.
func (w *walk) golang(a shell.Act) {
	file := ""
	for i, arg := range a.Args {
		if i > 0 && strings.HasSuffix(arg, ".go") && !strings.HasPrefix(arg, "-") && oneOf(a.Arg(0), "run", "build") && w.firstFile(a.Args[1:]) == arg {
			file = arg
		}
	}
	if file != "" {
		w.needs(file, tracked, a)
		return
	}
	download := a.Arg(0) == "mod" && oneOf(a.Arg(1), "download", "tidy", "vendor", "verify")
	if !download && !(oneOf(a.Arg(0), "build", "test", "vet") && len(a.Args) == 1) {
		return
	}
	if w.named("GOPATH") || w.named("GO111MODULE") || w.named("go get") || w.named("go mod init") {
		return // the older way, without modules
	}
	n := manifests["go"]
	n.sure = download
	w.manifest(n, w.at.dir)
}

// firstFile is the first argument where it is no option.
func (w *walk) firstFile(args []string) string {
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		return args[0]
	}
	return ""
}

// wrapper checks a build tool that a repository brings along itself.
func (w *walk) wrapper(a shell.Act, base string) {
	p, ok := w.resolve(a.Name)
	if !ok || w.quiet || w.look(p) != absent {
		return
	}
	tool, files := "gradle", []string{"build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"}
	if base == "mvnw" {
		tool, files = "mvn", []string{"pom.xml"}
	}
	inside, is := w.inside(path.Dir(p))
	if !is || w.tree.first(inside, files...) == "" || w.tree.files[path.Join(inside, base)] {
		w.needs(a.Name, tracked, a)
		return
	}
	w.report(fault{rule: RuleFile, object: a.Name, certain: true,
		cause: fmt.Sprintf("The repository does not have the wrapper %s.", base),
		plain: fmt.Sprintf("The command runs a small helper (%s) that projects usually bring along; this one does not.", base),
		fixes: w.instead(a.Name, tool, "the tool itself does the same")})
}

// cmake checks the folder that is configured.
func (w *walk) cmake(a shell.Act) {
	dir := ""
	for i := 0; i < len(a.Args); i++ {
		arg := a.Args[i]
		switch {
		case arg == "--build" || arg == "--install" || arg == "-P" || arg == "-E" || arg == "--preset" || strings.HasPrefix(arg, "--preset="):
			return
		case arg == "-S" || arg == "-H":
			if i++; i < len(a.Args) {
				dir = a.Args[i]
			}
		case arg == "-B" || arg == "-G" || arg == "-D" || arg == "-A" || arg == "-T" || arg == "-C":
			i++
		case strings.HasPrefix(arg, "-S") || strings.HasPrefix(arg, "-H"):
			dir = arg[2:]
		case strings.HasPrefix(arg, "-"):
		case dir == "":
			dir = arg
		}
	}
	if dir == "" {
		return
	}
	if p, ok := w.resolve(dir); ok {
		n := manifests["cmake"]
		w.manifest(n, p)
	}
}

// cmakeEffect notes the folder that a configuration fills.
func (w *walk) cmakeEffect(args []string) {
	for i, a := range args {
		if a == "-B" && i+1 < len(args) {
			w.fill(args[i+1])
			return
		}
		if strings.HasPrefix(a, "-B") {
			w.fill(a[2:])
			return
		}
	}
	if !asksOnly(args) {
		w.wild = true
	}
}
