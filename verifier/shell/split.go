package shell

import (
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// maxLines bounds a command: text that is still unfinished then is no command.
const maxLines = 80

// maxParses bounds the work on a block in which hardly anything gets finished.
const maxParses = 2000

// Split finds the commands of a block, in order. A block that holds something
// else (data, source code, a table, shown output alone) has none.
func Split(in Input) []Command {
	s := splitter{in: in, class: classOf(in.Language)}
	if s.class == never || len(in.Lines) == 0 {
		return nil
	}
	if in.Single {
		return s.single()
	}
	if strings.HasPrefix(strings.TrimSpace(in.Lines[0].Text), "#!") {
		return nil // the content of a script
	}
	s.at, s.is, s.any = s.prompts()
	if !s.any && (in.Prompted || table(in.Lines)) {
		return nil
	}
	commands, rejected := s.all()
	if s.trusts(commands, rejected) {
		return commands
	}
	return nil
}

type splitter struct {
	in    Input
	class class
	at    []prompt
	is    []bool
	any   bool

	comments []string
	under    string
	pasting  bool // an editor is open: what follows is put into it
	accepted int  // commands so far
	parses   int  // of unfinished texts so far
}

// all walks the lines; rejected counts logical lines that are no commands.
func (s *splitter) all() (commands []Command, rejected int) {
	for i := 0; i < len(s.in.Lines) && !s.pasting; {
		text, start, ok := s.begin(i)
		switch {
		case !ok:
			if line := strings.TrimSpace(s.in.Lines[i].Text); s.titles(line) && (i == 0 || strings.TrimSpace(s.in.Lines[i-1].Text) == "") {
				s.comments, s.under = nil, line // for whom the commands below it are
			}
			i++
		case strings.TrimSpace(text) == "":
			s.comments, s.under = nil, ""
			i++
		case isComment(text):
			s.comment(text)
			i++
		default:
			c, next := s.logical(i, start)
			if s.accept(&c) {
				s.pasting = !s.any && edits(c)
				c.Comments, c.Under = s.comments, s.under
				commands = append(commands, c)
				s.accepted++
			} else {
				rejected++
			}
			s.comments = nil
			i = next
		}
	}
	return commands, rejected
}

// begin gives the text of a line from where a person would type it, and its
// column; !ok: shown output.
func (s *splitter) begin(i int) (text string, column int, ok bool) {
	line := s.in.Lines[i].Text
	if s.any {
		if !s.is[i] {
			// A comment between prompts explains the command that follows.
			if isComment(line) {
				return strings.TrimSpace(line), 0, true
			}
			return "", 0, strings.TrimSpace(line) == ""
		}
		return line[s.at[i].at:], s.at[i].at, true
	}
	trimmed := strings.TrimLeft(line, " \t")
	return trimmed, len(line) - len(trimmed), true
}

// edits: opens a file in an editor. What stands below in the same block is the
// file's content, unless it is commands.
func edits(c Command) bool {
	return len(c.Calls) == 1 && editors[c.Calls[0].Name] && len(c.Calls[0].Args) == 1
}

var editors = words(`nano vi vim nvim emacs`)

func isComment(text string) bool {
	t := strings.TrimSpace(text)
	return strings.HasPrefix(t, "#") || strings.HasPrefix(t, "//") || strings.HasPrefix(t, "::") || strings.HasPrefix(t, "REM ")
}

func (s *splitter) comment(text string) {
	text = strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(text), "#/:"))
	s.comments = append(s.comments, text)
	s.under = strings.Join(s.comments, " ")
}

// piece is one line's share of a command.
type piece struct {
	text   string
	start  int // in the document
	end    int // of the line, where its text is not verbatim the document's; else 0
	number int
}

// logical reads one command that begins at a line, and says where to go on.
func (s *splitter) logical(i, column int) (Command, int) {
	dialect, sign := Posix, ""
	if s.any {
		dialect, sign = s.at[i].dialect, s.at[i].sign
	}
	switch s.class {
	case powerShell:
		dialect = PowerShell
	case batch:
		dialect = Batch
	}
	pieces := []piece{s.piece(i, column)}
	next := i + 1
	if dialect != Posix {
		for continues(pieces[len(pieces)-1].text, dialect) && next < len(s.in.Lines) {
			pieces = append(pieces, s.continuation(next))
			next++
		}
		c := s.assemble(pieces, parsed{})
		c.Prompt, c.Dialect = sign, dialect
		plainCalls(&c)
		return c, next
	}
	result, used := s.parseFrom(pieces, next)
	c := s.assemble(used, result)
	c.Prompt, c.Dialect = sign, Posix
	return c, i + len(used)
}

// parseFrom adds lines until the shell would run what was typed. Text that
// never gets complete is taken as the one line that it is.
func (s *splitter) parseFrom(pieces []piece, next int) (parsed, []piece) {
	open := 1
	for {
		for continues(pieces[len(pieces)-1].text, Posix) && next < len(s.in.Lines) && !s.fresh(next) {
			pieces = append(pieces, s.continuation(next))
			open = len(pieces)
			next++
		}
		result := parse(join(pieces))
		if !result.incomplete {
			return result, pieces
		}
		s.parses++
		if next >= len(s.in.Lines) || len(pieces) > maxLines || s.parses > maxParses || s.fresh(next) {
			break
		}
		pieces = append(pieces, s.continuation(next))
		next++
	}
	pieces = pieces[:open]
	return parse(join(pieces)), pieces
}

// fresh reports whether a line has a prompt of its own, so that it cannot go on
// with the command before.
func (s *splitter) fresh(i int) bool { return s.any && s.is[i] && s.at[i].sign != ">" }

// continuation is a further line of a command, the shell's own "> " cut off.
func (s *splitter) continuation(i int) piece {
	l := s.in.Lines[i]
	at := 0
	if s.any {
		if m := anglePrompt.FindStringSubmatchIndex(l.Text); m != nil {
			at = m[4]
		}
	}
	return s.piece(i, at)
}

// piece is the rest of a line from a column on. Where the text is not verbatim
// the document's, no column can be told: the piece is the whole line.
func (s *splitter) piece(i, column int) piece {
	l := s.in.Lines[i]
	if l.End != 0 && l.End != l.Start+len(l.Text) {
		return piece{l.Text[column:], l.Start, l.End, l.Number}
	}
	return piece{l.Text[column:], l.Start + column, 0, l.Number}
}

func continues(text string, d Dialect) bool {
	t := strings.TrimRight(text, " \t")
	switch d {
	case PowerShell:
		return strings.HasSuffix(t, "`")
	case Batch:
		return strings.HasSuffix(t, "^")
	}
	n := len(t) - len(strings.TrimRight(t, `\`))
	return n%2 == 1
}

func join(pieces []piece) string {
	texts := make([]string, len(pieces))
	for i, p := range pieces {
		texts[i] = p.text
	}
	return strings.Join(texts, "\n")
}

// assemble makes the command of its pieces, what was cut off at the end left
// out of text and span.
func (s *splitter) assemble(pieces []piece, p parsed) Command {
	text := join(pieces)
	keep := len(text)
	if p.end > 0 && p.end < keep {
		keep = p.end
	}
	text = strings.TrimRight(text[:keep], " \t\r\n")
	c := Command{Text: text, Remark: strings.Join(p.comments, " "), Calls: p.calls, Assigns: p.assigns,
		Background: p.background, Pipe: p.pipe, Builtin: p.builtin, Holes: holes(text)}
	for i, line := range strings.Split(text, "\n") {
		if i >= len(pieces) {
			break
		}
		span := verifier.Span{Start: pieces[i].start, End: pieces[i].start + len(line)}
		if pieces[i].end != 0 {
			span.End = pieces[i].end
		}
		c.Pieces = append(c.Pieces, span)
		c.EndLine = pieces[i].number
	}
	c.Line = pieces[0].number
	c.Span = verifier.Span{Start: c.Pieces[0].Start, End: c.Pieces[len(c.Pieces)-1].End}
	return c
}

// single reads inline code: one line, one command.
func (s *splitter) single() []Command {
	s.at, s.is = make([]prompt, len(s.in.Lines)), make([]bool, len(s.in.Lines))
	line := s.in.Lines[0]
	trimmed := strings.TrimLeft(line.Text, " \t")
	column := len(line.Text) - len(trimmed)
	if p, ok := prompted(line.Text); ok && p.dialect == Posix {
		s.at[0], s.is[0], s.any = p, true, true
		column = p.at
	}
	if strings.TrimSpace(line.Text[column:]) == "" || isComment(line.Text[column:]) {
		return nil
	}
	c, _ := s.logical(0, column)
	if len(s.in.Lines) > 1 || !s.accept(&c) {
		return nil
	}
	return []Command{c}
}
