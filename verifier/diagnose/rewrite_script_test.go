package diagnose

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/freshinstall/freshinstall/verifier"
)

const nodeStack = "    at Module._resolveFilename (node:internal/modules/cjs/loader:1207:15)\n    at Module._load (node:internal/modules/cjs/loader:1038:27)\n"

// A script that is handed to an interpreter by a wrong path is a file that is
// missing, whatever words the interpreter has for it.
func TestScriptByAWrongPath(t *testing.T) {
	const loader = "node:internal/modules/cjs/loader:1210\n  throw err;\n  ^\n\n"
	for _, test := range []struct {
		name, typed, output, right string
		rule                       string // S08 unless said
	}{
		{name: "node 20", typed: "node bin/raeder.js --all", right: "node bin/reader.js --all",
			output: loader + "Error: Cannot find module '/home/newcomer/app/bin/raeder.js'\n" + nodeStack +
				"    at Function.executeUserEntryPoint [as runMain] (node:internal/modules/run_main:164:12)\n    at node:internal/main/run_main_module:28:49 {\n  code: 'MODULE_NOT_FOUND',\n  requireStack: []\n}\n\nNode.js v20.20.2"},
		{name: "node 10, without a stack of requires", typed: "node ./raeder.js", right: "node ./bin/reader.js",
			output: "internal/modules/cjs/loader.js:638\n    throw err;\n    ^\n\nError: Cannot find module '/home/newcomer/app/raeder.js'\n" +
				"    at Function.Module._resolveFilename (internal/modules/cjs/loader.js:636:15)\n    at Function.Module._load (internal/modules/cjs/loader.js:562:25)\n    at Function.Module.runMain (internal/modules/cjs/loader.js:831:12)"},
		{name: "node, in another folder and without its ending", typed: "node lib/reader", right: "node bin/reader.js",
			output: "Error: Cannot find module '/home/newcomer/app/lib/reader'\n" + nodeStack + "    at node:internal/main/run_main_module:28:49 {\n  code: 'MODULE_NOT_FOUND',\n  requireStack: []\n}"},
		{name: "node's own tests", typed: "node --test bin/raeder.js", right: "node --test bin/reader.js", output: "Could not find '/home/newcomer/app/bin/raeder.js'"},
		{name: "python", typed: "python3 -u scripts/laod.py x", right: "python3 -u scripts/load.py x",
			output: "python3: can't open file '/home/newcomer/app/scripts/laod.py': [Errno 2] No such file or directory"},
		{name: "python 3.8, as typed", typed: "python3 script/load.py", right: "python3 scripts/load.py",
			output: "python3: can't open file 'script/load.py': [Errno 2] No such file or directory"},
		{name: "sh that is dash", typed: "sh script/setup.sh", right: "sh scripts/setup.sh", output: "sh: 0: cannot open script/setup.sh: No such file"},
		{name: "bash", typed: "bash stup.sh", right: "bash scripts/setup.sh", output: "bash: stup.sh: No such file or directory"},
		{name: "sourced", typed: "source scripts/setpu.sh", right: "source scripts/setup.sh", output: "bash: scripts/setpu.sh: No such file or directory"},
		{name: "sourced, in a script's words", typed: ". ./setpu.sh", right: ". ./scripts/setup.sh", output: "bash: line 1: ./setpu.sh: No such file or directory", rule: "S08a"},
		{name: "ruby", typed: "ruby -w ./bin/serev.rb", right: "ruby -w ./bin/serve.rb", output: "ruby: No such file or directory -- ./bin/serev.rb (LoadError)"},
		{name: "perl", typed: "perl tools/fixup.pl", right: "perl scripts/fixup.pl", output: `Can't open perl script "tools/fixup.pl": No such file or directory`},
		{name: "R", typed: "Rscript analysis/polt.R", right: "Rscript analysis/plot.R",
			output: "Fatal error: cannot open file 'analysis/polt.R': No such file or directory"},
		{name: "R reads a script", typed: `Rscript -e 'source("polt.R")'`, right: `Rscript -e 'source("analysis/plot.R")'`,
			output: "Error in file(filename, \"r\", encoding = encoding) : \n  cannot open the connection\nCalls: source -> file\nIn addition: Warning message:\nIn file(filename, \"r\", encoding = encoding) :\n  cannot open file 'polt.R': No such file or directory\nExecution halted"},
		{name: "php", typed: "php pubic/index.php", right: "php public/index.php", output: "Could not open input file: pubic/index.php"},
		{name: "lua", typed: "lua scripts/man.lua", right: "lua scripts/main.lua", output: "lua: cannot open scripts/man.lua"},
		{name: "a jar", typed: "java -jar libs/tool.jar", right: "java -jar lib/tool.jar", output: "Error: Unable to access jarfile libs/tool.jar"},
		{name: "awk, as Debian has it", typed: "awk -f scripts/sumup.awk x", right: "awk -f scripts/sum-up.awk x", output: "awk: cannot open scripts/sumup.awk (No such file or directory)"},
		{name: "gawk", typed: "gawk -f scripts/sumup.awk x", right: "gawk -f scripts/sum-up.awk x",
			output: "gawk: fatal: cannot open source file `scripts/sumup.awk' for reading: No such file or directory"},
		{name: "sed", typed: "sed -f rules.sed x", right: "sed -f scripts/rules.sed x", output: "sed: couldn't open file rules.sed: No such file or directory"},
		{name: "go", typed: "go run tools/gen.go", right: "go run tool/gen.go", output: "stat tools/gen.go: no such file or directory"},
		{name: "a folder of go", typed: "go run ./cmd/srever", right: "go run ./cmd/server", output: "stat /home/newcomer/app/cmd/srever: directory not found", rule: "L11"},
		{name: "jq", typed: "jq . dat/answers.json", right: "jq . data/answers.json", output: "jq: error: Could not open dat/answers.json: No such file or directory"},
		{name: "jq 1.7", typed: "jq . dat/answers.json", right: "jq . data/answers.json", output: "jq: error: Could not open file dat/answers.json: No such file or directory"},
		{name: "patch", typed: "patch -p1 -i fix.patch", right: "patch -p1 -i data/fix.patch", output: "patch: **** Can't open patch file fix.patch : No such file or directory"},
		{name: "git apply", typed: "git apply fix.patch", right: "git apply data/fix.patch", output: "error: can't open patch 'fix.patch': No such file or directory"},
		{name: "psql", typed: "psql -f schema.sql shop", right: "psql -f data/schema.sql shop", output: "psql: error: schema.sql: No such file or directory"},
		{name: "cargo, of several the one whose folder is nearly so", typed: "cargo run --manifest-path tools/Cargo.toml", right: "cargo run --manifest-path tool/Cargo.toml", output: "error: manifest path `tools/Cargo.toml` does not exist"},
		{name: "a path that the project's own program refuses", typed: "node bin/reader.js dat/answers.json", right: "node bin/reader.js data/answers.json",
			output: "Error: ENOENT: no such file or directory, open 'dat/answers.json'\n    at Object.openSync (node:fs:601:3)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := observe(test.typed, test.output)
			o.Checkout, o.Cwd = "app", "/home/newcomer/app"
			o.Files = []string{"bin/reader.js", "bin/serve.rb", "scripts/load.py", "scripts/setup.sh", "scripts/fixup.pl", "analysis/plot.R", "public/index.php", "scripts/main.lua",
				"lib/tool.jar", "scripts/sum-up.awk", "scripts/rules.sed", "tool/gen.go", "Cargo.toml", "tool/Cargo.toml", "cmd/server/main.go", "data/answers.json", "data/fix.patch", "data/schema.sql"}
			c := catalogue(t).WithoutTables()
			e := c.Explain(o)[0]
			fixes, err := c.Candidates(t.Context(), e, o, nil)
			if err != nil {
				t.Fatal(err)
			}
			if rule := cmp.Or(test.rule, "S08"); e.Finding.Rule != rule || rule == "S08" && e.Finding.Category != verifier.MissingFile {
				t.Errorf("rule %s (%s) for %q", e.Finding.Rule, e.Finding.Title, e.Finding.Evidence)
			}
			if !slices.Contains(told(fixes), "=> "+test.right) {
				t.Errorf("have %q", told(fixes))
			}
		})
	}
}

// What a module asks for while it is loaded is no file of the command line,
// even where it is told as a path.
func TestModuleThatAnotherOneAsksFor(t *testing.T) {
	for name, output := range map[string]string{
		"a package": "Error: Cannot find module 'express'\nRequire stack:\n- /home/newcomer/app/bin/reader.js\n" + nodeStack + "    at Module.require (node:internal/modules/cjs/loader:1289:19)",
		"a path":    "Error: Cannot find module '/home/newcomer/app/dist/all.js'\nRequire stack:\n- /home/newcomer/app/bin/reader.js\n" + nodeStack + "    at Module.require (node:internal/modules/cjs/loader:1289:19) {\n  code: 'MODULE_NOT_FOUND',\n  requireStack: [ '/home/newcomer/app/bin/reader.js' ]\n}",
	} {
		o := observe("node bin/reader.js", output)
		o.Checkout, o.Cwd, o.Files = "app", "/home/newcomer/app", []string{"bin/reader.js", "package.json"}
		if rule := catalogue(t).Explain(o)[0].Finding.Rule; rule != "N06" {
			t.Errorf("%s: explained by %s", name, rule)
		}
	}
}

func TestScriptOfPackageJSON(t *testing.T) {
	const missing = "npm ERR! Missing script: %q\nnpm ERR! \nnpm ERR! To see a list of scripts, run:\nnpm ERR!   npm run"
	const top, web = `{"scripts": {"dev": "x", "build:css": "x", "lint": "x", "check-all": "x"}}`, `{"scripts": {"serve": "x", "export": "x"}}`
	for _, test := range []struct{ name, typed, missing, output, right string }{
		{name: "start, that is called otherwise", typed: "npm start", missing: "start", right: "npm run dev"},
		{name: "start, with options", typed: "PORT=1 npm --silent start -- --watch", missing: "start", right: "PORT=1 npm --silent run dev -- --watch"},
		{name: "two letters the wrong way round", typed: "npm run dve", missing: "dve", right: "npm run dev"},
		{name: "in a name with a colon", typed: "npm run biuld:css", missing: "biuld:css", right: "npm run build:css"},
		{name: "run-script", typed: "npm run-script lnit", missing: "lnit", right: "npm run-script lint"},
		{name: "with another dash", typed: "npm run check_all", missing: "check_all", right: "npm run check-all"},
		{name: "of another folder", typed: "npm run exprot --prefix web", missing: "exprot", right: "npm run export --prefix web"},
		{name: "of another folder, with =", typed: "npm --prefix=web start", missing: "start", right: "npm --prefix=web run serve"},
		{name: "entered in the step", typed: "cd web && npm run exprot", missing: "exprot", right: "cd web && npm run export"},
		{name: "yarn", typed: "yarn dve", output: `error Command "dve" not found.`, right: "yarn dev"},
		{name: "yarn 3", typed: "yarn run dve", output: "Usage Error: Couldn't find a script named \"dve\".\n\n$ yarn run [--inspect] <scriptName> ...", right: "yarn run dev"},
		{name: "yarn in another folder", typed: "yarn --cwd web exprot", output: `error Command "exprot" not found.`, right: "yarn --cwd web export"},
		{name: "pnpm", typed: "pnpm run dve", output: "ERR_PNPM_NO_SCRIPT  Missing script: dve\n\nCommand \"dve\" not found. Did you mean \"pnpm run dev\"?", right: "pnpm run dev"},
		{name: "pnpm without run", typed: "pnpm dve", output: " ERR_PNPM_RECURSIVE_EXEC_FIRST_FAIL  Command \"dve\" not found", right: "pnpm dev"},
		{name: "bun", typed: "bun run dve", output: `error: Script not found "dve"`, right: "bun run dev"},
		{name: "what is like none", typed: "npm run frobnicate", missing: "frobnicate"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.output == "" {
				test.output = fmt.Sprintf(missing, test.missing)
			}
			o := observe(test.typed, test.output)
			o.Checkout, o.Cwd, o.Files = "app", "/home/newcomer/app", []string{"package.json", "web/package.json"}
			o.Tree = fstest.MapFS{"package.json": {Data: []byte(top)}, "web/package.json": {Data: []byte(web)}}
			c := catalogue(t).WithoutTables()
			e := c.Explain(o)[0]
			fixes, err := c.Candidates(t.Context(), e, o, nil)
			if err != nil {
				t.Fatal(err)
			}
			if e.Finding.Rule != "N05" || test.right == "" && slices.ContainsFunc(fixes, func(f verifier.Fix) bool { return f.Replace != "" }) || test.right != "" && (len(fixes) == 0 || told(fixes)[0] != "=> "+test.right) {
				t.Errorf("rule %s, have %q", e.Finding.Rule, told(fixes))
			}
		})
	}
}
