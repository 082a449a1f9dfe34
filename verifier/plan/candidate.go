package plan

import (
	"bytes"
	"fmt"
	"path"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
	"github.com/freshinstall/freshinstall/verifier/readme"
	"github.com/freshinstall/freshinstall/verifier/shell"
)

// candidate is a command on its way through the rules.
type candidate struct {
	doc      *document
	block    *readme.Block
	index    int // of the block in its document
	nth      int // of the command in its block
	cmd      shell.Command
	topic    topic
	role     verifier.Role
	platform verifier.Platform
	option   *option
	reason   string // why it is left; empty: followed
	note     string // how it was chosen, where it is followed
	clone    cloneKind
	serves   bool                   // a server
	last     bool                   // of the followed commands of its block: what is said of the block's outcome is said of it
	ready    *verifier.Ready        // as declared
	expect   string                 // as declared
	packaged bool                   // the project as a distribution packs it
	told     map[verifier.Flag]bool // what its calls tell, once they were read
	said     *said                  // about who types it, once it was read
	unknown  bool                   // of a program that says nothing about its role
}

// document is an install document with its commands.
type document struct {
	readme.Document
	path     string
	declared bool
	develops bool      // its chapters for contributors are how it is installed
	part     bool      // included by another document
	sent     errand    // what its reader is sent there for
	from     *document // by which document; nil: found by its name
	link     int       // where in it
	steps    []*candidate
}

// leave leaves a step, unless an earlier rule did already.
func (c *candidate) leave(reason string) {
	if c.reason == "" {
		c.reason = reason
	}
}

func (c *candidate) followed() bool { return c.reason == "" }

// inline: the command stands in running text.
func (c *candidate) inline() bool {
	return c.block.Kind == readme.Inline || c.block.Kind == readme.Bare
}

// call is the command's first program that is not just a way to get somewhere.
func (c *candidate) call() shell.Call {
	for _, call := range c.cmd.Calls {
		if call.Name != "cd" && call.Name != "set" && call.Name != "mkdir" {
			return call
		}
	}
	if len(c.cmd.Calls) > 0 {
		return c.cmd.Calls[0]
	}
	return shell.Call{}
}

// gather reads the documents and those that they lead to, and takes every
// command out of them.
func (p *planner) gather() error {
	for _, d := range p.in.Documents {
		p.docs = append(p.docs, &document{Document: p.read(d), path: d.Path, declared: d.Declared})
	}
	p.followLinks(p.docs[0], 0)
	for _, d := range p.docs[1:len(p.in.Documents)] {
		p.followLinks(d, 1) // where a newcomer looks next
	}
	p.learnNames()
	for _, d := range p.docs {
		for i := range d.Blocks {
			b := &d.Blocks[i]
			for n, cmd := range p.commands(b, i, d) {
				c := &candidate{doc: d, block: b, index: i, nth: n, cmd: cmd}
				d.steps = append(d.steps, c)
				p.all = append(p.all, c)
			}
			if len(p.all) > maxCommands {
				return fmt.Errorf("plan %s: %s: more than %d commands, which is no install document; name the right ones under documents", p.in.Repository, d.path, maxCommands)
			}
		}
	}
	return nil
}

// maxRead bounds what is read of all documents together, in bytes: ten times
// what a long README has, and little enough that no document, however it is
// made, takes more than 64 MB to think about.
const maxRead = 256 << 10

// read takes a document apart, or as much of it as there is room for.
func (p *planner) read(d Document) readme.Document {
	source := d.Source
	if room := maxRead - p.bytes; len(source) > room {
		source = source[:bytes.LastIndexByte(source[:room], '\n')+1]
		p.cut = append(p.cut, d.Path)
	}
	p.bytes += len(source)
	return readme.Read(d.Path, source)
}

// maxCommands bounds the work on documents that nobody could follow.
const maxCommands = 2_000

// commands are those of one block; running text must tell the reader to type
// them.
func (p *planner) commands(b *readme.Block, index int, d *document) []shell.Command {
	in := shell.Input{Language: b.Language, Single: b.Kind == readme.Inline, Prompted: b.Kind == readme.Quote,
		Led: strings.HasSuffix(strings.TrimSpace(b.Lead), ":"), Known: p.known}
	for _, l := range b.Lines {
		in.Lines = append(in.Lines, shell.Line{Text: l.Text, Start: l.Span.Start, End: l.Span.End, Number: l.Number})
	}
	switch b.Kind {
	case readme.Inline:
		if name, ok := p.managerUnknown(b); ok {
			in.Known = func(n string) bool { return n == name || p.known(n) }
		}
		if !p.on("inline-commands") || !shell.MayBegin(b.Lines[0].Text, in.Known) || !p.asked(b) && !ownLine(b, d.Source) {
			return nil
		}
	case readme.Bare:
		if !p.on("bare-lines") {
			return nil
		}
		return p.bare(in, len(b.List) > 0 && b.List[len(b.List)-1].Ordered)
	}
	if name, ok := announcedProgram(b); ok {
		p.called[name] = true // from here on
	}
	commands := shell.Split(in)
	if p.on("commentary") && commentary(b) && !(allKnown(b, commands) && !shownOutput(b)) {
		return nil
	}
	if p.on("commentary") && settingsFile(b, commands) {
		return nil
	}
	if p.on("names-of-needs") && namesOfNeeds(b, commands) {
		return nil
	}
	return commands
}

// announcedProgram: the first word of a line that a sentence calls a command,
// with an option behind it: a program, whether or not anybody knows it.
func announcedProgram(b *readme.Block) (string, bool) {
	words := strings.Fields(b.Lines[0].Text)
	if b.Language != "" || len(words) < 2 || !lowerWord.MatchString(words[0]) || !calledCommand.MatchEnd(lastSentence(b.Lead)) {
		return "", false
	}
	for _, w := range words[1:] {
		if len(w) > 3 && strings.HasPrefix(w, "--") {
			return words[0], true
		}
	}
	return "", false
}

var calledCommand = phrase.Compile(`(?i)\b(command|commands)( like)?( this| these)?( below| as follows)?\s*:\s*$`)

// managerUnknown: code that is all of its item, in a chapter on installing, and
// that names the project installs it, by a manager that nobody here knows.
func (p *planner) managerUnknown(b *readme.Block) (program string, ok bool) {
	words := strings.Fields(b.Lines[0].Text)
	if !b.Sentence.Alone || len(words) < 2 || len(words) > 6 || !lowerWord.MatchString(words[0]) || shell.Known(words[0]) || len(p.in.Repository) < 3 || !strings.Contains(strings.ToLower(strings.Join(words[1:], " ")), strings.ToLower(p.in.Repository)) {
		return "", false
	}
	for _, h := range b.Headings {
		if p.topicOf(h) == topicInstall {
			return words[0], true
		}
	}
	return "", false
}

var lowerWord = phrase.Compile(`^[a-z][a-z0-9_-]*$`)

// known are program names that only this project has.
func (p *planner) known(name string) bool {
	if p.names[name] || p.called[name] {
		return true
	}
	clean := path.Clean(name)
	return (strings.Contains(name, "/") || path.Ext(name) == ".sh") && p.files[clean]
}

// learnNames collects the project's own program names: the repository's name,
// executables in bin/, cmd/NAME, and what blocks with a shell's tag start again
// and again is left to the tag.
func (p *planner) learnNames() {
	name := strings.ToLower(p.in.Repository)
	if len(name) > 1 && !plainWord[name] {
		p.names[name] = true
	}
	if title := strings.ToLower(p.docs[0].firstTitle()); lowerWord.MatchString(title) && len(title) > 2 && !plainWord[title] {
		p.title = title
		p.names[title] = true
	}
	for _, d := range p.docs {
		for line := range strings.Lines(string(d.Source[:min(len(d.Source), maxNamed)])) {
			if strings.IndexByte(line, '`') < 0 {
				continue // most lines, and the expression is dear
			}
			for _, m := range calledProgram.FindAllStringSubmatch(line, 50) {
				for _, name := range backticked.FindAllString(m[0], -1) {
					if name = strings.Trim(name, "`"); !plainWord[name] {
						p.called[name] = true
					}
				}
			}
		}
	}
	for f := range p.files {
		dir, base := path.Split(f)
		switch {
		case dir == "bin/" || dir == "scripts/" && path.Ext(base) == "":
			p.names[base] = true
		case strings.HasPrefix(dir, "cmd/") && strings.Count(dir, "/") == 2:
			p.names[path.Base(dir)] = true
		}
	}
}

// calledProgram: "the `x` command" tells that x is one.
var calledProgram = phrase.Compile("(?i)\\b(?:the|a|an|this|our|with|using) `([a-z][a-z0-9_-]{1,24})` (?:command|tool|cli|binary|executable|program|utility|script|subcommand)\\b|\\b(?:command|executable|binary|utility|program) `([a-z][a-z0-9_-]{1,24})`|\\b(?:commands|tools|programs|binaries|executables|utilities)[ :(]{1,3}`[a-z][a-z0-9_-]{1,24}`(?:(?:/|, | and |, and | or )`[a-z][a-z0-9_-]{1,24}`)+")

var backticked = phrase.Compile("(?i)`[a-z][a-z0-9_-]{1,24}`")

// maxNamed bounds what of a document is searched for such names.
const maxNamed = 1 << 17

// plainWord are repository names that are words of the language first.
var plainWord = set("app api web server client demo test tests docs website project backend frontend template example tutorial notebooks")

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// firstTitle is the document's first heading, as far as a block stands under it.
func (d *document) firstTitle() string {
	for _, b := range d.Blocks {
		if len(b.Sections) > 0 && b.Sections[0] == d.Title {
			return b.Headings[0]
		}
	}
	return ""
}
