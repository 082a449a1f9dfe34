package shell

import (
	"path"
	"strings"

	"github.com/freshinstall/freshinstall/verifier/phrase"
)

// program reports whether a word is the name of a program, as far as can be
// known without the machine.
func (s *splitter) program(name string) bool {
	if name == "" {
		return false
	}
	if known[name] || s.in.Known != nil && s.in.Known(name) {
		return true
	}
	if assignment.MatchString(name) {
		return true
	}
	if pathWord.MatchString(name) && !strings.Contains(name, "://") {
		base := path.Base(name)
		return strings.HasPrefix(name, "./") || strings.HasPrefix(name, "../") || strings.HasPrefix(name, "~/") ||
			known[base] || strings.Contains(name, "/bin/") || strings.HasSuffix(base, ".sh") || strings.HasSuffix(base, ".py")
	}
	return versioned(name)
}

// MayBegin reports whether a piece of code in running text can be a command at
// all, by its first word; own are the programs of this project.
func MayBegin(code string, own func(string) bool) bool {
	s := splitter{in: Input{Known: own}}
	f := strings.Fields(code)
	for len(f) > 1 && (f[0] == "sudo" || f[0] == "$" || f[0] == "#" || f[0] == "%" || f[0] == ">" || f[0] == "doas" || f[0][0] == '(') {
		f = f[1:]
	}
	return len(f) > 0 && (s.program(f[0]) || strings.HasPrefix(f[0], "$") || strings.Contains(f[0], ">"))
}

// versioned: python3.11, gcc-12, pip3.9.
func versioned(name string) bool {
	base := strings.TrimRight(name, "0123456789.-")
	return base != name && known[base]
}

// accept decides whether a logical line is a command at all.
func (s *splitter) accept(c *Command) bool {
	text := c.Text
	if strings.TrimSpace(text) == "" || drawn(text) || c.Prompt == "" && (points.MatchString(text) || versionOf.MatchString(text)) {
		return false
	}
	first := strings.Fields(text)[0]
	if c.Prompt == "" && cells.MatchString(text) && !known[first] {
		return false
	}
	if c.Prompt == "" && (first[0] >= '0' && first[0] <= '9' && !known[first] || dataFile.MatchString(text)) {
		return false
	}
	if c.Dialect != Posix {
		return c.Prompt != "" || !prose(text, s.program(first))
	}
	if len(c.Calls) > 0 {
		first = c.Calls[0].Name
	}
	prompt := c.Prompt != ""
	switch {
	case prompt:
		return !replPrompt.MatchString(text+" ") && !toServer.MatchString(text)
	case foreign(text) && !(known[first] && len(c.Calls) > 0 && !source.MatchString(text)):
		return false
	case s.in.Single:
		return s.program(first) && !prose(text, true) && (len(c.Calls) > 0 || len(c.Assigns) > 0)
	case s.class == script || s.class == session:
		if s.program(first) {
			return !prose(text, true)
		}
		return len(c.Calls) > 0 && (programWord.MatchString(first) || pathWord.MatchString(first)) && !prose(text, false) && !capital(first)
	case s.class == guest:
		return installer(c)
	}
	if !s.program(first) && !(s.accepted > 0 && companion(text)) || prose(text, true) {
		return false
	}
	if needsArgument[first] {
		f := strings.Fields(text)
		if len(c.Calls) > 0 && len(c.Calls[0].Args) > 1 && packagers[first] && c.Calls[0].Args[0] == "install" && len(f) < 8 {
			return true
		}
		for _, a := range f[1:] {
			if argument.MatchString(a) {
				return true
			}
		}
		if len(f) > 1 && first == "go" && goVerbs[f[1]] {
			return true
		}
		if s.in.Led && len(s.in.Lines) <= 3 && len(f) == 2 && len(c.Calls) > 0 && lowerName.MatchString(f[1]) {
			return true // "Check the sources:" and two words below it
		}
		return len(f) <= 3 && (first == "make" || first == "just" || first == "task" || first == "source" || first == "sls") && len(c.Calls) > 0
	}
	return true
}

var (
	points    = phrase.Compile(`\S\s+(?:->|=>|→)\s+\S`)                                            // "src/app -> main.R" shows, nothing is typed
	versionOf = phrase.Compile(`^[A-Za-z.+]+\s+[v>=~^]*\d+(?:\.[\dx]+)*\s*(?:\+|(?:or|and) .*)?$`) // "node 14.x", "npm 7+" name a need
)

// toServer: a statement for a database's server, or a command of its terminal.
// Authors show them behind a shell's prompt too; no shell begins with such a
// verb and ends with a semicolon.
var toServer = phrase.Compile(`(?i)^(?:select|insert into|update|delete from|create|alter|drop|grant|revoke|use|show|flush)\s[^|&]*;\s*$|^\\[a-z]{1,4}\+?(?:\s+[\w.*-]+)?;?$`)

// cells: a row of a table that a program printed.
var cells = phrase.Compile(`\S {3,}\S.* {3,}\S`)

// dataFile: a path alone that nobody can run.
var dataFile = phrase.Compile(`^[\w./~-]+\.(properties|ya?ml|json|xml|md|txt|env|conf|ini|toml|csv|log|html?|cfg|sql|rst|lock|png|jpe?g|pdf)$`)

var goVerbs = words(`build run test install generate get vet`)

// packagers install by that word, and are words of the language too.
var packagers = words(`port snap pkg stack conda`)

// companion: a program with a file or an option, in a block of commands: not
// every program is known.
func companion(text string) bool {
	f := strings.Fields(text)
	if len(f) < 2 || len(f) > 6 || !lowerName.MatchString(f[0]) {
		return false
	}
	for _, a := range f[1:] {
		if !argument.MatchString(a) {
			return false
		}
	}
	return true
}

var lowerName = phrase.Compile(`^[a-z][a-z0-9_-]+$`)

func capital(word string) bool { return word != "" && word[0] >= 'A' && word[0] <= 'Z' }

// installer: in a block of another language only the plainest commands count.
func installer(c *Command) bool {
	if len(c.Calls) == 0 || len(c.Calls[0].Args) == 0 {
		return false
	}
	switch c.Calls[0].Name {
	case "pip", "pip3", "npm", "npx", "yarn", "pnpm", "git", "cd", "apt", "apt-get", "brew", "docker", "docker-compose", "conda",
		"composer", "bundle", "gem", "cargo", "make", "python", "python3", "node", "mvn", "cp", "mkdir", "curl", "wget":
		return !prose(c.Text, true)
	}
	return false
}

// trusts decides about a block as a whole.
func (s *splitter) trusts(commands []Command, rejected int) bool {
	if len(commands) == 0 {
		return false
	}
	if s.any {
		return true
	}
	settings := 0
	for _, c := range commands {
		if len(c.Calls) == 0 {
			settings++
		}
	}
	if settings == len(commands) {
		return false // a file of settings, not a shell
	}
	switch s.class {
	case untagged:
		return len(commands) > rejected
	case guest:
		return rejected == 0
	}
	if len(commands)*2 >= rejected {
		return true
	}
	// A command and what it prints.
	return len(commands) == 1 && commands[0].Line == s.in.Lines[0].Number && s.class == script
}
