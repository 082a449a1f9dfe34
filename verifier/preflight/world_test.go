package preflight

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/freshinstall/freshinstall/verifier"
)

func TestBranches(t *testing.T) {
	try(t, map[string]situation{
		"renamed": {start: verifier.StartHome, files: trackedFiles("a"), branches: []string{"main", "dev"}, steps: []string{"git clone -b master https://example.org/x/app.git"},
			want: []string{"B06! master -> git clone -b main https://example.org/x/app.git"}},
		"misspelt": {files: trackedFiles("a"), branches: []string{"main", "develop"}, steps: []string{"git checkout develp"},
			want: []string{"B06! develp -> git checkout develop"}},
		"gone": {files: trackedFiles("a"), branches: []string{"main"}, steps: []string{"git switch feature-x"},
			want: []string{"B06! feature-x -> none"}},
	})
	try(t, map[string]situation{
		"not known":          {files: trackedFiles("a"), steps: []string{"git checkout develop"}},
		"there":              {files: trackedFiles("a"), branches: []string{"main", "v1.2"}, steps: []string{"git checkout v1.2", "git checkout origin/main"}},
		"made":               {files: trackedFiles("a"), branches: []string{"main"}, steps: []string{"git checkout -b my-feature", "git switch -c other"}},
		"a commit":           {files: trackedFiles("a"), branches: []string{"main"}, steps: []string{"git checkout 1a2b3c4d"}},
		"a file":             {files: trackedFiles("config.h"), branches: []string{"main"}, steps: []string{"git checkout config.h", "git checkout -- x"}},
		"of another project": {start: verifier.StartHome, files: trackedFiles("a"), branches: []string{"main"}, steps: []string{"git clone https://example.org/y/other.git", "cd other", "git checkout 2023.04"}},
	})
}

func TestSubmodules(t *testing.T) {
	try(t, map[string]situation{
		"not fetched": {start: verifier.StartHome, files: trackedFiles(".gitmodules", "main.c"), modules: []string{"lib/x"}, steps: []string{"git clone https://example.org/x/app.git", "cd app"},
			want: []string{"B07? lib/x -> git clone --recurse-submodules https://example.org/x/app.git"}},
		"there are none": {files: trackedFiles("main.c"), steps: []string{"git submodule update --init"},
			want: []string{"B07? .gitmodules -> none"}},
	})
	try(t, map[string]situation{
		"with the clone":  {start: verifier.StartHome, files: trackedFiles(".gitmodules"), modules: []string{"lib/x"}, steps: []string{"git clone --recursive https://example.org/x/app.git"}},
		"afterwards":      {start: verifier.StartHome, files: trackedFiles(".gitmodules"), modules: []string{"lib/x"}, steps: []string{"git clone https://example.org/x/app.git", "cd app", "git submodule update --init"}},
		"by a script":     {start: verifier.StartHome, files: map[string]string{".gitmodules": "", "get.sh": "git submodule update"}, modules: []string{"lib/x"}, steps: []string{"git clone https://example.org/x/app.git", "cd app", "./get.sh"}},
		"by the Makefile": {start: verifier.StartHome, files: map[string]string{".gitmodules": "", "Makefile": ""}, modules: []string{"lib/x"}, steps: []string{"git clone https://example.org/x/app.git", "cd app", "make"}},
	})
}

func TestNamesAndLists(t *testing.T) {
	project := "[project]\nname = \"large-image\"\nrequires-python = \">=3.9\"\n"
	try(t, map[string]situation{
		"its own name": {files: map[string]string{"pyproject.toml": project}, steps: []string{"pip install large-imgae[all]"},
			want: []string{"B08? large-imgae[all] -> pip install large-image[all]"}},
		"a list":              {files: trackedFiles("requirements.txt"), steps: []string{"pip install requirements.txt"}, want: []string{"B10! requirements.txt -> pip install -r requirements.txt"}},
		"a list that is gone": {files: trackedFiles("README.md"), steps: []string{"pip3 install requirements.txt"}, want: []string{"B10? requirements.txt -> pip3 install -r requirements.txt"}},
		"a list for npm":      {files: trackedFiles("requirements.txt"), steps: []string{"npm install -r requirements.txt"}, want: []string{"B10? requirements.txt -> pip install -r requirements.txt"}},
	})
	try(t, map[string]situation{
		"written otherwise":   {files: map[string]string{"pyproject.toml": project}, steps: []string{"pip install large_image", "pip install large.image", "pip install Large-Image"}},
		"a dependency":        {files: map[string]string{"pyproject.toml": project + "dependencies = [\"large-imago\"]\n"}, steps: []string{"pip install large-imago"}},
		"something else":      {files: map[string]string{"pyproject.toml": project}, steps: []string{"pip install wheel setuptools numpy", "pip install large-image-source-tiff"}},
		"another of its kind": {files: map[string]string{"setup.py": "setup(name='pylibs2')"}, steps: []string{"pip install pylibs3"}},
	})
}

func TestVersions(t *testing.T) {
	python := map[string]string{"pyproject.toml": "[project]\nname = \"x\"\nrequires-python = \">=3.10,<4\"\n"}
	node := map[string]string{"package.json": `{"engines": {"node": "^18.12 || >=20"}}`}
	try(t, map[string]situation{
		"Python of conda":    {files: python, steps: []string{"conda create -n x python=3.6"}, want: []string{"B09? python 3.6 -> conda create -n x python=3.10"}},
		"Python of apt":      {files: python, steps: []string{"sudo apt install python3.9 python3.9-venv"}, want: []string{"B09? python 3.9 -> none"}},
		"Python by its name": {files: python, steps: []string{"python3.8 -m venv env"}, want: []string{"B09? python 3.8 -> python3.10 -m venv env"}},
		"Node":               {files: node, steps: []string{"nvm install 12"}, want: []string{"B09? node 12 -> nvm install 18"}},
		"Node in a file":     {files: map[string]string{".nvmrc": "v20.1.0\n"}, steps: []string{"nvm use 14"}, want: []string{"B09? node 14 -> nvm use 20"}},
		"Node as an image":   {files: node, steps: []string{"docker run -it node:12 npm test"}, want: []string{"B09? node 12 -> docker run -it node:18 npm test"}},
		"Ruby":               {files: map[string]string{"Gemfile": "source 'x'\nruby '3.2.2'\n"}, steps: []string{"rbenv install 2.7.1"}, want: []string{"B09? ruby 2.7.1 -> rbenv install 3.2.2"}},
		"Rust":               {files: map[string]string{"Cargo.toml": "[package]\nrust-version = \"1.70\"\n"}, steps: []string{"rustup default 1.56"}, want: []string{"B09? rust 1.56 -> rustup default 1.70"}},
		"PHP":                {files: map[string]string{"composer.json": `{"require": {"php": "^8.1"}}`}, steps: []string{"sudo apt-get install php7.4 php7.4-mbstring"}, want: []string{"B09? php 7.4 -> none"}},
	})
	try(t, map[string]situation{
		"new enough":          {files: python, steps: []string{"conda create -n x python=3.10", "python3.12 -m venv v", "sudo apt install python3.11", "pyenv install 3.10.4"}},
		"only the first part": {files: python, steps: []string{"conda create -n x python=3"}},
		"one of the ranges":   {files: node, steps: []string{"nvm install 18", "nvm install 20", "nvm install 22.1.0", "nvm install --lts", "nvm install"}},
		"nothing is declared": {files: trackedFiles("package.json"), steps: []string{"nvm install 4", "docker run node:4"}},
		"not understood":      {files: map[string]string{"package.json": `{"engines": {"node": "lts/*"}}`}, steps: []string{"nvm install 4"}},
	})
}

func TestEnvironments(t *testing.T) {
	conda := map[string]string{"environment.yml": "name: maps\ndependencies:\n  - python\n"}
	try(t, map[string]situation{
		"another name": {files: trackedFiles("a"), steps: []string{"python3 -m venv env", "source venv/bin/activate"},
			want: []string{"B11! venv -> source env/bin/activate"}},
		"never made": {files: trackedFiles("a"), steps: []string{"source venv/bin/activate"},
			want: []string{"B11? venv -> first python3 -m venv venv"}},
		"made in another folder": {files: trackedFiles("web/a"), steps: []string{"python3 -m venv venv", "cd web", "source venv/bin/activate"},
			want: []string{"B11! venv -> source ../venv/bin/activate"}},
		"conda, another name than described": {files: conda, steps: []string{"conda env create -f environment.yml", "conda activate map"},
			want: []string{"B11! map -> conda activate maps"}},
		"conda, another name than made": {files: trackedFiles("a"), steps: []string{"conda create -n maps python=3.9 -y", "conda activate map"},
			want: []string{"B11! map -> conda activate maps"}},
		"conda, described and never made": {files: conda, steps: []string{"conda activate maps"},
			want: []string{"B11? maps -> first conda env create -f environment.yml"}},
	})
	try(t, map[string]situation{
		"made":                    {files: trackedFiles("a"), steps: []string{"python3 -m venv .venv", ". .venv/bin/activate", "source ./.venv/bin/activate"}},
		"made by virtualenv":      {files: trackedFiles("a"), steps: []string{"virtualenv -p python3 env", "source env/bin/activate"}},
		"made by uv":              {files: trackedFiles("a"), steps: []string{"uv venv", "source .venv/bin/activate"}},
		"made by poetry":          {files: trackedFiles("a"), steps: []string{"poetry install", "source .venv/bin/activate"}},
		"made by a script":        {files: trackedFiles("setup.sh"), steps: []string{"bash setup.sh", "source venv/bin/activate"}},
		"made at home":            {start: verifier.StartHome, files: trackedFiles("a"), steps: []string{"python3 -m venv ~/env", "git clone https://example.org/x/app.git", "cd app", "source ~/env/bin/activate"}},
		"made before the clone":   {start: verifier.StartHome, files: trackedFiles("a"), steps: []string{"python3 -m venv env", "source env/bin/activate", "git clone https://example.org/x/app.git", "cd app"}},
		"two were made":           {files: trackedFiles("a"), steps: []string{"python3 -m venv one", "python3 -m venv two", "source one/bin/activate"}},
		"conda, as described":     {files: conda, steps: []string{"conda env create -f environment.yml", "conda activate maps", "conda activate base"}},
		"conda, named on the way": {files: conda, steps: []string{"conda env create -f environment.yml -n mine", "conda activate mine"}},
		"conda, one's own":        {files: trackedFiles("a"), steps: []string{"conda activate science", "conda activate ./env"}},
		"conda, not known":        {files: trackedFiles("environment.yml"), steps: []string{"conda env create -f environment.yml", "conda activate tf2"}},
	})
}

func TestRulesAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Rules() {
		if r.Title == "" || r.Category == "" || r.Plain == "" || r.Stumbles == "" || r.Source == "" || seen[r.ID] {
			t.Errorf("rule %q lacks something or stands twice: %+v", r.ID, r)
		}
		seen[r.ID] = true
	}
	// One id names one rule, whoever found it.
	files, err := filepath.Glob("../diagnose/rules/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no rules about output: %v", err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?m)^- id: (\S+)`).FindAllStringSubmatch(string(text), -1) {
			if seen[m[1]] {
				t.Errorf("%s has a rule %s too", f, m[1])
			}
		}
	}
}

func TestUntoldGaps(t *testing.T) {
	const login, key = "tool login --key <api-key>", "api-key"
	for name, tt := range map[string]struct {
		document string
		needs    []string
		flags    []verifier.Flag
		want     int
	}{
		"nothing said":         {"# Tool\n\n    " + login + "\n", []string{"<api-key>"}, nil, 1},
		"said before":          {"# Tool\n\nGet an API key from the owner.\n\n    " + login + "\n", []string{"<api-key>"}, nil, 0},
		"said with its name":   {"# Tool\n\n    " + login + "\n\nReplace <api-key> by yours.\n", []string{"<api-key>"}, nil, 0},
		"a path of one's own":  {"# Tool\n\n    tool <path/to/data>\n", []string{"<path/to/data>"}, nil, 0},
		"one's own name":       {"# Tool\n\n    tool <your-username>\n", []string{"<your-username>"}, nil, 0},
		"the clone's address":  {"# Tool\n\n    git clone <repo>\n", []string{"<repo>"}, []verifier.Flag{verifier.FlagSelfClone}, 0},
		"a value was declared": {"# Tool\n\n    " + login + "\n", nil, nil, 0},
		"document not to read": {"", []string{"<api-key>"}, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			step := verifier.Step{ID: "s1", Document: "README.md", Line: 3, EndLine: 3, Command: login, Follow: true, Needs: tt.needs, Flags: tt.flags}
			if tt.document != "" && tt.document[8:10] == "Ge" {
				step.Line, step.EndLine = 5, 5
			}
			found := Check(verifier.Plan{Steps: []verifier.Step{step}}, Tree{Read: func(string) ([]byte, error) { return []byte(tt.document), nil }})
			got := 0
			for _, f := range found {
				if f.Rule == RuleUntold {
					got++
					if f.Object != "<"+key+">" || f.Certain || f.Category != verifier.MissingConfig {
						t.Errorf("%+v", f)
					}
				}
			}
			if got != tt.want {
				t.Errorf("%d findings, want %d: %+v", got, tt.want, found)
			}
		})
	}
}
