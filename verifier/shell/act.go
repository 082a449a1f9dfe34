package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Act is a call with what the text around it says about it. Words stand as in
// [Call].
type Act struct {
	Call
	Words  []string // the call as typed, before what only starts another program was taken away
	Reads  []string // files that redirections open for it
	Writes []string // files that redirections make for it
	// Guarded marks what may not run, or may fail without harm: a branch, a
	// loop, either side of "||".
	Guarded bool
	// Apart marks what runs in a shell of its own: a change of directory there
	// is gone afterwards.
	Apart bool
}

// Acts lists what a command of the Posix dialect does, in order; !ok: it is no
// shell text, and nothing can be said. Substitutions and the bodies of
// functions are left out.
func Acts(text string) (acts []Act, ok bool) {
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(mask(text)), "")
	if err != nil {
		return nil, false
	}
	w := actor{text: text}
	w.list(file.Stmts, Act{})
	return w.acts, true
}

type actor struct {
	text string
	acts []Act
}

func (w *actor) list(stmts []*syntax.Stmt, in Act) {
	for _, s := range stmts {
		w.stmt(s, in)
	}
}

// stmt adds the acts of a statement; in holds what is known from around it.
func (w *actor) stmt(s *syntax.Stmt, in Act) {
	in.Guarded = in.Guarded || s.Negated
	in.Apart = in.Apart || s.Background
	in.Reads, in.Writes = w.redirected(s, in)
	switch n := s.Cmd.(type) {
	case nil:
		if len(in.Writes) > 0 {
			w.acts = append(w.acts, in)
		}
	case *syntax.CallExpr:
		w.call(n, in)
	case *syntax.DeclClause:
		in.Call = Call{Name: n.Variant.Value}
		w.acts = append(w.acts, in)
	case *syntax.BinaryCmd:
		switch n.Op {
		case syntax.OrStmt:
			in.Guarded = true
		case syntax.Pipe, syntax.PipeAll:
			in.Apart = true
		}
		w.stmt(n.X, in)
		w.stmt(n.Y, in)
	case *syntax.Block:
		w.list(n.Stmts, in)
	case *syntax.Subshell:
		in.Apart = true
		w.list(n.Stmts, in)
	case *syntax.TimeClause:
		if n.Stmt != nil {
			w.stmt(n.Stmt, in)
		}
	case *syntax.FuncDecl:
	default:
		in.Guarded = true
		syntax.Walk(s.Cmd, func(n syntax.Node) bool {
			inner, is := n.(*syntax.Stmt)
			if is {
				w.stmt(inner, in)
			}
			return !is
		})
	}
}

func (w *actor) redirected(s *syntax.Stmt, in Act) (reads, writes []string) {
	reads, writes = in.Reads, in.Writes
	for _, r := range s.Redirs {
		if r.Word == nil {
			continue
		}
		name := w.word(r.Word)
		switch r.Op {
		case syntax.RdrOut, syntax.AppOut, syntax.RdrClob, syntax.RdrAll, syntax.AppAll:
			writes = append(writes[:len(writes):len(writes)], name)
		case syntax.RdrIn:
			reads = append(reads[:len(reads):len(reads)], name)
		}
	}
	return reads, writes
}

func (w *actor) call(n *syntax.CallExpr, in Act) {
	if len(n.Args) == 0 {
		return
	}
	for _, a := range n.Assigns {
		if a.Name != nil {
			in.Set = append(in.Set[:len(in.Set):len(in.Set)], a.Name.Value)
		}
	}
	words := make([]string, len(n.Args))
	for i, a := range n.Args {
		words[i] = w.word(a)
	}
	in.Words = words
	in.Call = unwrap(Call{Name: words[0], Args: words[1:], Set: in.Set})
	w.acts = append(w.acts, in)
}

func (w *actor) word(n *syntax.Word) string {
	return unquote(w.text[n.Pos().Offset():n.End().Offset()])
}
