package shell

import (
	"strings"
	"sync"

	"mvdan.cc/sh/v3/syntax"

	"github.com/freshinstall/freshinstall/verifier/phrase"
)

// parsed is what the shell makes of a text.
type parsed struct {
	ok         bool
	incomplete bool
	end        int // of the command, comments and remarks behind it left out; 0: unknown
	comments   []string
	calls      []Call
	assigns    []string
	background bool
	pipe       bool
	builtin    bool
}

// remark is what people write behind a command without a comment sign.
var remark = phrase.Compile(`\s+\((?:[^()]*)\)\s*\.?$|\s+(?:←|<-{1,2}|--?>|//)\s+\S.*$|\s{2,}\([^()]*$`)

// slashes open a remark where a shell would see an argument.
var slashes = phrase.Compile(`\s{2,}//\s*\S.*$`)

// parse reads text as bash. Where it is no bash because of a remark behind it,
// the remark is cut off and the rest is read.
func parse(text string) parsed {
	if m := slashes.FindStringIndex(text); m != nil && !strings.Contains(text, "\n") {
		if cut := parseExact(text[:m[0]]); cut.ok {
			cut.comments = append(cut.comments, strings.Trim(text[m[0]:], " /\t"))
			cut.end = m[0]
			return cut
		}
	}
	p := parseExact(text)
	if p.ok {
		return p
	}
	if p.incomplete && !strings.Contains(text, " (") {
		// A line that breaks off still names its programs.
		if cut := strings.TrimRight(text, " \t|&\\"); cut != text {
			if begun := parseExact(cut); begun.ok {
				p.calls, p.pipe = begun.calls, true
			}
		}
		return p
	}
	if m := remark.FindStringIndex(text); m != nil && m[0] > 0 && !strings.Contains(text, "\n") {
		if cut := parseExact(text[:m[0]]); cut.ok {
			cut.comments = append(cut.comments, strings.Trim(text[m[0]:], " ()\t"))
			if cut.end == 0 || cut.end > m[0] {
				cut.end = m[0]
			}
			return cut
		}
	}
	return p
}

// parsers are kept for the next line: making one costs more than most lines do.
var parsers = sync.Pool{New: func() any {
	return syntax.NewParser(syntax.KeepComments(true), syntax.Variant(syntax.LangBash))
}}

func parseExact(text string) parsed {
	parser := parsers.Get().(*syntax.Parser)
	defer parsers.Put(parser)
	file, err := parser.Parse(strings.NewReader(mask(text)), "")
	if err != nil {
		return parsed{incomplete: syntax.IsIncomplete(err) || openHeredoc(text)}
	}
	if len(file.Stmts) == 0 {
		return parsed{}
	}
	p := parsed{ok: true}
	last := file.Stmts[len(file.Stmts)-1]
	stmtEnd := int(last.End().Offset())
	p.end = stmtEnd
	p.background = last.Background
	r := reader{text: text, parsed: &p}
	syntax.Walk(file, r.node)
	for _, c := range append(trailing(file, stmtEnd), file.Last...) {
		p.comments = append(p.comments, strings.TrimSpace(c.Text))
	}
	p.builtin = r.onlyBuiltins
	if len(p.calls) == 0 && len(p.assigns) > 0 {
		p.builtin = true
	}
	if p.end > len(text) {
		p.end = len(text)
	}
	return p
}

var heredoc = phrase.Compile(`<<-?\s*["']?([A-Za-z_]\w*)["']?`)

// openHeredoc: the parser does not count a here-document without its end as
// unfinished text.
func openHeredoc(text string) bool {
	m := heredoc.FindStringSubmatch(text)
	if m == nil {
		return false
	}
	for i, line := range strings.Split(text, "\n") {
		if i > 0 && strings.TrimLeft(line, "\t") == m[1] {
			return false
		}
	}
	return true
}

// trailing are the comments behind the last statement.
func trailing(file *syntax.File, end int) []syntax.Comment {
	var found []syntax.Comment
	for _, s := range file.Stmts {
		for _, c := range s.Comments {
			if int(c.Pos().Offset()) >= end {
				found = append(found, c)
			}
		}
	}
	return found
}

// reader collects the calls of a parsed text.
type reader struct {
	*parsed
	text         string
	onlyBuiltins bool
	started      bool
}

func (r *reader) node(n syntax.Node) bool {
	switch n := n.(type) {
	case *syntax.CmdSubst, *syntax.ProcSubst:
		r.builtinNo()
		return false
	case *syntax.FuncDecl:
		return false
	case *syntax.BinaryCmd:
		if n.Op == syntax.Pipe || n.Op == syntax.PipeAll {
			r.pipe = true
		}
	case *syntax.Redirect:
		r.builtinNo()
	case *syntax.DeclClause:
		for _, a := range n.Args {
			if a.Name != nil {
				r.assigns = append(r.assigns, a.Name.Value)
			}
		}
		r.add(Call{Name: n.Variant.Value})
	case *syntax.CallExpr:
		r.call(n)
	}
	return true
}

func (r *reader) builtinNo() { r.started, r.onlyBuiltins = true, false }

func (r *reader) call(n *syntax.CallExpr) {
	var set []string
	for _, a := range n.Assigns {
		if a.Name != nil {
			set = append(set, a.Name.Value)
		}
	}
	if len(n.Args) == 0 {
		r.assigns = append(r.assigns, set...)
		return
	}
	words := make([]string, len(n.Args))
	for i, w := range n.Args {
		words[i] = unquote(r.text[w.Pos().Offset():w.End().Offset()])
	}
	r.add(unwrap(Call{Name: words[0], Args: words[1:], Set: set}))
}

func (r *reader) add(c Call) {
	plain := builtins[c.Name] && !c.Sudo
	if c.Name == "source" || c.Name == "." {
		plain = len(c.Args) > 0 && strings.HasSuffix(c.Args[0], "/activate")
	}
	r.onlyBuiltins = plain && (r.onlyBuiltins || !r.started)
	r.started = true
	r.calls = append(r.calls, c)
}

// unwrap looks through programs that only start another one.
func unwrap(c Call) Call {
	for {
		switch c.Name {
		case "sudo", "doas":
			c.Sudo = true
		case "env", "exec", "time", "nohup", "nice", "command", "xvfb-run":
		default:
			return c
		}
		rest := c.Args
		for len(rest) > 0 && (strings.HasPrefix(rest[0], "-") || assignment.MatchString(rest[0])) {
			if c.Name == "sudo" && (rest[0] == "-u" || rest[0] == "-g") && len(rest) > 1 {
				rest = rest[1:]
			}
			rest = rest[1:]
		}
		if len(rest) == 0 {
			return c
		}
		c.Name, c.Args = rest[0], rest[1:]
	}
}

func unquote(w string) string {
	if len(w) >= 2 && (w[0] == '"' || w[0] == '\'') && w[len(w)-1] == w[0] {
		return w[1 : len(w)-1]
	}
	return w
}

// plainCalls reads a command of another dialect by its words alone.
func plainCalls(c *Command) {
	if i := strings.Index(c.Text, " #"); i > 0 && len(c.Pieces) == 1 && c.Span.End-c.Span.Start == len(c.Text) {
		c.Remark = strings.TrimSpace(c.Text[i+2:])
		cut := strings.TrimRight(c.Text[:i], " \t")
		c.Span.End -= len(c.Text) - len(cut)
		c.Pieces[len(c.Pieces)-1].End = c.Span.End
		c.Text = cut
	}
	if f := strings.Fields(c.Text); len(f) > 0 {
		c.Calls = []Call{unwrap(Call{Name: f[0], Args: f[1:]})}
	}
}
