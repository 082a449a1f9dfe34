package plan

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// proseOf shows what a README asks for in words, a line each: kind, where, the
// files, whether it is done and before which step.
func proseOf(t *testing.T, name, source string, files ...string) []string {
	t.Helper()
	p, err := Build(Input{Repository: "tool", Documents: []Document{{Path: name, Source: []byte(source)}}, Files: files})
	if err != nil {
		t.Fatal(err)
	}
	if p.Prose == nil {
		t.Error("prose is nil, which is written as null")
	}
	out := []string{}
	for _, s := range p.Prose {
		line := fmt.Sprintf("%s %d", s.Kind, s.Line)
		if s.From != "" {
			line += " " + s.From + " ->"
		}
		if s.Path != "" {
			line += " " + s.Path
		}
		if s.Content != "" {
			line += fmt.Sprintf(" %q", s.Content)
		}
		if s.Do {
			line += " do"
		}
		if s.Before != "" {
			line += " before " + s.Before
		}
		out = append(out, line)
	}
	return out
}

// install puts text into a chapter in front of a step.
func install(text string) string { return "# Tool\n\n## Install\n\n" + text + "\n\n```sh\nmake\n```\n" }

func TestProse(t *testing.T) {
	env := "\n\n```dotenv\nPORT=80\nDEBUG=1\n```\n\nThen:"
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"a new file with its content", "Create a file called `.env` with:" + env, []string{`file 5 .env "PORT=80\nDEBUG=1\n" do before s1`}},
		{"a new file, the folder said first", "Create a file in the root directory named `conf/app.yml`:\n\n```yaml\na:\n  b: 1\n```\n\nThen:", []string{`file 5 conf/app.yml "a:\n  b: 1\n" do before s1`}},
		{"a block of settings without a tag", "Create `.env`:\n\n```\nPORT=80\n```\n\nThen:", []string{`file 5 .env "PORT=80\n" do before s1`}},
		{"settings with a shell's tag", "Create a `.env` file with the following contents:\n\n```bash\nPORT=80\n```\n\nThen:", []string{`file 5 .env "PORT=80\n" do before s1`}},
		{"lines to add to a file that is not there", "Add the following to `config.toml`:\n\n```toml\na = 1\n```\n\nThen:", []string{`file 5 config.toml "a = 1\n" do before s1`}},
		{"lines to add to a file of the authors", "Add the following to `tracked.yml`:\n\n```yaml\na: 1\n```\n\nThen:", []string{`file 5 tracked.yml "a: 1\n" before s1`}},
		{"a file as it should look", "The `.env` file should look like this:" + env, []string{`file 5 .env "PORT=80\nDEBUG=1\n" do before s1`}},
		{"content with a gap", "Create `.env`:\n\n```dotenv\nKEY=your_api_key\n```\n\nThen:", []string{`file 5 .env "KEY=your_api_key\n" before s1`}},
		{"content with three letters x", "Create `.env`:\n\n```dotenv\nKEY=xxx\n```\n\nThen:", []string{`file 5 .env "KEY=xxx\n" before s1`}},
		{"settings named like gaps", "Create `.env`:\n\n```yaml\nSECRET_KEY: abc\n```\n\nThen:", []string{`file 5 .env "SECRET_KEY: abc\n" do before s1`}},
		{"a new file without its content", "Create a `.env` file with your settings.\n\nThen:", []string{"edit 5 .env before s1"}},
		{"a path above the checkout", "Create `../x.env`:" + env, []string{`file 5 ../x.env "PORT=80\nDEBUG=1\n" before s1`}},
		{"a path in the home folder", "Create `~/.toolrc`:" + env, []string{}},
		{"a path of git's own", "Create `.git/config.ini`:" + env, []string{`file 5 .git/config.ini "PORT=80\nDEBUG=1\n" before s1`}},
		{"an absolute path", "Create `/etc/tool.conf`:" + env, []string{}},
		{"indentation in a list", "1. Create `a.yml`:\n\n   ```yaml\n   a:\n     b: 1\n   ```\n\nThen:", []string{`file 5 a.yml "a:\n  b: 1\n" do before s1`}},

		{"a copy", "Copy `.env.example` to `.env`.\n\nThen:", []string{"copy 5 .env.example -> .env do before s1"}},
		{"a copy without marks", "First, copy the .env.example file into a new file named .env.\n\nThen:", []string{"copy 5 .env.example -> .env do before s1"}},
		{"a copy that is renamed", "Copy `conf/app.yml.sample` and rename it to `conf/app.yml`.\n\nThen:", []string{"copy 5 conf/app.yml.sample -> conf/app.yml do before s1"}},
		{"a new name", "Rename .env.example to .env.\n\nThen:", []string{"copy 5 .env.example -> .env do before s1"}},
		{"a copy as a noun", "Make a copy of `.env.example` named `.env`.\n\nThen:", []string{"copy 5 .env.example -> .env do before s1"}},
		{"made from another", "Create a `.env` file from `.env.example`.\n\nThen:", []string{"copy 5 .env.example -> .env do before s1"}},
		{"a copy over a file of the authors", "Copy `.env.example` to `tracked.yml`.\n\nThen:", []string{"copy 5 .env.example -> tracked.yml before s1"}},
		{"a copy of what nobody has", "Copy `secret.json` to `key.json`.\n\nThen:", []string{"copy 5 secret.json -> key.json before s1"}},
		{"a copy by a command", "Copy the example: `cp .env.example .env`.\n\nThen:", []string{}},
		{"a sentence that leads to the command", "Copy `.env.example` to `.env`:", []string{}},
		{"a sentence before a block that does it", "Copy `.env.example` to `.env`.\n\n```sh\ncp .env.example .env\n```\n\nThen:", []string{}},
		{"the second sentence of a line", "Get it. Open `.env` and fill in the password.\n\nThen:", []string{"edit 5 .env before s1"}},

		{"software", "Install PostgreSQL 14.\n\nThen:", []string{"install 5 before s1"}},
		{"software that is needed", "You will need Node.js 18 or newer.\n\nThen:", []string{"install 5 before s1"}},
		{"software to make sure of", "Make sure you have Docker installed.\n\nThen:", []string{"install 5 before s1"}},
		{"a list of software is one", "You need:\n\n- Go 1.22\n- GNU Make\n- a C compiler\n\nThen:", []string{"install 7 before s1"}},
		{"software for some", "If you want pictures, install Graphviz.\n\nThen:", []string{}},
		{"software that a newcomer lacks", "If you don't have Docker, install Docker first.\n\nThen:", []string{"install 5 before s1"}},
		{"software for another system", "On Windows, install Python 3.\n\nThen:", []string{}},
		{"no software but dependencies", "Install the dependencies.\n\nThen:", []string{}},
		{"what is not needed", "You do not need Docker.\n\nThen:", []string{}},
		{"a service", "Make sure MongoDB is running.\n\nThen:", []string{"service 5 before s1"}},
		{"a service to start", "Start the database.\n\nThen:", []string{"service 5 before s1"}},
		{"an account", "Sign up for a map service.\n\nThen:", []string{"account 5 before s1"}},
		{"a key", "Obtain an API key from the weather office.\n\nThen:", []string{"account 5 before s1"}},
		{"data", "Download the data from the portal.\n\nThen:", []string{"account 5 before s1"}},

		{"Spanish", "Copie el archivo `.env.example` a `.env`.\n\nInstale PostgreSQL.\n\nThen:", []string{"copy 5 .env.example -> .env do before s1", "install 7 before s1"}},
		{"Portuguese", "Crie um arquivo `.env` com:" + env, []string{`file 5 .env "PORT=80\nDEBUG=1\n" do before s1`}},
		{"French", "Renommez le fichier `.env.example` en `.env`.\n\nModifiez `.env`.\n\nThen:", []string{"copy 5 .env.example -> .env do before s1", "edit 7 .env before s1"}},
		{"German", "Kopiere `.env.example` nach `.env`.\n\nInstallieren Sie Docker.\n\nThen:", []string{"copy 5 .env.example -> .env do before s1", "install 7 before s1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := proseOf(t, "README.md", install(c.text), ".env.example", "tracked.yml", "conf/app.yml.sample")
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestProsePlaces(t *testing.T) {
	for _, c := range []struct {
		name, document, source string
		want                   []string
	}{
		{"a chapter on contributing", "README.md", "# Tool\n\n## Install\n\n```sh\nmake\n```\n\n## Contributing\n\nInstall Docker.\n", []string{}},
		{"a chapter on deployment", "README.md", "# Tool\n\n## Deployment\n\nInstall Docker.\n\n## Install\n\n```sh\nmake\n```\n", []string{}},
		{"behind the last step", "README.md", "# Tool\n\n## Install\n\n```sh\nmake\n```\n\n## Configuration\n\nCopy `a.example` to `a.cfg`.\n", []string{}},
		{"no step at all", "README.md", "# Tool\n\n## Install\n\nInstall Docker.\n", []string{"install 5"}},
		{"between two steps", "README.md", "# Tool\n\n## Install\n\n```sh\nmake\n```\n\nCopy `a.example` to `a.cfg`.\n\n```sh\nmake install\n```\n", []string{"copy 9 a.example -> a.cfg do before s2"}},
		{"a way that is left", "README.md", "# Tool\n\n## Install\n\n### From source\n\n```sh\nmake\n```\n\n### With Docker\n\nCopy `a.example` to `a.cfg`.\n\n```sh\ndocker compose up\n```\n\n## Run\n\n```sh\n./tool\n```\n", []string{}},
		{"a tab for another system", "README.md", "# Tool\n\n## Install\n\n<details><summary>Windows</summary>\n\nInstall Python 3.\n\n</details>\n\n```sh\nmake\n```\n", []string{}},
		{"reStructuredText keeps indentation", "README.rst", "Tool\n====\n\nInstall\n-------\n\nCreate ``a.yml`` with:\n\n.. code-block:: yaml\n\n   a:\n     b: 1\n\nThen::\n\n   make\n", []string{`file 7 a.yml "a:\n  b: 1\n" do before s1`}},
		{"a heading and the file below it", "README.md", "# Tool\n\n## Install\n\n### 1. Create a `.env` file\n\n```\nPORT=80\n```\n\n### 2. Build\n\n```sh\nmake\n```\n", []string{`file 5 .env "PORT=80\n" do before s1`}},
		{"a heading, and text about another file", "README.md", "# Tool\n\n## Install\n\n### 1. Create a `.env` file\n\nSee `other.yml`:\n\n```\nPORT=80\n```\n\n### 2. Build\n\n```sh\nmake\n```\n", []string{}},
		{"AsciiDoc", "README.adoc", "= Tool\n\n== Install\n\nCopy `a.example` to `a.cfg`.\n\n[source,sh]\n----\nmake\n----\n", []string{"copy 5 a.example -> a.cfg do before s1"}},
		{"a sentence on a later line", "README.md", "# Tool\n\n## Install\n\nThis is a\nlong text. Rename **[a.example](x)** to\n`a.cfg`.\n\n```sh\nmake\n```\n", []string{"copy 6 a.example -> a.cfg do before s1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, proseOf(t, c.document, c.source, "a.example")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestProseFillsDeclaredValues(t *testing.T) {
	p, err := Build(Input{Repository: "tool", Values: map[string]string{"YOUR_KEY": "x"},
		Documents: []Document{{Path: "README.md", Source: []byte(install("Create `.env`:\n\n```dotenv\nKEY=<YOUR_KEY>\n```\n\nThen:"))}}})
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Prose) != 1 || !p.Prose[0].Do {
		t.Errorf("with a value for its gap the file is not made: %+v", p.Prose)
	}
}

func TestProseOfAHostileDocumentIsBounded(t *testing.T) {
	for name, text := range map[string]string{
		"many sentences": strings.Repeat("Install Docker. Copy `a.example` to `b.cfg`. ", 4000),
		"many items":     strings.Repeat("- Install Docker "+strings.Repeat("x", 50)+"\n", 4000),
		"one long word":  strings.Repeat("create a ", 20000),
	} {
		t.Run(name, func(t *testing.T) {
			if got := proseOf(t, "README.md", "# Tool\n\n## Install\n\n"+text); len(got) > maxProse+1000 {
				t.Errorf("%d prose steps", len(got))
			}
		})
	}
}

func TestSentences(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"two", "Do this. Then that.", []string{"Do this.", "Then that."}},
		{"a version", "Use 3.11 here. End", []string{"Use 3.11 here.", "End"}},
		{"an abbreviation", "Use it, e.g. Docker. End", []string{"Use it, e.g. Docker.", "End"}},
		{"code", "Run `a. B` now. End", []string{"Run `a. B` now.", "End"}},
		{"broken lines", "One\nTwo", []string{"One", "Two"}},
		{"no full stop", "One", []string{"One"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, sentences(c.text)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestProseRulesHaveNamesAndReasons(t *testing.T) {
	seen := map[string]bool{}
	rules := append(Rules(), itemRule)
	for _, a := range everyAsking {
		rules = append(rules, a.Rule)
	}
	for _, r := range rules {
		if r.Name == "" || r.Why == "" || seen[r.Name] {
			t.Errorf("%q: no name of its own, or no reason %q", r.Name, r.Why)
		}
		seen[r.Name] = true
	}
	in := Input{Repository: "tool", Without: []string{"prose-copies"},
		Documents: []Document{{Path: "README.md", Source: []byte(install("Copy `a.example` to `a.cfg`.\n\nThen:"))}}}
	if p, err := Build(in); err != nil || len(p.Prose) > 0 {
		t.Errorf("switched off, and still %+v, %v", p.Prose, err)
	}
}
