package preflight

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTargets(t *testing.T) {
	makefile := "PREFIX = /usr\nall: build\n\tcc x.c\nbuild test:\n\techo\n.PHONY: all clean\n"
	node := `{"name": "app", "scripts": {"start": "node .", "build:prod": "x"}, "dependencies": {"express": "4"}}`
	try(t, map[string]situation{
		"a target of make": {files: map[string]string{"Makefile": makefile}, steps: []string{"make instal"},
			want: []string{"B04! instal -> none"}},
		"a target that is nearly right": {files: map[string]string{"Makefile": makefile}, steps: []string{"make -j4 biuld"},
			want: []string{"B04! biuld -> make -j4 build"}},
		"of a Makefile in a folder": {files: map[string]string{"src/Makefile": makefile}, steps: []string{"make -C src biuld"},
			want: []string{"B04! biuld -> make -C src build"}},
		"a script of npm": {files: map[string]string{"package.json": node}, steps: []string{"npm install", "npm run dev"},
			want: []string{"B04! dev -> npm run start"}},
		"a script of npm that is nearly right": {files: map[string]string{"package.json": node}, steps: []string{"npm run build-prod"},
			want: []string{"B04! build-prod -> npm run build:prod"}},
		"npm start without a script": {files: map[string]string{"package.json": `{"scripts": {"dev": "x"}}`}, steps: []string{"npm start"},
			want: []string{"B04! start -> npm run dev"}},
		"npm test passed in older versions": {files: map[string]string{"package.json": node}, steps: []string{"npm test"},
			want: []string{"B04? test -> none"}},
		"a script of yarn": {files: map[string]string{"package.json": node}, steps: []string{"yarn install", "yarn dev"},
			want: []string{"B04! dev -> yarn start"}},
		"a script in a folder": {files: map[string]string{"web/package.json": node}, steps: []string{"npm --prefix web run dev"},
			want: []string{"B04! dev -> npm --prefix web run start"}},
		"a script of composer": {files: map[string]string{"composer.json": `{"scripts": {"setup": "x"}}`}, steps: []string{"composer run-script set-up"},
			want: []string{"B04! set-up -> composer run-script setup"}},
		"a recipe of just": {files: map[string]string{"justfile": "build target='x':\n  cargo build\n\n@test: build\n  cargo test\n"}, steps: []string{"just tests"},
			want: []string{"B04! tests -> just test"}},
		"a task": {files: map[string]string{"Taskfile.yml": "version: '3'\ntasks:\n  build:\n    cmds:\n      - go build\n"}, steps: []string{"task biuld"},
			want: []string{"B04? biuld -> task build"}},
		"an environment of tox": {files: map[string]string{"tox.ini": "[tox]\nenvlist = py38\n[testenv:linting]\ncommands = flake8\n"}, steps: []string{"tox -e docs"},
			want: []string{"B04? docs -> none"}},
		"a service": {files: map[string]string{"docker-compose.yml": "version: '3'\nservices:\n  web:\n    build: .\n  postgres:\n    image: postgres\nvolumes:\n  data:\n"},
			steps: []string{"docker-compose up -d web", "docker-compose up -d postgress"},
			want:  []string{"B04! postgress -> docker-compose up -d postgres"}},
		"a service of another name": {files: map[string]string{"compose.yaml": "services:\n  app:\n    build: .\n"}, steps: []string{"docker compose exec web python manage.py migrate"},
			want: []string{"B04! web -> none"}},
	})
}

func TestTargetsThatMayBeThere(t *testing.T) {
	node := `{"scripts": {"start": "node ."}, "devDependencies": {"typescript": "5", "serve": "1", "@angular/cli": "1"}, "dependencies": {"vite": "1"}}`
	try(t, map[string]situation{
		"there":                     {files: map[string]string{"Makefile": "all:\n\techo\ninstall: all\n\tcp\n"}, steps: []string{"make", "make all install", "sudo make PREFIX=/opt install"}},
		"in another file":           {files: map[string]string{"Makefile": "include rules.mk\nall:\n\techo\n"}, steps: []string{"make deploy"}},
		"by a pattern":              {files: map[string]string{"Makefile": "all:\n\techo\ndocker-%:\n\techo\n"}, steps: []string{"make docker-up"}},
		"by a variable":             {files: map[string]string{"Makefile": "all:\n\techo\n$(BIN):\n\techo\n"}, steps: []string{"make server"}},
		"by default":                {files: map[string]string{"Makefile": "all:\n\techo\n.DEFAULT:\n\techo\n"}, steps: []string{"make server"}},
		"phony without a rule":      {files: map[string]string{"Makefile": ".PHONY: lint\nall:\n\techo\n"}, steps: []string{"make lint"}},
		"a program of one source":   {files: map[string]string{"Makefile": "all:\n\techo\n", "server.c": ""}, steps: []string{"make server"}},
		"without a Makefile too":    {files: map[string]string{"server.c": ""}, steps: []string{"make server"}},
		"a folder of that name":     {files: map[string]string{"Makefile": "all:\n\techo\n", "docs/index.md": ""}, steps: []string{"make docs"}},
		"the Makefile is generated": {files: map[string]string{"Makefile": "all:\n\techo\n", "configure": ""}, steps: []string{"./configure", "make check"}},
		"by ending":                 {files: map[string]string{"Makefile": ".md.html:\n\tpandoc\nall:\n\techo\n", "a.md": ""}, steps: []string{"make a.html"}},
		"a setting is no rule":      {files: map[string]string{"Makefile": "X := 1\nY ?= 2\nall: X = 3\nall: ; echo\n"}, steps: []string{"make all"}},
		"built-in words of npm":     {files: map[string]string{"package.json": node}, steps: []string{"npm install", "npm ci", "npm audit fix", "npm run", "npm init -y", "npm link"}},
		"a server by default":       {files: map[string]string{"package.json": `{"name": "x"}`, "server.js": ""}, steps: []string{"npm start"}},
		"part of a larger project":  {files: map[string]string{"package.json": node}, steps: []string{"npm run dev --workspace=web", "npm run -w web dev", "yarn workspace web dev", "pnpm --filter web dev"}},
		"a program of a dependency": {files: map[string]string{"package.json": node}, steps: []string{"yarn tsc", "yarn serve", "yarn vite", "yarn add x", "yarn ng serve", "pnpm dlx x", "yarn jest"}},
		"a package of its own":      {files: map[string]string{"package.json": node, "web/package.json": `{"scripts": {"dev": "x"}}`}, steps: []string{"cd web", "npm run dev"}},
		"no JSON":                   {files: map[string]string{"package.json": "{ // comment\n}"}, steps: []string{"npm run dev"}},
		"tox with factors":          {files: map[string]string{"tox.ini": "[tox]\nenvlist = py{38,39}-django{3,4}\n"}, steps: []string{"tox -e py39-django4", "tox -e py312", "tox -e django3"}},
		"services of two files": {files: map[string]string{"docker-compose.yml": "services:\n  web:\n    build: .\n", "docker-compose.override.yml": "services:\n  mail:\n    image: m\n"},
			steps: []string{"docker-compose up -d mail", "docker compose run --rm web npm test", "docker compose logs -f web"}},
		"the oldest form of compose": {files: map[string]string{"docker-compose.yml": "web:\n  build: .\n"}, steps: []string{"docker-compose up mail"}},
		"compose includes":           {files: map[string]string{"compose.yaml": "include:\n  - other.yaml\nservices:\n  web:\n    build: .\n"}, steps: []string{"docker compose up mail"}},
		"just with imports":          {files: map[string]string{"justfile": "import 'more.just'\nbuild:\n  x\n"}, steps: []string{"just deploy"}},
		"just with parameters":       {files: map[string]string{"justfile": "alias b := build\nrun *args:\n  x\n_hidden a b='c:d':\n  x\nbuild: (run 'x')\n  y\n"}, steps: []string{"just run x", "just b", "just _hidden", "just build"}},
	})
}

func TestManifests(t *testing.T) {
	try(t, map[string]situation{
		"make":               {files: trackedFiles("main.py"), steps: []string{"make"}, want: []string{"B05! Makefile -> none"}},
		"pip":                {files: trackedFiles("main.py"), steps: []string{"pip install -e ."}, want: []string{"B05! pyproject.toml or setup.py -> none"}},
		"setup.py":           {files: trackedFiles("pyproject.toml"), steps: []string{"python setup.py install"}, want: []string{"B05! setup.py -> none"}},
		"cargo":              {files: trackedFiles("main.rs"), steps: []string{"cargo build --release"}, want: []string{"B05! Cargo.toml -> none"}},
		"bundle":             {files: trackedFiles("main.rb"), steps: []string{"bundle install"}, want: []string{"B05! Gemfile -> none"}},
		"maven":              {files: trackedFiles("build.gradle"), steps: []string{"mvn clean install"}, want: []string{"B05! pom.xml -> none"}},
		"an image":           {files: trackedFiles("main.py"), steps: []string{"docker build -t app ."}, want: []string{"B05! Dockerfile -> none"}},
		"compose":            {files: trackedFiles("main.py"), steps: []string{"docker compose up -d"}, want: []string{"B05! compose file -> none"}},
		"compose, maybe set": {files: trackedFiles("docker-compose.dev.yml"), steps: []string{"docker compose up -d"}, want: []string{"B05? compose file -> none"}},
		"CMake":              {files: trackedFiles("main.cpp"), steps: []string{"mkdir build", "cd build", "cmake .."}, want: []string{"B05! CMakeLists.txt -> none"}},
		"npm goes on":        {files: trackedFiles("main.py"), steps: []string{"npm install"}, want: []string{"B05? package.json -> none"}},
		"go, a module":       {files: trackedFiles("main.go"), steps: []string{"go mod download"}, want: []string{"B05! go.mod -> none"}},
		"go, elsewhere":      {files: trackedFiles("main.go", "README.md"), steps: []string{"go build"}, want: []string{"B05? go.mod -> none"}},
	})
	try(t, map[string]situation{
		"all there": {files: trackedFiles("Makefile", "setup.py", "Cargo.toml", "Gemfile", "pom.xml", "Dockerfile", "docker-compose.yml", "CMakeLists.txt", "package.json", "go.mod"),
			steps: []string{"npm install", "pip install .", "pip install -e .[dev]", "cargo build", "bundle install", "docker build .", "docker-compose build", "mvn package", "go mod download", "make", "cmake ."}},
		"found above":              {files: trackedFiles("package.json", "Cargo.toml", "src/a.js"), steps: []string{"cd src", "npm install", "cargo test"}},
		"a tool makes it":          {files: trackedFiles("main.py"), steps: []string{"npm init -y", "npm install", "cargo init", "cargo build"}},
		"names are given":          {files: trackedFiles("main.py"), steps: []string{"npm install express", "npm i -g serve", "pip install flask", "cargo install ripgrep", "go install example.org/x@latest"}},
		"in a submodule":           {files: trackedFiles("README.md"), modules: []string{"lib/x"}, steps: []string{"cd lib/x", "make", "cmake ."}},
		"behind a link":            {files: trackedFiles("latest"), steps: []string{"cd latest", "make", "npm install"}},
		"one of several is copied": {files: trackedFiles("Makefile.linux"), steps: []string{"make"}},
		"a setting names it":       {files: trackedFiles("docker/dev.yml"), steps: []string{"export COMPOSE_FILE=docker/dev.yml", "docker compose up"}},
		"configure makes it":       {files: trackedFiles("configure.ac", "src/main.c"), steps: []string{"make"}},
		"another tool makes it":    {files: trackedFiles("app.pro"), steps: []string{"qmake", "make"}},
		"given by name":            {files: trackedFiles("docker/Dockerfile", "deploy/compose.yml", "sub/Cargo.toml"), steps: []string{"docker build -f docker/Dockerfile .", "docker compose -f deploy/compose.yml up", "cargo build --manifest-path sub/Cargo.toml"}},
		"a context from elsewhere": {files: trackedFiles("main.py"), steps: []string{"docker build https://example.org/x.git", "docker build - < Dockerfile.txt || true", "docker run -it debian"}},
		"files of Go by name":      {files: trackedFiles("server.go"), steps: []string{"go run server.go", "go run ./cmd/x", "go get example.org/x"}},
		"Go without modules":       {files: trackedFiles("main.go"), steps: []string{"export GOPATH=$HOME/go", "go build"}},
	})
}

func TestTargetsOf(t *testing.T) {
	for name, c := range map[string]struct {
		text   string
		want   []string
		closed bool
	}{
		"rules":         {"a b: c\n\techo\nd::\n\techo\n", []string{"a", "b", "d"}, true},
		"continued":     {"a \\\n  b: c\n", []string{"a", "b"}, true},
		"settings":      {"A = b:c\nB := x\nexport C ?= y:z\na:\n", []string{"a"}, true},
		"conditions":    {"ifeq ($(X),1)\na:\nendif\nb:\n", []string{"a", "b"}, true},
		"a call":        {"$(eval x)\na:\n", nil, false},
		"definitions":   {"define X\nfoo: bar\nendef\na:\n", []string{"a"}, true},
		"by ending":     {".c.o:\n\tcc\na:\n", []string{"a"}, true},
		"nothing in it": {"", nil, false},
		"carriage":      {"a: b\r\n\techo\r\n", []string{"a"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			got, closed := targetsOf(c.text)
			if diff := cmp.Diff(c.want, got); diff != "" || closed != c.closed {
				t.Errorf("closed %v; targets (-want +got):\n%s", closed, diff)
			}
		})
	}
}
