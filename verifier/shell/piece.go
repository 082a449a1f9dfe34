package shell

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Piece is a part of a command that can be typed by itself. Typed one after the
// other, each only if the one before passed, the pieces do what the command does.
type Piece struct {
	Text    string
	Call    *Call  // what it is, when it is one call and nothing else
	Words   []Word // of that call as typed, "sudo" and the like included
	Sets    []Set  // what it gives to variables of the shell, when it does nothing else
	Appends bool   // adds to a file, each time anew
	Opaque  bool   // changes the shell in a way that only the shell can tell, or cannot be looked through
}

// Word is an argument. A literal one means what it says: nothing in it is for
// the shell to work out.
type Word struct {
	Value   string // quotes removed; of one that is not literal, its source
	Literal bool
}

// Set is a variable that is given a value.
type Set struct {
	Name  string
	Value Word
}

// stateful are the commands that change the shell they are typed into.
var stateful = words(`. source alias bind complete declare disown enable eval exec exit export hash history logout
	mapfile popd pushd cd read readarray readonly set shift shopt trap typeset ulimit umask unalias unset`)

// ChangesShell reports whether the piece changes the shell it is typed into: its
// folder, variables, functions, options.
func (p Piece) ChangesShell() bool {
	return p.Opaque || len(p.Sets) > 0 || p.Call != nil && stateful[p.Words[0].Value]
}

// Pieces takes a command apart at the "&&" and the line ends that join whole
// statements. An error says that bash does not read it as it stands.
func Pieces(text string) ([]Piece, error) {
	file, err := syntax.NewParser(syntax.KeepComments(true), syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(text), "")
	if err != nil {
		return nil, fmt.Errorf("bash cannot read it: %w", err)
	}
	switch {
	case openHeredoc(text):
		return nil, fmt.Errorf("bash cannot read it: a here-document does not end")
	case (len(text)-len(strings.TrimRight(text, `\`)))%2 == 1:
		return nil, fmt.Errorf("bash cannot read it: it goes on in a line that is not there")
	}
	var out []Piece
	if len(file.Stmts) == 1 {
		out = chain(text, file.Stmts[0], nil)
	}
	if len(out) < 2 {
		whole := Piece{Text: strings.TrimSpace(text)}
		if len(file.Stmts) == 1 {
			whole.read(text, file.Stmts[0])
		} else {
			whole.Opaque = changes(file)
		}
		whole.Appends = appends(text, file)
		return []Piece{whole}, nil
	}
	return out, nil
}

// chain gives the pieces of "a && b && c"; none when it is no such chain, or
// holds what must stay together (a here-document stands behind the whole line).
func chain(text string, s *syntax.Stmt, out []Piece) []Piece {
	b, is := s.Cmd.(*syntax.BinaryCmd)
	if !is || b.Op != syntax.AndStmt || s.Negated || s.Background || len(s.Redirs) > 0 {
		if heredocIn(s) || s.Background {
			return nil
		}
		p := Piece{Text: text[s.Pos().Offset():s.End().Offset()]}
		p.read(text, s)
		p.Appends = appends(text, s)
		return append(out, p)
	}
	if out = chain(text, b.X, out); out == nil {
		return nil
	}
	return chain(text, b.Y, out)
}

func heredocIn(n syntax.Node) (found bool) {
	syntax.Walk(n, func(n syntax.Node) bool {
		r, is := n.(*syntax.Redirect)
		found = found || is && r.Hdoc != nil
		return !found
	})
	return found
}

// read says what a statement is.
func (p *Piece) read(text string, s *syntax.Stmt) {
	plain := !s.Negated && !s.Background && len(s.Redirs) == 0
	switch c := s.Cmd.(type) {
	case *syntax.CallExpr:
		if plain && len(c.Args) > 0 {
			call := Call{}
			for _, a := range c.Assigns {
				call.Set = append(call.Set, a.Name.Value)
			}
			args := make([]string, len(c.Args))
			for i, w := range c.Args {
				p.Words = append(p.Words, literal(text, w))
				args[i] = unquote(text[w.Pos().Offset():w.End().Offset()])
			}
			call.Name, call.Args = args[0], args[1:]
			call = unwrap(call)
			p.Call = &call
			return
		}
		if plain {
			p.Sets = sets(text, c.Assigns)
			p.Opaque = p.Sets == nil
			return
		}
	case *syntax.DeclClause:
		if plain && c.Variant.Value == "export" {
			if p.Sets = sets(text, c.Args); p.Sets != nil {
				return
			}
		}
	}
	p.Opaque = changes(s)
}

// sets gives what a list of assignments sets; nil when it does anything else.
func sets(text string, all []*syntax.Assign) []Set {
	var out []Set
	for _, a := range all {
		if a.Name == nil || a.Naked || a.Append || a.Index != nil || a.Array != nil {
			return nil
		}
		v := Word{Literal: true}
		if a.Value != nil {
			v = literal(text, a.Value)
		}
		out = append(out, Set{a.Name.Value, v})
	}
	return out
}

// changes reports whether anything in it may change the shell: subshells,
// substitutions and the bodies of functions cannot, or not yet.
func changes(n syntax.Node) (found bool) {
	syntax.Walk(n, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Subshell, *syntax.CmdSubst, *syntax.ProcSubst:
			return false
		case *syntax.FuncDecl, *syntax.DeclClause:
			found = true
		case *syntax.CallExpr:
			found = found || len(n.Args) == 0 && len(n.Assigns) > 0 || len(n.Args) > 0 && stateful[n.Args[0].Lit()]
		}
		return !found
	})
	return found
}

// appends reports whether a file is added to.
func appends(text string, n syntax.Node) (found bool) {
	syntax.Walk(n, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Redirect:
			target := ""
			if n.Word != nil {
				target = n.Word.Lit()
			}
			found = found || (n.Op == syntax.AppOut || n.Op == syntax.AppAll) && !strings.HasPrefix(target, "/dev/")
		case *syntax.CallExpr:
			args := make([]string, len(n.Args))
			for i, w := range n.Args {
				args[i] = unquote(text[w.Pos().Offset():w.End().Offset()])
			}
			if len(args) > 0 {
				call := unwrap(Call{Name: args[0], Args: args[1:]})
				found = found || call.Name == "tee" && call.Has("-a", "--append")
			}
		}
		return !found
	})
	return found
}

// forTheShell are characters that a bare word may not hold to be literal.
const forTheShell = "*?[]{}~$`\\"

// literal gives a word's value.
func literal(text string, w *syntax.Word) Word {
	var b strings.Builder
	for _, part := range w.Parts {
		switch part := part.(type) {
		case *syntax.Lit:
			if strings.ContainsAny(part.Value, forTheShell) {
				return Word{Value: text[w.Pos().Offset():w.End().Offset()]}
			}
			b.WriteString(part.Value)
		case *syntax.SglQuoted:
			if part.Dollar {
				return Word{Value: text[w.Pos().Offset():w.End().Offset()]}
			}
			b.WriteString(part.Value)
		case *syntax.DblQuoted:
			for _, inner := range part.Parts {
				lit, is := inner.(*syntax.Lit)
				if !is || strings.ContainsAny(lit.Value, "\\$`") || part.Dollar {
					return Word{Value: text[w.Pos().Offset():w.End().Offset()]}
				}
				b.WriteString(lit.Value)
			}
		default:
			return Word{Value: text[w.Pos().Offset():w.End().Offset()]}
		}
	}
	return Word{Value: b.String(), Literal: true}
}

var markWord = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*$`)

// Refer puts references to variables in the place of marks: words of letters
// and digits that stand in the text where a value belongs. The value arrives as
// one piece of text, whatever it holds, quoted as its place needs it.
func Refer(text string, marks map[string]string) (string, error) {
	file, err := syntax.NewParser(syntax.KeepComments(true), syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(text), "")
	if err != nil {
		return "", fmt.Errorf("bash cannot read it: %w", err)
	}
	for m := range marks {
		if !markWord.MatchString(m) {
			return "", fmt.Errorf("%q is no mark", m)
		}
	}
	r := referrer{text: text, marks: marks}
	r.walk(file)
	if r.err != nil {
		return "", r.err
	}
	slices.SortFunc(r.edits, func(a, b edit) int { return b.at - a.at })
	out := text
	for _, e := range r.edits {
		out = out[:e.at] + e.by + out[e.at+e.length:]
	}
	for m := range marks {
		if strings.Contains(out, m) {
			return "", fmt.Errorf("a value stands where no variable can take its place")
		}
	}
	return out, nil
}

type edit struct {
	at, length int
	by         string
}

type referrer struct {
	text   string
	marks  map[string]string
	edits  []edit
	err    error
	within []syntax.Node
}

func (r *referrer) walk(n syntax.Node) {
	syntax.Walk(n, func(n syntax.Node) bool {
		if n == nil {
			r.within = r.within[:len(r.within)-1]
			return true
		}
		switch n := n.(type) {
		case *syntax.Lit:
			form := r.form()
			if form == "" {
				break // what is left is an error at the end
			}
			r.replace(int(n.Pos().Offset()), int(n.End().Offset()), form)
		case *syntax.SglQuoted:
			if !n.Dollar {
				r.replace(int(n.Pos().Offset()), int(n.End().Offset()), `'"${%s}"'`)
			}
		}
		r.within = append(r.within, n)
		return true
	})
}

// form is how a variable is written where the walk stands.
func (r *referrer) form() string {
	if len(r.within) == 0 {
		return ""
	}
	switch r.within[len(r.within)-1].(type) {
	case *syntax.DblQuoted:
		return "${%s}"
	case *syntax.Word:
		for i := len(r.within) - 2; i >= 0; i-- {
			if redirect, is := r.within[i].(*syntax.Redirect); is && redirect.Hdoc == r.within[i+1] {
				if redirect.Word.Lit() == "" {
					return "" // its delimiter is quoted: nothing is worked out in it
				}
				return "${%s}"
			}
		}
		return `"${%s}"`
	}
	return ""
}

func (r *referrer) replace(from, to int, form string) {
	for mark, name := range r.marks {
		for at := from; ; {
			i := strings.Index(r.text[at:to], mark)
			if i < 0 {
				break
			}
			r.edits = append(r.edits, edit{at + i, len(mark), fmt.Sprintf(form, name)})
			at += i + len(mark)
		}
	}
}

// Quote makes a text one word of a shell.
func Quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
