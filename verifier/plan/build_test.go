package plan

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

func one(source string) Input {
	return Input{Repository: "tool", URLs: []string{"https://git.example.org/team/tool.git"}, Documents: []Document{{Path: "README.md", Source: []byte(source)}}}
}

// decisions writes the steps of a plan as "+ command" and "- command".
func decisions(t *testing.T, in Input) []string {
	t.Helper()
	p, err := Build(in)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, s := range p.Steps {
		mark := "- "
		if s.Follow {
			mark = "+ "
		}
		out = append(out, mark+s.Command)
	}
	return out
}

func TestBuildDecides(t *testing.T) {
	for _, tc := range []struct {
		name, source string
		want         []string
	}{
		{"no commands at all", "# Tool\n\nIt does things.\n", nil},
		{"a sentence that brings the command behind a colon", "## Install\n\nStep 4: run this command: composer install\n", []string{"+ composer install"}},
		{"the same in Spanish", "## Instalación\n\nPaso 4: Ejecute el siguiente comando: composer install\n", []string{"+ composer install"}},
		{"a colon that brings no command", "## Install\n\nNote on the command: make sure that it ends.\n", nil},
		{"inline, asked for in Portuguese", "## Instalação\n\nExecute o comando `make deps` e depois `make`.\n", []string{"+ make deps"}},
		{"lines without markup, an address among them, below what was meant as a heading",
			"- a\n- b\n\n\n🚀 Getting Started\ngit clone https://git.example.org/other/thing.git\ncd thing\nflutter pub get\nflutter run\n",
			[]string{"+ git clone https://git.example.org/other/thing.git", "+ cd thing", "+ flutter pub get", "+ flutter run"}},
		{"lines of prose that open with a program's name", "make sure that it works\nfind out more about it\n", nil},
		{"inline, asked for in Chinese", "## 安装\n\n运行 `make deps`。\n", []string{"+ make deps"}},
		{"names of needs", "## Build\n\nIt requires:\n\n    autoconf\n    perl\n\nThen:\n\n    make\n", []string{"+ make"}},
		{"a version is no argument", "## Install\n\nYou need `node 14.x` and either `npm 7+` or yarn.\n\n```\nnode 14.x\nnpm 7+\n```\n\n    npm ci\n", []string{"+ npm ci"}},
		{"what points somewhere is shown", "## Use\n\n```\nscripts/a.sh -> b.R\n../src -> c.R\n```\n", nil},
		{"the software shown before it is installed", "# T\n\n## Getting started\n\n```sh\nzz foo\nzz bar\n```\n\n## Installation\n\n    make install\n", []string{"- zz bar", "+ make install", "+ zz foo"}},
		{"a script before the install is a step", "# T\n\n## Getting started\n\n```sh\nvendor/bootstrap.sh\n```\n\n## Installation\n\n    make install\n", []string{"+ vendor/bootstrap.sh", "+ make install"}},
		{"a server is started once", "## Setup\n\n    rails server\n\nNow you can start it:\n\n    rails server\n", []string{"+ rails server", "- rails server"}},
		{"in a new terminal one enters again", "## Setup\n\n    cd web\n    npm install\n\n## Run\n\n    cd web\n    npm start\n", []string{"+ cd web", "+ npm install", "+ cd web", "+ npm start"}},
		{"built again at length", "# T\n\n## For the impatient\n\n    make\n\n## Compilation\n\n    ./configure\n    make\n", []string{"+ make", "- ./configure", "- make"}},
		{"the same with other options, elsewhere", "## Build\n\n    cd lib\n    cmake .\n    cd ../app\n    cmake -DLIB=../lib .\n", []string{"+ cd lib", "+ cmake .", "+ cd ../app", "+ cmake -DLIB=../lib ."}},
		{"the same with other options, here", "## Install\n\n    cd tool && python setup.py install\n\nFor one user:\n\n    python setup.py install --user\n", []string{"+ cd tool && python setup.py install", "- python setup.py install --user"}},
		{"dependencies first, then the container that runs it", "# T\n\n## Setup\n\n### Dependencies\n\n    uv sync\n\n### Docker setup\n\n    docker compose build\n    docker compose run web\n", []string{"+ uv sync", "+ docker compose build", "+ docker compose run web"}},
		{"a comment on what is commented out", "## Install\n\n```\n# The following is optional:\n#   autoconf && ./configure\nmake\n```\n", []string{"+ make"}},
		{"a wish for a shell", "## Run\n\n    make serve\n\nIf you want to run the bash shell in the container, run:\n\n    make container\n", []string{"+ make serve", "- make container"}},
		{"an example for some", "## Setup\n\nLog in. For example, when using SSO, run:\n\n    aws sso login --profile x\n\nThen:\n\n    make\n", []string{"- aws sso login --profile x", "+ make"}},
		{"other files are variants of one use", "## Install\n\n    make install\n\n## Usage\n\n    $ tool\n    $ tool one.c\n    $ tool one.c two.c\n    $ tool -h\n", []string{"+ make install", "+ tool", "- tool one.c", "- tool one.c two.c", "+ tool -h"}},
		{"subcommands are one use", "## Install\n\n    make install\n\n## Usage\n\n    $ tool init\n    $ tool run\n", []string{"+ make install", "+ tool init", "+ tool run"}},
		{"activation where Windows has it", "## Install\n\n    python -m venv env\n\nOn Linux `source env/bin/activate`, else run `source env/Scripts/activate`.\n", []string{"+ python -m venv env", "- source env/Scripts/activate"}},
		{"the superuser's prompt before all, one of them unknown", "## Install\n\n    # apt install tool\n    # dnf install tool\n    # apk add tool\n    # brew install tool\n    # setup-x86.exe -q tool\n", []string{"+ apt install tool", "- dnf install tool", "- apk add tool", "- brew install tool", "- setup-x86.exe -q tool"}},
		{"remotes belong to the clone", "## Getting started\n\n    git clone https://git.example.org/me/tool.git\n    cd tool\n    git remote add upstream https://git.example.org/team/tool.git\n    git fetch upstream\n", []string{"+ git clone https://git.example.org/me/tool.git", "+ cd tool", "+ git remote add upstream https://git.example.org/team/tool.git", "+ git fetch upstream"}},
		{"packages by other names", "## Installing\n\n    brew install the_tool\n\n    apt-get install tool-ag\n\n    pacman -S the_tool\n\n    dnf install tool\n\n## Building\n\n    ./build.sh\n    sudo make install\n", []string{"- brew install the_tool", "- apt-get install tool-ag", "- pacman -S the_tool", "- dnf install tool", "+ ./build.sh", "+ sudo make install"}},
		{"needs on many systems are no packages of the project", "## Prerequisites\n\n    brew install cmake\n\n    apt-get install cmake\n\n    pacman -S cmake\n\n    dnf install cmake\n\n## Building\n\n    make\n", []string{"- brew install cmake", "+ apt-get install cmake", "- pacman -S cmake", "- dnf install cmake", "+ make"}},
		{"a set-up for contributors where there is no other", "# T\n\n## Contributing\n\n### Setup\n\n    make setup\n    make serve\n\n### Linting\n\n    make lint\n", []string{"+ make setup", "+ make serve", "- make lint"}},
		{"a set-up for contributors beside one for all", "# T\n\n## Install\n\n    make install\n\n## Contributing\n\n### Setup\n\n    make setup\n", []string{"+ make install", "- make setup"}},
		{"whenever something changes", "## Setup\n\n    make\n\nWhenever a dependency is added, somebody must rebuild. To do so, run:\n\n    make rebuild\n", []string{"+ make", "- make rebuild"}},
		{"a new terminal is no change", "## Setup\n\n    python -m venv env\n\nWhenever you want to use it, run:\n\n    source env/bin/activate\n", []string{"+ python -m venv env", "+ source env/bin/activate"}},
		{"out of a shell again", "## Setup\n\n    sudo su - postgres\n    createuser tool\n    exit\n    make\n", []string{"+ sudo su - postgres", "+ createuser tool", "+ exit", "+ make"}},
		{"a program among commands that nobody knows", "## Setup\n\n```\nmake\nconvertfoo run.sh\n```\n", []string{"+ make", "+ convertfoo run.sh"}},
		{"what an editor is given", "## Setup\n\n```\ncd conf\nnano keys.json\n\n# Then put this into the file\n\n{\n\"user\": \"x\"\n}\n```\n", []string{"+ cd conf", "+ nano keys.json"}},
		{"a table of packages beside a build", "## Install\n\n    make install\n\n| system | command |\n|---|---|\n| Debian | `apt install tool` |\n| Arch | `pacman -S tool` |\n", []string{"+ make install", "- apt install tool", "- pacman -S tool"}},
		{"a table of packages alone", "## Install\n\n| system | command |\n|---|---|\n| Arch | `pacman -S tool` |\n| Debian | `apt install tool` |\n", []string{"- pacman -S tool", "+ apt install tool"}},
		{"a table of needs", "## Build\n\n| system | command |\n|---|---|\n| Fedora | `dnf install gcc zlib-devel` |\n| Debian | `apt install gcc zlib1g-dev` |\n\nThen:\n\n    ./configure\n    make\n", []string{"- dnf install gcc zlib-devel", "+ apt install gcc zlib1g-dev", "+ ./configure", "+ make"}},
		{"a release fetched in one line", "## Install\n\n### Manually\n\n```\nwget https://git.example.org/team/tool/releases/tool.gz && gunzip tool.gz && sudo mv tool /usr/local/bin/\n```\n\n## Usage\n\n    tool -h\n", []string{"+ wget https://git.example.org/team/tool/releases/tool.gz && gunzip tool.gz && sudo mv tool /usr/local/bin/", "+ tool -h"}},
		{"the clone serves all ways", "# T\n\n## Fork and clone\n\n    git clone https://git.example.org/team/tool && cd tool\n\n## Docker setup (recommended, especially for Windows users)\n\n    script/bootstrap\n\n## Local setup\n\n    make setup\n    rails server\n", []string{"+ git clone https://git.example.org/team/tool && cd tool", "+ script/bootstrap", "- make setup", "- rails server"}},
		{"a clone when all is installed", "# T\n\n## Building\n\n    ./configure\n    make install\n\n## Repository\n\n    git clone https://git.example.org/team/tool\n", []string{"+ ./configure", "+ make install", "- git clone https://git.example.org/team/tool"}},
		{"a list for another system", "## Install\n\n1. If you are running Windows, run the following commands:\n   1. `pip install win/a.whl`\n   2. `pip install win/b.whl`\n2. Run the following:\n   1. For Linux, run `make`\n   2. For Windows, run `py build.py`\n", []string{"- pip install win/a.whl", "- pip install win/b.whl", "+ make", "- py build.py"}},
		{"a terminal named as an example", "## Install\n\ne.g. in a macOS terminal:\n\n    git clone https://git.example.org/team/tool\n", []string{"+ git clone https://git.example.org/team/tool"}},
		{"a pattern for any package", "## Setup\n\n    npm install\n\nInstall further ones with:\n\n    npm install --save <pkg-name>\n", []string{"+ npm install", "- npm install --save <pkg-name>"}},
		{"enter each folder", "## Setup\n\n- `cd client` and run `npm install`\n- `cd ../server` and run `npm install`\n", []string{"+ cd client", "+ npm install", "+ cd ../server", "+ npm install"}},
		{"start and stop", "## Run\n\nRun `make new`. Start and stop it with `make up` and `make down`.\n", []string{"+ make new", "- make up", "- make down"}},
		{"printed by running", "## Run\n\nPrint the map directly by running:\n\n    $ tool\n", []string{"+ tool"}},
		{"a table that is printed", "## Run\n\n```bash\ndocker container ls\nCONTAINER ID   IMAGE   COMMAND\nc0cf     tool-api   \"/bin/sh\"\n5e6f     postgres   \"entry\"\n```\n", []string{"- docker container ls"}},
		{"a library whose development chapter clones", "# T\n\n## Install\n\n    pip install tool\n\n## Usage\n\n    $ tool --help\n\n## Development\n\n    git clone https://git.example.org/team/tool\n    cd tool\n    pip install -e .\n", []string{"+ pip install tool", "+ tool --help", "- git clone https://git.example.org/team/tool", "- cd tool", "- pip install -e ."}},
		{"copying an example file is no content", "## Setup\n\nCopy the example env file and make the changes in the .env file\n\n    cp .env.example .env\n\nThen:\n\n    npm ci\n", []string{"+ cp .env.example .env", "+ npm ci"}},
		{"never, however it is written", "## Setup\n\n```sh\nrm -Rf ~/.config/tool && make install\nbash -c 'rm -rf ~/x'\nssh root@host.example reboot\ngit -C . push origin main\ngit clean -x -d -f\ncurl -X DELETE https://api.host.example/x\nmake\n```\n", []string{"- rm -Rf ~/.config/tool && make install", "- bash -c 'rm -rf ~/x'", "- ssh root@host.example reboot", "- git -C . push origin main", "- git clean -x -d -f", "- curl -X DELETE https://api.host.example/x", "+ make"}},
		{"never, whatever the document says of it", "## Setup\n\n<!-- freshinstall: follow -->\n```sh\ngit push origin main\nmake lint\n```\n", []string{"- git push origin main", "+ make lint"}},
		{"for those who cloned otherwise", "## Setup\n\n    git clone --recursive https://git.example.org/team/tool\n\nIf you already cloned without `--recursive`:\n\n    git submodule update --init\n\nThen:\n\n    make\n", []string{"+ git clone --recursive https://git.example.org/team/tool", "- git submodule update --init", "+ make"}},
		{"for those who lack what was just installed", "## Setup\n\n    pip install poetry\n    poetry install\n\nIf you don't have poetry, use pip:\n\n    pip install -r requirements.txt\n", []string{"+ pip install poetry", "+ poetry install", "- pip install -r requirements.txt"}},
		{"a variant of a build is a variant to its end", "## Build\n\n    ./configure\n    make\n\nFor ARM:\n\n    ./configure --host=arm\n    make\n", []string{"+ ./configure", "+ make", "- ./configure --host=arm", "- make"}},
		{"title alone says install", "# How to install tool\n\n    make\n", []string{"+ make"}},
		{"optional part by its heading", "# T\n\n## Install\n\n    make\n\n### Man pages (optional)\n\n    make x-pages\n", []string{"+ make", "- make x-pages"}},
		{"optional but recommended is followed", "## Setup\n\nSeed it (optional but recommended):\n\n    make seed\n", []string{"+ make seed"}},
		{"chapter on upgrading", "## Install\n\n    make\n\n## Upgrading\n\n    make x\n", []string{"+ make", "- make x"}},
		{"tests among the steps of the install", "## Install\n\n1. `make`\n2. `make check`\n", []string{"+ make", "+ make check"}},
		{"tests in a chapter of their own", "## Install\n\n    make\n\n## Running the tests\n\n    make check\n", []string{"+ make", "- make check"}},
		{"what only changes how it is set up", "## Install\n\n    make\n\nTo change the folder, run:\n\n    make where PREFIX=/x\n", []string{"+ make", "- make where PREFIX=/x"}},
		{"a wish that every reader has", "## Start\n\nIf you want to run it locally:\n\n    npm start\n", []string{"+ npm start"}},
		{"a section for readers with a further wish", "## Install\n\n    make\n\n### Notebooks\n\nIf you would like to have notebooks, some more is needed.\n\nThen:\n\n    pip install jupyter\n", []string{"+ make", "- pip install jupyter"}},
		{"absence holds on a fresh machine", "## Install\n\nIf you don't have cmake:\n\n    apt-get install cmake\n", []string{"+ apt-get install cmake"}},
		{"an illustration in a sentence", "## Modules\n\nFor instance, you can run `pip install tool[x]`.\n", []string{"- pip install tool[x]"}},
		{"another way in the same sentence", "## Install\n\nInstall it by hand or using the manager with `brew install tool`.\n", []string{"- brew install tool"}},
		{"documentation is an extra", "## Install\n\n    make\n    make install-doc\n", []string{"+ make", "- make install-doc"}},
		{"a server that is stopped", "## Run\n\n    make serve\n\nTo stop it:\n\n    docker compose stop\n", []string{"+ make serve", "- docker compose stop"}},
		{"a database is a part, no way", "## Setup\n\n    docker run -d postgres:14\n    pip install -r requirements.txt\n    python app.py\n", []string{"+ docker run -d postgres:14", "+ pip install -r requirements.txt", "+ python app.py"}},
		{"everything by containers", "## Setup\n\n    docker compose build\n    docker compose up\n", []string{"+ docker compose build", "+ docker compose up"}},
		{"a second clone begins anew", "## Quick\n\n    git clone https://git.example.org/team/tool\n    cd tool && make\n\n## By hand\n\n    git clone https://git.example.org/team/tool\n    cc x.c\n",
			[]string{"+ git clone https://git.example.org/team/tool", "+ cd tool && make", "- git clone https://git.example.org/team/tool", "- cc x.c"}},
		{"another repository is a prerequisite", "## Build\n\n    git clone https://git.example.org/x/lib\n    cd lib\n    make\n", []string{"+ git clone https://git.example.org/x/lib", "+ cd lib", "+ make"}},
		{"tabs by manager", "## Install\n\n<details><summary>npm</summary>\n\n    npm install tool\n\n</details>\n<details><summary>yarn</summary>\n\n    yarn add tool\n\n</details>\n", []string{"+ npm install tool", "- yarn add tool"}},
		{"items by method", "## Install\n\n- pip: `pip install tool`\n- conda: `conda install tool`\n", []string{"+ pip install tool", "- conda install tool"}},
		{"options told apart by a recommending comment", "## Install\n\n```sh\n# with pip\npip install tool\n\n# with pipx (recommended)\npipx install tool\n```\n", []string{"- pip install tool", "+ pipx install tool"}},
		{"numbered headings are steps", "## Step 1: with npm\n\n    npm install\n\n## Step 2: with docker\n\n    docker compose up -d db\n", []string{"+ npm install", "+ docker compose up -d db"}},
		{"front and back end are both wanted", "## Setup\n\n### Using pip\n\n    pip install -r r.txt\n\n### Using npm\n\n    npm install\n", []string{"+ pip install -r r.txt", "+ npm install"}},
		{"a later chapter adds an account", "## Run\n\n    make serve\n\n## Become an admin\n\n    rake admin\n", []string{"+ make serve", "- rake admin"}},
		{"a summary before the clone", "- run `cargo run`\n\n## Build\n\n    git clone https://git.example.org/team/tool\n    cd tool\n    cargo run\n", []string{"- cargo run", "+ git clone https://git.example.org/team/tool", "+ cd tool", "+ cargo run"}},
		{"typed before", "## Setup\n\n    make seed\n\n## More\n\nRun `make seed` again.\n", []string{"+ make seed", "- make seed"}},
		{"shown output of a session among the examples", "## Install\n\n    make\n\n## Intro\n\n```\n$ echo a | cut -c 1\na\n```\n", []string{"+ make", "- echo a | cut -c 1"}},
		{"a remark on what others type instead", "## Install\n\n    source env/bin/activate  # On Windows: env\\Scripts\\activate\n", []string{"+ source env/bin/activate"}},
		{"a remark on whom it is for", "## Install\n\n    $ apt-get install tool (Debian, Ubuntu)\n    $ frob install tool (macOS)\n", []string{"+ apt-get install tool", "- frob install tool"}},
		{"scripts listed with a heading each", "## Available Scripts\n\n### `npm start`\n\nRuns it.\n\n### `npm test`\n\n### `npm run build`\n\n### `npm run eject`\n", []string{"+ npm start", "- npm test", "- npm run build", "- npm run eject"}},
		{"author's directive", "## Install\n\n<!-- freshinstall: skip -->\n\n    make\n", []string{"- make"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, decisions(t, one(tc.source))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestStart(t *testing.T) {
	for _, tc := range []struct {
		name, source string
		want         verifier.Start
	}{
		{"a clone is followed", "    git clone https://git.example.org/team/tool\n    cd tool\n    make\n", verifier.StartHome},
		{"a fork is cloned", "    git clone git@git.example.org:somebody/tool.git\n", verifier.StartHome},
		{"another repository of the same owner", "    git clone https://git.example.org/team/tool-models\n", verifier.StartInside},
		{"the folder is entered without a clone", "    cd tool\n    make\n", verifier.StartBeside},
		{"a placeholder for the folder", "1. `cd [project-name]`\n2. `make`\n", verifier.StartBeside},
		{"neither", "    make\n", verifier.StartInside},
		{"a clone that is left", "## Deployment\n\n    git clone https://git.example.org/team/tool\n\n## Setup\n\n    make\n", verifier.StartInside},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p, err := Build(one("# Tool\n\n## Install\n\n" + tc.source))
			if err != nil {
				t.Fatal(err)
			}
			if p.Start != tc.want {
				t.Errorf("start %s, want %s", p.Start, tc.want)
			}
		})
	}
}

func TestAFolderOfTheProjectsNameIsNotTheCheckout(t *testing.T) {
	in := one("## Install\n\n    cd tool\n    make\n")
	in.Files = []string{"tool/main.c", "README.md"}
	p, err := Build(in)
	if err != nil {
		t.Fatal(err)
	}
	if p.Start != verifier.StartInside {
		t.Errorf("start %s", p.Start)
	}
}

func TestSelfCloneSpellings(t *testing.T) {
	id := newIdentity(Input{Repository: "land-use-data", URLs: []string{"git@git.example.org:Team/Land-Use-Data.git"}})
	for url, want := range map[string]bool{
		"https://git.example.org/team/land-use-data":              true,
		"ssh://git@git.example.org/team/land-use-data.git":        true,
		"https://other.example.org/x/land-use-data/":              true,
		"https://git.example.org/team/land_use_data_and_analysis": true,
		"https://git.example.org/x/land_use_data_and_analysis":    false,
		"https://git.example.org/team/sea":                        false,
	} {
		if got := id.is(url); got != want {
			t.Errorf("%s: %v, want %v", url, got, want)
		}
	}
}

func TestCorrections(t *testing.T) {
	const source = "## Install\n\n    make  all\n    make install\n\n## Deployment\n\n    make ship\n"
	for _, tc := range []struct {
		name string
		k    Correction
		want []string
	}{
		{"by text, white space folded", Correction{Match: "make all", Follow: false}, []string{"- make  all", "+ make install", "- make ship"}},
		{"by line", Correction{Line: 4, Follow: false, Why: "x"}, []string{"+ make  all", "- make install", "- make ship"}},
		{"by the beginning", Correction{Match: "make in…"}, []string{"+ make  all", "- make install", "- make ship"}},
		{"by the end", Correction{Match: "…ship", Follow: true}, []string{"+ make  all", "+ make install", "+ make ship"}},
		{"by a part", Correction{Match: "…a…", Follow: false}, []string{"- make  all", "- make install", "- make ship"}},
		{"of another document", Correction{Match: "make all", Document: "INSTALL"}, []string{"+ make  all", "+ make install", "- make ship"}},
		{"nothing matches", Correction{Match: "make"}, []string{"+ make  all", "+ make install", "- make ship"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			in := one(source)
			in.Corrections = []Correction{tc.k}
			if diff := cmp.Diff(tc.want, decisions(t, in)); diff != "" {
				t.Error(diff)
			}
		})
	}
	in := one(source)
	in.Corrections = []Correction{{Match: "make ship", Follow: true, Why: "it is harmless"}, {Line: 3, Follow: false}}
	p, err := Build(in)
	if err != nil {
		t.Fatal(err)
	}
	if p.Steps[2].Reason != "it is harmless" || p.Steps[0].Reason != "as declared" {
		t.Errorf("reasons %q, %q", p.Steps[2].Reason, p.Steps[0].Reason)
	}
}

func TestBuildRefusesInputThatMakesNoSense(t *testing.T) {
	many := one("```sh\n" + strings.Repeat("make\n", maxCommands+1) + "```\n")
	for _, tc := range []struct {
		name string
		in   Input
		want string
	}{
		{"no documents", Input{Repository: "tool"}, "plan tool: no documents"},
		{"empty correction", Input{Repository: "tool", Documents: []Document{{Path: "README"}}, Corrections: []Correction{{Why: "x"}}}, "plan tool: correction 1: neither text nor line"},
		{"too many commands", many, "plan tool: README.md: more than 2000 commands"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := Build(tc.in)
			if err == nil || !strings.HasPrefix(err.Error(), tc.want) {
				t.Errorf("error %v, want %q", err, tc.want)
			}
		})
	}
}

// A tracked program is asked for by its path, without any ending.
func TestTrackedProgramsInRunningText(t *testing.T) {
	in := one("## Setup\n\nRun `bin/setup` to install everything. Then run `script/server`. See `lib/tool`.\n")
	in.Files = []string{"bin/setup", "script/server", "lib/tool"}
	if diff := cmp.Diff([]string{"+ bin/setup", "+ script/server"}, decisions(t, in)); diff != "" {
		t.Error(diff)
	}
}

func TestValuesNameWhatIsMissing(t *testing.T) {
	in := one("## Install\n\n    tool --key <api-key> --in path/to/x\n")
	in.Values = map[string]string{"api-key": "1"}
	p, err := Build(in)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := p.Steps[0].Reason, "needs a value for path/to/x"; got != want {
		t.Errorf("reason %q, want %q", got, want)
	}
}

func TestFill(t *testing.T) {
	values := map[string]string{"<your-key>": "k", "TOKEN": "t", "TOKEN_2": "{your-key}", "name": "n"}
	for _, tc := range []struct{ name, command, want, used string }{
		{"in angle brackets", "x --key=<your-key>", "x --key=k", "[<your-key>]"},
		{"in braces", "x {{ name }} {name}", "x n n", "[name]"},
		{"bare", "x TOKEN", "x t", "[TOKEN]"},
		{"a longer name is another one", "x MY_TOKEN TOKEN_2", "x MY_TOKEN {your-key}", "[TOKEN_2]"},
		{"none", "make", "make", "[]"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, used := Fill(tc.command, values)
			if got != tc.want || fmt.Sprint(used) != tc.used {
				t.Errorf("%q with %v, want %q with %s", got, used, tc.want, tc.used)
			}
		})
	}
	if got, _ := Fill("x", nil); got != "x" {
		t.Errorf("%q", got)
	}
}

func TestPlanIsTheSameEveryTime(t *testing.T) {
	in := one("## Install\n\n- pip: `pip install tool`\n- conda: `conda install tool`\n\n    make\n")
	in.Files = []string{"bin/a", "bin/b", "cmd/c/main.go"}
	first, err := Build(in)
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		again, err := Build(in)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(first, again); diff != "" {
			t.Fatal(diff)
		}
	}
}
