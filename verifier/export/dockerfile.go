package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/foreign"
)

// The decisions on the Dockerfile:
//
//   - Two stages. The first, Prerequisites, has the packages and the user, and
//     is what a development container starts from; the second has the checkout.
//   - One RUN for each command, as one step is one unit of the documents. What
//     a step changes in its terminal becomes WORKDIR and ENV where that says the
//     same. Where only a shell can tell, the change is made again in each RUN
//     that follows, and a comment says so.
//   - RUN is written as JSON where the text has line ends or what a builder
//     would read itself; then no builder looks into it.
//   - A secret cannot be in it: a builder keeps arguments with the image.

// Prerequisites is the name of the Dockerfile's first stage.
const Prerequisites = "prerequisites"

// Dockerfile writes the recipe as a Dockerfile. Commands from cut on are left
// to be done when a container runs, with its services beside it; len: none.
func Dockerfile(r Recipe, tool verifier.Tool, cut int) ([]byte, error) {
	if err := r.sound(); err != nil {
		return nil, err
	}
	from, note, err := publicBase(r.Environment)
	if err != nil {
		return nil, err
	}
	home := "/home/" + r.Environment.User
	if r.Root() {
		home = "/root"
	}
	d := &dockerfile{r: r, home: home, cwd: home + "/" + r.Folder, venvs: map[string]bool{}}
	d.comment("%s on %s, written by %s from %s.", r.Folder, r.Release(), toolInWords(tool), commitInWords(r.Repository))
	d.comment("Build it in the top folder of a fresh checkout: docker build -t %s .", strings.ToLower(r.Folder))
	if note != "" {
		d.comment("%s", note)
	}
	for _, s := range r.Services {
		d.comment("A container of it needs %s.", s)
	}
	for i, c := range r.Commands {
		for _, v := range c.Reads {
			if v.Secret && i < cut {
				return nil, &UnfitError{c.Place(), "it needs the secret " + foreign.Line(v.Placeholder) + ", and an image would keep it"}
			}
		}
	}
	d.say("")
	d.prerequisites(from)
	d.say("")
	d.say("FROM " + Prerequisites)
	d.say(fmt.Sprintf("COPY --chown=%s:%s . %s", r.Environment.User, r.Environment.User, d.cwd))
	d.say("WORKDIR " + d.cwd)
	if r.Environment.Family == verifier.FamilyDeb && d.needsSudo() {
		d.say("ARG DEBIAN_FRONTEND=noninteractive")
	}
	if slices.ContainsFunc(r.Commands, func(c Command) bool { return c.Kind == Asked }) {
		d.say("ARG checkout=" + d.cwd)
	}
	d.variables(cut)
	for i, c := range r.Commands {
		if i >= cut {
			d.later(r.Commands[cut:])
			break
		}
		d.command(i, c)
	}
	d.say(`CMD ["bash"]`)
	return []byte(d.String()), nil
}

type dockerfile struct {
	script
	r     Recipe
	home  string
	cwd   string
	state []string // what a shell must do again before each command
	venvs map[string]bool
}

// manager is how a family's packages are installed by root.
func manager(f verifier.Family) (install, tidy string) {
	switch f {
	case verifier.FamilyDeb:
		return "apt-get install -y --no-install-recommends", "rm -rf /var/lib/apt/lists/*"
	case verifier.FamilyRPM:
		return "dnf install -y", ""
	case verifier.FamilyApk:
		return "apk add --no-cache", ""
	case verifier.FamilySuse:
		return "zypper --non-interactive install", ""
	case verifier.FamilyArch:
		return "pacman -Sy --noconfirm --needed", ""
	case verifier.FamilyUnknown:
	}
	return "", ""
}

// prerequisites writes the first stage.
func (d *dockerfile) prerequisites(from string) {
	env := d.r.Environment
	deb := env.Family == verifier.FamilyDeb
	d.say("FROM " + from + " AS " + Prerequisites)
	if slices.ContainsFunc(env.Furnishings, func(f verifier.Furnishing) bool { return f.Name == "utf8" }) {
		d.say("ENV LANG=C.UTF-8")
	}
	if deb {
		d.say("ARG DEBIAN_FRONTEND=noninteractive")
	}
	install, tidy := manager(env.Family)
	sudo := d.needsSudo()
	var lines []string
	if deb {
		lines = append(lines, "apt-get update")
	}
	if had := d.had(sudo); len(had) > 0 {
		d.comment("What the machine of the run had before the first step: %s", strings.Join(had, ", "))
		lines = append(lines, install+" "+strings.Join(had, " "))
	}
	for _, c := range d.first() {
		for _, line := range origin(c) {
			d.comment("%s", line)
		}
		line := "apt-get install -y"
		if c.Slim {
			line = install
		}
		for _, p := range c.Packages {
			line += " " + p.Name
		}
		lines = append(lines, line)
	}
	if tidy != "" && !slices.ContainsFunc(d.r.Commands, func(c Command) bool { return strings.Contains(c.Text, "apt") }) {
		lines = append(lines, tidy)
	}
	if slices.ContainsFunc(lines, func(l string) bool {
		return strings.Contains(l, " install") || strings.Contains(l, " add ") || strings.Contains(l, " -S")
	}) {
		d.say("RUN " + strings.Join(lines, " \\\n && "))
	}
	d.say(`SHELL ["/bin/bash", "-c"]`)
	if d.r.Root() {
		d.say("WORKDIR /root")
		return
	}
	add := "useradd --create-home --shell /bin/bash " + env.User
	if env.Family == verifier.FamilyApk {
		add = "adduser -D -s /bin/bash " + env.User
	}
	if sudo {
		d.comment("Steps call sudo: the user may use it without a password, as in the run.")
		add += fmt.Sprintf(" \\\n && mkdir -p /etc/sudoers.d && echo '%s ALL=(ALL:ALL) NOPASSWD: ALL' >/etc/sudoers.d/%s && chmod 0440 /etc/sudoers.d/%s", env.User, env.User, env.User)
	}
	d.say("RUN " + add)
	d.say("USER " + env.User)
	d.say("WORKDIR " + d.home)
}

// first are the commands that install packages before anything else has to be done.
func (d *dockerfile) first() []Command {
	var out []Command
	for _, c := range d.r.Commands {
		if sources.MatchString(c.Text) {
			break
		}
		if len(c.Packages) > 0 {
			out = append(out, c)
		}
	}
	return out
}

// needsSudo reports whether sudo must be in the image.
func (d *dockerfile) needsSudo() bool {
	late := 0
	for _, c := range d.r.Commands {
		if len(c.Packages) > 0 {
			late++
		}
	}
	return !d.r.Root() && (d.r.commandsAsRoot() || late > len(d.first()))
}

// had are the packages that the machine had from the start.
func (d *dockerfile) had(sudo bool) []string {
	var out []string
	if d.r.Environment.Family == verifier.FamilyApk {
		out = append(out, "bash")
	}
	for _, f := range d.r.Environment.Furnishings {
		switch f.Name {
		case "git":
			out = append(out, "git")
		case "ca_certificates":
			out = append(out, "ca-certificates")
		}
	}
	if sudo {
		out = append(out, "sudo")
	}
	for _, p := range d.r.Environment.Packages {
		if packageWord.MatchString(p) {
			out = append(out, p)
		}
	}
	return out
}

// variables asks for the values that are no secrets.
func (d *dockerfile) variables(cut int) {
	for _, v := range d.r.needed(d.r.Commands[:cut]) {
		d.comment("The documents call it %s: docker build --build-arg %s=…", v.Placeholder, v.Name)
		d.say("ARG " + v.Name)
		d.say(fmt.Sprintf(`RUN [ -n "$%s" ] || { echo 'set it: --build-arg %s=…' >&2; exit 1; }`, v.Name, v.Name))
	}
}

// command writes what one command comes to.
func (d *dockerfile) command(i int, c Command) {
	if slices.ContainsFunc(d.first(), func(f Command) bool { return len(c.Packages) > 0 && f.Packages[0] == c.Packages[0] && f.Slim == c.Slim }) {
		return
	}
	for _, line := range origin(c) {
		d.comment("%s", line)
	}
	if len(c.Packages) > 0 {
		sudo := ""
		if !d.r.Root() {
			sudo = "sudo "
		}
		text := sudo + "apt-get update && " + sudo + "apt-get install -y"
		if c.Slim {
			text += " --no-install-recommends"
		}
		for _, p := range c.Packages {
			text += " " + p.Name
		}
		d.say(runLine(text))
		return
	}
	if c.ChangesShell() && d.translated(c) {
		return
	}
	text := c.Text
	if len(d.state) > 0 || len(c.Answers) > 0 {
		text = strings.Join(append(slices.Clone(d.state), inBraces(c)), " && ")
	}
	if c.ChangesShell() {
		d.comment("It changes the terminal in a way that only a shell can tell: each command after it begins with it.")
		d.state = append(d.state, inBraces(c))
		if len(c.Sets) > 0 || c.Call != nil {
			return
		}
	}
	if dir, is := makesVenv(c); is {
		d.venvs[d.under(dir)] = true
	}
	d.say(runLine(text))
}

// later says what is left for a running container.
func (d *dockerfile) later(commands []Command) {
	d.comment("These steps need what stands beside a container. Do them there: bash install.sh")
	for _, c := range commands {
		if len(c.Packages) == 0 {
			d.comment("  %s: %s", c.Place(), c.Text)
		}
	}
}

var (
	byBuilder = regexp.MustCompile(`[\x00-\x1f\x7f]|<<|\\[ \t]*$`) // what a builder reads in a line
	beginning = regexp.MustCompile(`^[A-Za-z0-9_./~"'$({!:]`)
)

// runLine has a builder run a text with bash, and read nothing of it itself.
func runLine(text string) string {
	if !byBuilder.MatchString(text) && beginning.MatchString(text) {
		return "RUN " + text
	}
	return `RUN ["/bin/bash", "-c", ` + jsonText(text) + "]"
}

// jsonText is a text as JSON, in one line, and as readable as that can be.
func jsonText(text string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	// A text always marshals.
	_ = e.Encode(text)
	return strings.TrimSuffix(b.String(), "\n")
}

var (
	plainFolder = regexp.MustCompile(`^[A-Za-z0-9._/+@-]+$`)
	homeFolder  = regexp.MustCompile(`^~(/[A-Za-z0-9._/+@-]*)?$`)
	plainValue  = regexp.MustCompile(`^(?:[A-Za-z0-9._/:+@,=-]|\$(?:PATH|HOME|PWD)\b|\$\{(?:PATH|HOME|PWD)\}|\$\(pwd\))*$`)
	valueName   = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// translated writes a change of the shell as an instruction, where one says the same.
func (d *dockerfile) translated(c Command) bool {
	if len(d.state) > 0 || len(c.Reads) > 0 {
		return false
	}
	switch {
	case len(c.Sets) > 0:
		return d.sets(c)
	case c.Call == nil:
		return false
	}
	switch name := c.Words[0].Value; {
	case name == "cd" && len(c.Words) == 1:
		d.cwd = d.home
	case name == "cd" && len(c.Words) == 2 && c.Words[1].Literal && plainFolder.MatchString(c.Words[1].Value) && c.Words[1].Value[0] != '-':
		d.cwd = d.under(c.Words[1].Value)
	case name == "cd" && len(c.Words) == 2 && homeFolder.MatchString(c.Words[1].Value):
		d.cwd = path.Clean(d.home + strings.TrimPrefix(c.Words[1].Value, "~"))
	case (name == "." || name == "source") && len(c.Words) == 2 && c.Words[1].Literal:
		venv, is := strings.CutSuffix(c.Words[1].Value, "/bin/activate")
		if !is || !d.venvs[d.under(venv)] {
			return false
		}
		d.say(fmt.Sprintf("ENV VIRTUAL_ENV=%s PATH=%s/bin:$PATH", d.under(venv), d.under(venv)))
		return true
	default:
		return false
	}
	d.say("WORKDIR " + d.cwd)
	return true
}

func (d *dockerfile) sets(c Command) bool {
	line := "ENV"
	for _, s := range c.Sets {
		value := strings.Trim(s.Value.Value, `"`)
		if !valueName.MatchString(s.Name) || !plainValue.MatchString(value) {
			return false
		}
		value = strings.NewReplacer("$HOME", d.home, "${HOME}", d.home, "$PWD", d.cwd, "${PWD}", d.cwd, "$(pwd)", d.cwd).Replace(value)
		line += " " + s.Name + `="` + value + `"`
	}
	d.say(line)
	return true
}

// under is a path as it is seen from the present folder.
func (d *dockerfile) under(name string) string {
	if path.IsAbs(name) {
		return path.Clean(name)
	}
	return path.Join(d.cwd, name)
}

// makesVenv reports whether a command makes a virtual environment of Python's
// that can be moved into by variables alone.
func makesVenv(c Command) (dir string, is bool) {
	if c.Call == nil || len(c.Call.Args) == 0 {
		return "", false
	}
	last := c.Words[len(c.Words)-1]
	module := strings.HasPrefix(c.Call.Name, "python") && len(c.Call.Args) >= 3 && c.Call.Args[0] == "-m" && (c.Call.Args[1] == "venv" || c.Call.Args[1] == "virtualenv")
	return last.Value, last.Literal && plainFolder.MatchString(last.Value) && (module || c.Call.Name == "virtualenv")
}
