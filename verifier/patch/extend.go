package patch

import (
	"regexp"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// install is a command that brings packages and does nothing else at its end.
type install struct {
	manager  string // apt for apt-get too
	sudo     bool
	flags    []string // but for those that only answer questions
	packages []string
}

var (
	installVerbs  = map[string]string{"apt": "install", "apt-get": "install", "dnf": "install", "yum": "install", "microdnf": "install", "apk": "add", "zypper": "install"}
	refreshVerbs  = []string{"update", "refresh", "makecache"}
	answers       = []string{"-y", "--yes", "--assume-yes", "-q", "-qq", "--quiet"}
	installWord   = regexp.MustCompile(`^[\w.+:~=/@-]+$`)
	newSources    = regexp.MustCompile(`add-apt-repository|sources\.list|apt-key|keyrings|config-manager|addrepo|\bcopr\b|/etc/apk|dpkg --add-architecture`)
	lastOfCommand = regexp.MustCompile(`(?s)^.*(?:&&|;)\s*`)
)

// readInstall reads a command whose last part brings packages.
func readInstall(command string) (in install, ok bool) {
	fields := strings.Fields(strings.ReplaceAll(lastOfCommand.ReplaceAllString(command, ""), "\\\n", " "))
	if len(fields) > 0 && fields[0] == "sudo" {
		in.sudo, fields = true, fields[1:]
	}
	if len(fields) < 3 {
		return in, false
	}
	verb := installVerbs[fields[0]]
	in.manager = strings.TrimSuffix(fields[0], "-get")
	seen := false
	for _, word := range fields[1:] {
		switch {
		case !installWord.MatchString(word):
			return in, false
		case word == verb && !seen:
			seen = true
		case slices.Contains(answers, word):
		case word[0] == '-':
			in.flags = append(in.flags, word)
		case !seen:
			return in, false
		default:
			in.packages = append(in.packages, word)
		}
	}
	return in, seen && len(in.packages) > 0
}

// refreshes reports whether a command only brings package lists up to date.
func refreshes(command string) (manager string, ok bool) {
	fields := strings.Fields(strings.TrimPrefix(command, "sudo "))
	fields = slices.DeleteFunc(fields, func(f string) bool { return slices.Contains(answers, f) })
	if len(fields) != 2 || installVerbs[fields[0]] == "" || !slices.Contains(refreshVerbs, fields[1]) {
		return "", false
	}
	return strings.TrimSuffix(fields[0], "-get"), true
}

// extend adds the packages of a correction to the command of the document that
// brings packages already, where the step has one before it. rest is what is
// then still to be typed.
func (e *editor) extend(c correction, commands []string) (edits []edit, rest []string) {
	for _, host := range slices.Backward(c.hosts) {
		have, ok := readInstall(host.Command)
		if !ok || !e.holds(host.Span, host.Command) {
			continue
		}
		var packages []string
		rest = nil
		for _, command := range commands {
			if manager, ok := refreshes(command); ok && manager == have.manager {
				continue
			}
			more, ok := readInstall(command)
			if !ok || strings.Contains(command, "&&") || strings.Contains(command, ";") {
				rest = append(rest, command)
				continue
			}
			if more.manager != have.manager || more.sudo != have.sudo || !slices.Equal(more.flags, have.flags) {
				packages = nil
				break
			}
			packages = append(packages, more.packages...)
		}
		if len(packages) == 0 {
			continue
		}
		text := e.listed(host, slices.DeleteFunc(packages, func(p string) bool {
			known := slices.Contains(have.packages, p) || slices.Contains(e.extended[host.ID], p)
			e.extended[host.ID] = append(e.extended[host.ID], p)
			return known
		}))
		return []edit{{verifier.Span{Start: host.Span.End, End: host.Span.End}, text}}, rest
	}
	return nil, commands
}

// listed writes packages as the command lists its own: behind the last one, or
// each on a line of its own.
func (e *editor) listed(host verifier.Step, packages []string) string {
	var b strings.Builder
	start := e.lineStart(host.Span.End)
	last := string(e.source[start:host.Span.End])
	own := start > host.Span.Start && len(strings.Fields(strings.TrimLeft(last, "> \t"))) == 1
	_, newline := e.lineEnd(host.Span.Start)
	for _, p := range packages {
		if own {
			b.WriteString(" \\" + newline + last[:len(last)-len(strings.TrimLeft(last, "> \t"))] + p)
		} else {
			b.WriteString(" " + p)
		}
	}
	return b.String()
}

// hostsOf are the steps before a step that may get its packages: they passed
// wherever they ran, and no place that packages come from was added since.
// Where the step passes in some environment the package may not be there.
func hostsOf(r *verifier.Result, step verifier.Step, findings []placed) (hosts []verifier.Step) {
	for _, p := range findings {
		for _, env := range r.Environments {
			if ran(env.Steps, step.ID) && !slices.Contains(p.environments, env.Environment.Name) {
				return nil
			}
		}
	}
	for _, s := range r.Plan.Steps {
		switch {
		case s.ID == step.ID:
			return hosts
		case newSources.MatchString(s.Command) && s.Follow:
			hosts = nil
		case s.Follow && s.Document == step.Document && passedEverywhere(r, s.ID):
			hosts = append(hosts, s)
		}
	}
	return nil
}

func passedEverywhere(r *verifier.Result, step string) bool {
	passed := false
	for _, env := range r.Environments {
		for _, s := range env.Steps {
			if s.Step != step {
				continue
			}
			if !s.Outcome.Passed() {
				return false
			}
			passed = true
		}
	}
	return passed
}
