package reports

import (
	"bytes"
	"encoding/json"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	make "github.com/invopop/jsonschema"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/freshinstall/freshinstall/verifier"
)

var update = flag.Bool("update", false, "write golden files and schemas anew")

const verifierPath = "github.com/freshinstall/freshinstall/verifier"

// source is what the Go files of package verifier tell beside the types:
// comments of fields and types, and the values of the closed sets.
type source struct {
	comments map[string]string   // "Step.Command" or "Step"
	sets     map[string][]string // "Verdict": "works", …
}

func readVerifier(t *testing.T) source {
	t.Helper()
	files, err := filepath.Glob("../verifier/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no source of package verifier", err)
	}
	s := source{comments: map[string]string{}, sets: map[string][]string{}}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			if d, ok := decl.(*ast.GenDecl); ok {
				s.add(d)
			}
		}
	}
	return s
}

func (s source) add(d *ast.GenDecl) {
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			s.comments[spec.Name.Name] = oneLine(d.Doc.Text())
			fields, ok := spec.Type.(*ast.StructType)
			if !ok {
				continue
			}
			for _, f := range fields.Fields.List {
				for _, name := range f.Names {
					s.comments[spec.Name.Name+"."+name.Name] = oneLine(f.Doc.Text() + " " + f.Comment.Text())
				}
			}
		case *ast.ValueSpec:
			kind, ok := spec.Type.(*ast.Ident)
			if !ok || d.Tok != token.CONST {
				continue
			}
			for _, v := range spec.Values {
				if lit, ok := v.(*ast.BasicLit); ok {
					if text, err := strconv.Unquote(lit.Value); err == nil {
						s.sets[kind.Name] = append(s.sets[kind.Name], text)
					}
				}
			}
		}
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func reflectSchema(t *testing.T, v any, name, title string) []byte {
	t.Helper()
	src := readVerifier(t)
	r := &make.Reflector{
		Anonymous: true, AllowAdditionalProperties: true, ExpandedStruct: true,
		LookupComment: func(typ reflect.Type, field string) string {
			if typ.PkgPath() != verifierPath {
				return ""
			}
			if field == "" {
				return src.comments[typ.Name()]
			}
			return src.comments[typ.Name()+"."+field]
		},
		Mapper: func(typ reflect.Type) *make.Schema {
			values := src.sets[typ.Name()]
			if typ.PkgPath() != verifierPath || typ.Kind() != reflect.String || len(values) == 0 {
				return nil
			}
			s := &make.Schema{Type: "string", Description: src.comments[typ.Name()]}
			for _, v := range values {
				s.Enum = append(s.Enum, v)
			}
			return s
		},
	}
	s := r.Reflect(v)
	s.Title = title
	own, ok := s.Properties.Get("schema")
	if !ok {
		t.Fatalf("%T has no schema property", v)
	}
	own.Const = name
	out, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(out, '\n')
}

func TestSchemasAreThoseOfTheStructs(t *testing.T) {
	for _, c := range []struct {
		file string
		want []byte
		have []byte
	}{
		{"schema/result.schema.json", reflectSchema(t, &verifier.Result{}, verifier.ResultSchema, "Result of a freshinstall run"), Schema()},
		{"schema/plan.schema.json", reflectSchema(t, &verifier.Plan{}, verifier.PlanSchema, "Plan of a freshinstall run"), PlanSchema()},
	} {
		t.Run(c.file, func(t *testing.T) {
			if *update {
				if err := os.WriteFile(c.file, c.want, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(c.want), string(c.have)); diff != "" {
				t.Errorf("schema differs from the structs; run the tests with -update (-want +got):\n%s", diff)
			}
		})
	}
}

// compile reads a schema with a validator that is not the one that made it.
func compile(t *testing.T, name string, schema []byte) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(name, doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func validate(t *testing.T, s *jsonschema.Schema, data []byte) error {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(v)
}

func TestResultsAreValid(t *testing.T) {
	schema := compile(t, "result.schema.json", Schema())
	for name, r := range fixtures() {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := JSON(&out, r); err != nil {
				t.Fatal(err)
			}
			if err := validate(t, schema, out.Bytes()); err != nil {
				t.Errorf("result is not valid: %v", err)
			}
		})
	}
}

func TestSchemaRefuses(t *testing.T) {
	schema := compile(t, "result.schema.json", Schema())
	var out bytes.Buffer
	if err := JSON(&out, fixtures()["five-findings"]); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"another schema":     {`"freshinstall.result/v1"`, `"freshinstall.result/v9"`},
		"an unknown verdict": {`"verdict": "works-with-fixes"`, `"verdict": "verified"`},
		"an unknown grade":   {`"grade": "proven"`, `"grade": "sure"`},
		"a missing key":      {`"plain": `, `"simple": `},
		"a list that is one thing": {`"documents": [
      "README.md"
    ]`, `"documents": "README.md"`},
	} {
		t.Run(name, func(t *testing.T) {
			changed := strings.ReplaceAll(out.String(), change[0], change[1])
			if changed == out.String() {
				t.Fatalf("the result does not hold %s", change[0])
			}
			if err := validate(t, schema, []byte(changed)); err == nil {
				t.Error("the schema takes it")
			}
		})
	}
}

func TestPlanIsValid(t *testing.T) {
	data, err := json.Marshal(fixtures()["five-findings"].Plan)
	if err != nil {
		t.Fatal(err)
	}
	if err := validate(t, compile(t, "plan.schema.json", PlanSchema()), data); err != nil {
		t.Errorf("plan is not valid: %v", err)
	}
}
