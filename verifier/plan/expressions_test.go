package plan

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/freshinstall/freshinstall/verifier/phrase"
)

// TestExpressionsCompile: expressions are compiled when they are first needed,
// so that a slip in one would otherwise wait for the README that needs it.
func TestExpressionsCompile(t *testing.T) {
	found := 0
	for _, folder := range []string{".", "../shell", "../readme"} {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(tree, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok || len(call.Args) != 1 {
					return true
				}
				name, ok := call.Fun.(*ast.SelectorExpr)
				text, literal := call.Args[0].(*ast.BasicLit)
				if !ok || !literal || name.Sel.Name != "Compile" && name.Sel.Name != "Any" {
					return true
				}
				expr, err := strconv.Unquote(text.Value)
				if err != nil {
					t.Fatal(err)
				}
				found++
				if err := phrase.Compile(expr).Check(); err != nil {
					t.Errorf("%s: %v", file, err)
				}
				return true
			})
		}
	}
	for _, a := range abroadRules {
		if err := a.match.Check(); err != nil {
			t.Error(err)
		}
	}
	for _, r := range topicRules {
		if err := r.match.Check(); err != nil {
			t.Error(err)
		}
	}
	if found < 100 {
		t.Errorf("only %d expressions found", found)
	}
}
