package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/freshinstall/freshinstall/envs"
)

// asJSON reads YAML as an editor does before it looks at the schema.
func asJSON(t *testing.T, text string) any {
	t.Helper()
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	out, err := jsonschema.UnmarshalJSON(strings.NewReader(string(data)))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTheSchemaTakesWhatTheToolReads(t *testing.T) {
	schema := compiled(t, "config")
	paths, err := filepath.Glob("../../envs/testdata/declarations/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if archive.Files[1].Name != "read" {
			continue
		}
		read++
		value := asJSON(t, string(archive.Files[0].Data))
		if top, ok := value.(map[string]any); ok {
			delete(top, "settings") // not looked at where declarations are read
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("%s: %v", filepath.Base(path), err)
		}
	}
	if read < 5 {
		t.Errorf("only %d declarations were held against it", read)
	}
}

var yamlBlocks = regexp.MustCompile("(?s)```yaml\n(.*?)```")

func TestTheReadmesDeclarationsHoldToTheSchema(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	schema, seen := compiled(t, "config"), 0
	for _, block := range yamlBlocks.FindAllStringSubmatch(string(readme), -1) {
		if !strings.HasPrefix(block[1], "environments:") && !strings.HasPrefix(block[1], "rules:") {
			continue // a piece of one
		}
		seen++
		if err := schema.Validate(asJSON(t, block[1])); err != nil {
			t.Errorf("%v in\n%s", err, block[1])
		}
		if _, err := envs.Parse("freshinstall.yaml", []byte(block[1])); err != nil {
			t.Error(err)
		}
	}
	if seen < 2 {
		t.Errorf("%d declarations were found", seen)
	}
}

func TestTheSchemaRefuses(t *testing.T) {
	schema := compiled(t, "config")
	for name, text := range map[string]string{
		"an unknown section":           "environmens: [debian-12]",
		"an unknown key of a target":   "environments: [{name: x, form: debian-12}]",
		"an unknown network":           "environments: [{from: debian-12, network: dark}]",
		"an unknown kind of service":   "environments: [{from: debian-12, services: [oracle]}]",
		"a service without a kind":     "environments: [{from: debian-12, services: [{name: db}]}]",
		"a list that is a mapping":     "environments: {debian-12: {}}",
		"a switch that is a word":      "steps: [{match: make, follow: maybe}]",
		"the line before the first":    "steps: [{line: 0, follow: true}]",
		"a check without a command":    "acceptance: [{}]",
		"an unknown key of a rule":     "rules: [{id: X01, tilte: x}]",
		"an unknown setting":           "settings: {stepp-timeout: 1m}",
		"a setting of a wrong kind":    "settings: {parallel: many}",
		"an unknown condition":         "rules: [{id: X01, when: [full-moon]}]",
		"an unknown look-up":           "rules: [{id: X01, families: {deb: [{lookup: {kind: recipe, names: [x]}}]}}]",
		"an unknown blame of a rule":   "rules: [{id: X01, blame: nobody}]",
		"too few processes for a life": "environments: [{from: debian-12, limits: {pids: 2}}]",
	} {
		t.Run(name, func(t *testing.T) {
			if schema.Validate(asJSON(t, text)) == nil {
				t.Error("accepted")
			}
		})
	}
}

var knownHere = regexp.MustCompile(`known here: ([a-z0-9_, ]+)`)

// The keys are those that the reader knows: it lists them where one is wrong.
func TestTheSchemaKnowsTheReadersKeys(t *testing.T) {
	text, err := schemaOf("config")
	if err != nil {
		t.Fatal(err)
	}
	var schema any
	if err := json.Unmarshal([]byte(text), &schema); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ wrong, path string }{
		{"qqqqqqqq: 1", "properties"},
		{"environments: [{name: x, from: debian-12, qqqqqqqq: 1}]", "properties environments items oneOf 1 properties"},
		{"environments: [{from: debian-12, furnish: {qqqqqqqq: 1}}]", "properties environments items oneOf 1 properties furnish properties"},
		{"environments: [{from: debian-12, limits: {qqqqqqqq: 1}}]", "properties environments items oneOf 1 properties limits properties"},
		{"environments: [{from: debian-12, bootstrap: {qqqqqqqq: 1}}]", "properties environments items oneOf 1 properties bootstrap properties"},
		{"environments: [{from: debian-12, proxy: {qqqqqqqq: 1}}]", "properties environments items oneOf 1 properties proxy oneOf 1 properties"},
		{"environments: [{from: debian-12, services: [{qqqqqqqq: 1}]}]", "properties environments items oneOf 1 properties services items oneOf 1 properties"},
		{"steps: [{qqqqqqqq: 1}]", "properties steps items properties"},
		{"acceptance: [{qqqqqqqq: 1}]", "properties acceptance items properties"},
	} {
		t.Run(tc.path, func(t *testing.T) {
			_, err := envs.Parse("freshinstall.yaml", []byte(tc.wrong))
			problems, ok := errors.AsType[*envs.Problems](err)
			if !ok {
				t.Fatalf("err = %v", err)
			}
			told := knownHere.FindStringSubmatch(problems.Error())
			if told == nil {
				t.Fatalf("no list of keys in %v", problems)
			}
			want := strings.Split(told[1], ", ")
			at := schema
			for _, key := range strings.Fields(tc.path) {
				switch node := at.(type) {
				case map[string]any:
					at = node[key]
				case []any:
					at = node[1]
				}
			}
			var got []string
			for key := range at.(map[string]any) {
				got = append(got, key)
			}
			slices.Sort(got)
			slices.Sort(want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-reader +schema):\n%s", diff)
			}
		})
	}
}
