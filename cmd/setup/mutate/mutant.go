package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
)

// mutant is one negation: a stretch of a file and what takes its place.
type mutant struct {
	file       string // absolute
	pkg        pkg
	line, col  int // of the stretch, from 1
	start, end int // bytes
	after      string
	source     []byte
}

// where names the line.
func (m mutant) where() string { return fmt.Sprintf("%s:%d", m.file, m.line) }

func (m mutant) before() string { return string(m.source[m.start:m.end]) }

// String is "folder/file.go:12  before → after".
func (m mutant) String() string {
	name, err := filepath.Rel(m.pkg.Module.Dir, m.file)
	if err != nil {
		name = m.file
	}
	return fmt.Sprintf("%s:%d  %s → %s", filepath.ToSlash(name), m.line, m.before(), m.after)
}

// text is the whole file with the negation in it.
func (m mutant) text() []byte {
	return slices.Concat(m.source[:m.start], []byte(m.after), m.source[m.end:])
}

// opposite is what each comparison and connection becomes.
var opposite = map[token.Token]token.Token{
	token.EQL: token.NEQ, token.NEQ: token.EQL,
	token.LSS: token.GEQ, token.GEQ: token.LSS,
	token.GTR: token.LEQ, token.LEQ: token.GTR,
	token.LAND: token.LOR, token.LOR: token.LAND,
}

// mutants finds all single-line negations of a file: of the condition of an if
// or a for, of an operator, of a result that a function declares as bool.
func mutants(file string, source []byte) ([]mutant, error) {
	set := token.NewFileSet()
	tree, err := parser.ParseFile(set, file, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	at := func(p token.Pos) token.Position { return set.PositionFor(p, false) }
	var found []mutant
	add := func(from, to token.Pos, after string) {
		start, end := at(from), at(to)
		if start.Line == end.Line {
			found = append(found, mutant{file: file, line: start.Line, col: start.Column, start: start.Offset, end: end.Offset, after: after, source: source})
		}
	}
	text := func(e ast.Expr) string { return string(source[at(e.Pos()).Offset:at(e.End()).Offset]) }
	negate := func(e ast.Expr) { add(e.Pos(), e.End(), negated(text(e))) }
	returns := func(t *ast.FuncType, body *ast.BlockStmt) {
		for _, e := range boolResults(t, body) {
			negate(e)
		}
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IfStmt:
			negate(n.Cond)
		case *ast.ForStmt:
			if n.Cond != nil {
				negate(n.Cond)
			}
		case *ast.BinaryExpr:
			if other, ok := opposite[n.Op]; ok {
				// The whole expression is shown; only its operator changes.
				head, tail := string(source[at(n.Pos()).Offset:at(n.OpPos).Offset]), source[at(n.OpPos).Offset+len(n.Op.String()):at(n.End()).Offset]
				add(n.Pos(), n.End(), head+other.String()+string(tail))
			}
		case *ast.FuncDecl:
			returns(n.Type, n.Body)
		case *ast.FuncLit:
			returns(n.Type, n.Body)
		}
		return true
	})
	return found, nil
}

// negated is the opposite of an expression. Of a constant it is the other one,
// which a reader sees at once.
func negated(expression string) string {
	switch expression {
	case "true":
		return "false"
	case "false":
		return "true"
	}
	return "!(" + expression + ")"
}

// boolResults are what a function returns where it says bool.
func boolResults(t *ast.FuncType, body *ast.BlockStmt) []ast.Expr {
	if t.Results == nil || body == nil {
		return nil
	}
	var isBool []bool
	for _, f := range t.Results.List {
		name, ok := f.Type.(*ast.Ident)
		for range max(1, len(f.Names)) {
			isBool = append(isBool, ok && name.Name == "bool")
		}
	}
	var found []ast.Expr
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false // it has results of its own
		case *ast.ReturnStmt:
			if len(n.Results) == len(isBool) { // else it passes another function's on
				for i, e := range n.Results {
					if isBool[i] {
						found = append(found, e)
					}
				}
			}
		}
		return true
	})
	return found
}

// drawn puts mutants into the order of a seed, whatever order they come in.
func drawn(all []mutant, seed uint64) []mutant {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b mutant) int {
		if c := strings.Compare(a.file, b.file); c != 0 {
			return c
		}
		if a.start != b.start {
			return a.start - b.start
		}
		return bytes.Compare([]byte(a.after), []byte(b.after))
	})
	// Two ways to the same text (a condition that is one comparison) are one.
	all = slices.CompactFunc(all, func(a, b mutant) bool {
		return a.file == b.file && a.start == b.start && a.end == b.end && a.after == b.after
	})
	rand.New(rand.NewPCG(seed, 0)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}
