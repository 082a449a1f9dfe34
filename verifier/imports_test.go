package verifier_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const module = "github.com/freshinstall/freshinstall"

// rooms says which of our own packages a package may import. A pattern ends
// in "/*" for everything below; "*" is everything.
var rooms = map[string][]string{
	"cmd/freshinstall": {"*"}, // the one place where everything is wired
	"cmd/bench":        {"*"},
	"cmd/bench/mutant": {"verifier"},
	"cmd/setup":        {}, // a script and its test
	"cmd/setup/probe":  {"envs/container"},
	"cmd/setup/mutate": {},
	"cmd/setup/tables": {},
	"cmd/setup/tally":  {},

	"verifier":           {}, // the nouns: standard library only
	"verifier/foreign":   {},
	"verifier/phrase":    {},
	"verifier/source":    {"verifier"},
	"verifier/readme":    {"verifier", "verifier/phrase"},
	"verifier/shell":     {"verifier", "verifier/phrase"},
	"verifier/plan":      {"verifier", "verifier/readme", "verifier/shell", "verifier/phrase"},
	"verifier/run":       {"verifier"},
	"verifier/diagnose":  {"verifier", "verifier/phrase"},
	"verifier/prove":     {"verifier", "verifier/run"},
	"verifier/preflight": {"verifier", "verifier/shell", "verifier/phrase"},
	"verifier/patch":     {"verifier", "verifier/readme", "verifier/shell", "verifier/foreign"},
	"verifier/export":    {"verifier", "verifier/run", "verifier/plan", "verifier/shell", "verifier/foreign"},
	"verifier/pipeline":  {"verifier", "verifier/*"},

	"envs":                 {"verifier"},
	"envs/container":       {"verifier", "envs", "envs/gate", "envs/container/early"},
	"envs/container/early": {}, // before all others
	"envs/gate":            {}, // copied into containers as it is
	"envs/envtest":         {"verifier"},
	"envs/envtest/pyindex": {},

	"reports":         {"verifier", "verifier/foreign"},
	"reports/browser": {"verifier", "reports"}, // tests only
	"reports/history": {"verifier"},
	"reports/forge":   {"verifier"},
}

// lodgers says in which rooms a third party may be imported, by the longest
// prefix of its import path.
var lodgers = map[string][]string{
	"github.com/yuin/goldmark": {"verifier/readme"},
	"mvdan.cc/sh":              {"verifier/shell", "envs/envtest"},

	// The container libraries stay behind one interface of ours, so that a
	// move to another client is one file.
	"github.com/docker":         {"envs/container"},
	"github.com/containerd":     {"envs/container"},
	"github.com/moby":           {"envs/container"},
	"github.com/opencontainers": {"envs/container"},
	"github.com/testcontainers": {"envs/container"},

	"github.com/spf13":                     {"cmd/*"},
	"github.com/invopop/jsonschema":        {"cmd/*", "reports"},
	"golang.org/x/tools/txtar":             {"cmd/bench", "cmd/bench/*"},
	"golang.org/x/term":                    {"cmd/*"},
	"github.com/charmbracelet/lipgloss":    {"cmd/*", "reports"},
	"github.com/muesli/termenv":            {"cmd/*", "reports"}, // the colour profiles of lipgloss
	"github.com/vishvananda/netlink":       {"envs/gate"},
	"golang.org/x/sys":                     {"envs/gate"},
	"go.yaml.in/yaml":                      {"cmd/*", "cmd/setup/tables", "envs", "envs/gate", "verifier/diagnose"},
	"golang.org/x/sync":                    {"cmd/*", "envs/container", "verifier/pipeline", "verifier/prove"},
	"github.com/rogpeppe/go-internal/diff": {"verifier/patch"},
	"modernc.org/sqlite":                   {"reports/history"},
	"github.com/google/go-cmp":             {"envs/envtest"}, // the conformance suite is test code
}

// Tests may also import these, in every room. A test of any room may need a
// machine, fake or real.
var (
	testRooms   = []string{"envs", "envs/container", "envs/envtest"}
	testLodgers = []string{"github.com/google/go-cmp", "github.com/chromedp", "github.com/rogpeppe/go-internal", "github.com/santhosh-tekuri/jsonschema"}
)

// listed is what `go list -json` says of a package.
type listed struct {
	ImportPath, Doc                    string
	GoFiles                            []string
	Imports, TestImports, XTestImports []string
}

func (p listed) room() string {
	if p.ImportPath == module {
		return "."
	}
	return strings.TrimPrefix(p.ImportPath, module+"/")
}

func TestEveryPackageKeepsToItsRoom(t *testing.T) {
	for _, p := range packages(t) {
		for _, fault := range faults(p) {
			t.Error(fault)
		}
	}
}

func TestEveryPackageHasADocComment(t *testing.T) {
	for _, p := range packages(t) {
		if len(p.GoFiles) > 0 && strings.TrimSpace(p.Doc) == "" {
			t.Errorf("%s has no doc comment: say what it is, what it is not, and its one design decision", p.room())
		}
	}
}

// faults names every import that a table does not allow.
func faults(p listed) []string {
	allowed, known := rooms[p.room()]
	if !known {
		return []string{fmt.Sprintf("%s is in no table: add a line to rooms in verifier/imports_test.go that says what it may import", p.room())}
	}
	var found []string
	check := func(imports []string, test bool) {
		for _, imported := range imports {
			if fault := fault(p.room(), imported, allowed, test); fault != "" {
				found = append(found, fault)
			}
		}
	}
	check(p.Imports, false)
	check(p.TestImports, true)
	check(p.XTestImports, true)
	return found
}

// fault is empty when the import is allowed.
func fault(room, imported string, allowed []string, test bool) string {
	first, _, _ := strings.Cut(imported, "/")
	ours, isOurs := strings.CutPrefix(imported, module+"/")
	switch {
	case isOurs && (matches(allowed, ours) || test && (ours == room || slices.Contains(testRooms, ours))):
		return ""
	case isOurs:
		return fmt.Sprintf("%s imports %s; of our own it may import only [%s]: pass a value or a function in, or move the line to the room that may",
			room, ours, strings.Join(allowed, " "))
	case !strings.Contains(first, "."):
		return "" // standard library
	case test && slices.ContainsFunc(testLodgers, func(lodger string) bool { return below(imported, lodger) }):
		return ""
	case room == "verifier":
		return fmt.Sprintf("verifier imports %s; the nouns import the standard library only", imported)
	}
	lodger := lodgerOf(imported)
	switch {
	case lodger == "":
		return fmt.Sprintf("%s imports %s, which has no room: add a line to lodgers in verifier/imports_test.go and say what it saves", room, imported)
	case !matches(lodgers[lodger], room):
		return fmt.Sprintf("%s imports %s; %s lives only in [%s]", room, imported, lodger, strings.Join(lodgers[lodger], " "))
	}
	return ""
}

// lodgerOf is the longest entry of lodgers that the import path lies below.
func lodgerOf(imported string) string {
	longest := ""
	for lodger := range lodgers {
		if below(imported, lodger) && len(lodger) > len(longest) {
			longest = lodger
		}
	}
	return longest
}

func below(imported, prefix string) bool {
	return imported == prefix || strings.HasPrefix(imported, prefix+"/")
}

func matches(patterns []string, room string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		return pattern == "*" || pattern == room || path.Dir(pattern) == path.Dir(room) && path.Base(pattern) == "*"
	})
}

func packages(t *testing.T) []listed {
	t.Helper()
	watchSources(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", "list", "-json=ImportPath,Doc,GoFiles,Imports,TestImports,XTestImports", "./...")
	cmd.Dir = ".."
	cmd.Stderr = os.Stderr
	cmd.WaitDelay = time.Second
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("go list: %v", err)
	}
	var found []listed
	for decoder := json.NewDecoder(out); ; {
		var p listed
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("read go list: %v", err)
		}
		found = append(found, p)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("go list: %v", err)
	}
	if !slices.ContainsFunc(found, func(p listed) bool { return p.room() == "verifier" }) {
		t.Fatalf("go list names %d packages and not this one", len(found))
	}
	return found
}

// watchSources looks at every source, so that a cached result of this test
// does not outlive a change in another package: go test sees what the test
// itself looks at, and not what go list reads.
func watchSources(t *testing.T) {
	t.Helper()
	for _, top := range []string{"cmd", "verifier", "envs", "reports"} {
		err := filepath.WalkDir(filepath.Join("..", top), func(name string, d fs.DirEntry, err error) error {
			if err == nil && filepath.Ext(name) == ".go" {
				_, err = os.Stat(name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestFaultsAreNamed(t *testing.T) {
	for name, c := range map[string]struct {
		p    listed
		want []string
	}{
		"allowed": {p: listed{ImportPath: module + "/verifier/plan", Imports: []string{"fmt", module + "/verifier", module + "/verifier/shell"}}},
		"everything may be wired in cmd": {p: listed{ImportPath: module + "/cmd/freshinstall",
			Imports: []string{module + "/envs/container", module + "/verifier/prove", "github.com/spf13/cobra"}}},
		"the pipeline orders every verb": {p: listed{ImportPath: module + "/verifier/pipeline", Imports: []string{module + "/verifier/prove"}}},
		"the pipeline knows no machine": {
			p: listed{ImportPath: module + "/verifier/pipeline", Imports: []string{module + "/envs/container"}},
			want: []string{"verifier/pipeline imports envs/container; of our own it may import only [verifier verifier/*]: " +
				"pass a value or a function in, or move the line to the room that may"},
		},
		"a sibling": {
			p: listed{ImportPath: module + "/verifier/run", Imports: []string{module + "/verifier/plan"}},
			want: []string{"verifier/run imports verifier/plan; of our own it may import only [verifier]: " +
				"pass a value or a function in, or move the line to the room that may"},
		},
		"the nouns": {
			p:    listed{ImportPath: module + "/verifier", Imports: []string{"go.yaml.in/yaml/v3"}},
			want: []string{"verifier imports go.yaml.in/yaml/v3; the nouns import the standard library only"},
		},
		"a lodger in the wrong room": {
			p:    listed{ImportPath: module + "/verifier/run", Imports: []string{"github.com/docker/docker/client"}},
			want: []string{"verifier/run imports github.com/docker/docker/client; github.com/docker lives only in [envs/container]"},
		},
		"the longest prefix decides": {
			p:    listed{ImportPath: module + "/verifier/plan", Imports: []string{"github.com/rogpeppe/go-internal/diff"}},
			want: []string{"verifier/plan imports github.com/rogpeppe/go-internal/diff; github.com/rogpeppe/go-internal/diff lives only in [verifier/patch]"},
		},
		"a stranger": {
			p:    listed{ImportPath: module + "/reports", Imports: []string{"example.com/chart"}},
			want: []string{"reports imports example.com/chart, which has no room: add a line to lodgers in verifier/imports_test.go and say what it saves"},
		},
		"a new package": {
			p:    listed{ImportPath: module + "/verifier/util"},
			want: []string{"verifier/util is in no table: add a line to rooms in verifier/imports_test.go that says what it may import"},
		},
		"tests may compare and need a machine": {p: listed{ImportPath: module + "/verifier/prove",
			TestImports: []string{"github.com/google/go-cmp/cmp"}, XTestImports: []string{module + "/envs/envtest", module + "/verifier/prove"}}},
		"no test library in the product": {
			p:    listed{ImportPath: module + "/verifier/plan", Imports: []string{"github.com/google/go-cmp/cmp"}},
			want: []string{"verifier/plan imports github.com/google/go-cmp/cmp; github.com/google/go-cmp lives only in [envs/envtest]"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, faults(c.p)); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}
