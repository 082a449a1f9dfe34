package plan

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestNewcomer: what a careful newcomer takes and leaves, from sentences that
// say it in passing.
func TestNewcomer(t *testing.T) {
	for _, tc := range []struct {
		name, source string
		want         []string
	}{
		{"a wish that every reader here has", "## Install\n\nIf you are on Ubuntu you will also need this:\n\n    apt-get install r-base\n", []string{"+ apt-get install r-base"}},
		{"a further wish that names this system", "## Install\n\n    make install\n\nIf you want graphs on Ubuntu, install this:\n\n    apt-get install graphviz\n", []string{"+ make install", "- apt-get install graphviz"}},
		{"a container beside a part that ends like it", "# T\n\n## Install\n\n    npm ci\n\n## Web server and Docker\n\n    docker run -d redis:7\n    docker compose up web\n", []string{"+ npm ci", "+ docker run -d redis:7", "+ docker compose up web"}},
		{"the same run with further options", "## Install\n\n    make install\n\n## Run\n\n    ./tool serve\n\nWith colours:\n\n    ./tool serve --colour\n", []string{"+ make install", "+ ./tool serve", "- ./tool serve --colour"}},
		{"of two addresses the one without a key", "## Setup\n\n1. Using SSH do `git clone git@git.example.org:team/tool.git` or using https do `git clone https://git.example.org/team/tool.git`\n", []string{"- git clone git@git.example.org:team/tool.git", "+ git clone https://git.example.org/team/tool.git"}},
		{"for users of macOS alone", "# T\n\n## Install on macOS\n\n    brew install jq\n    pip install -r requirements.txt\n", []string{"- brew install jq", "+ pip install -r requirements.txt"}},
		{"for users of macOS beside others", "# T\n\n## Install on macOS\n\n    pip install -r mac.txt\n\n## Install on Linux\n\n    pip install -r requirements.txt\n", []string{"- pip install -r mac.txt", "+ pip install -r requirements.txt"}},
		{"how, in brackets, not whether", "## Install\n\n    dune build\n\nTo install it, run (as root, if your user lacks the rights)\n\n    dune install\n\nTo uninstall it, run\n\n    dune uninstall\n", []string{"+ dune build", "+ dune install", "- dune uninstall"}},
		{"what is deprecated", "# T\n\n## Option 1\n\n    docker compose up\n\n## Option 2\n\nThis method is deprecated as of spring.\n\n    npm install\n", []string{"+ docker compose up", "- npm install"}},
		{"you can of course also", "## Install\n\nInstall it with the Makefile:\n\n    make install\n\nYou can of course also run meson directly:\n\n    meson setup build\n    meson install -C build\n", []string{"+ make install", "- meson setup build", "- meson install -C build"}},
		{"an environment that nobody made", "## Install\n\n    make install\n\n## Saving versions\n\n    . env-4/bin/activate\n    npm install -g jade\n", []string{"+ make install", "- . env-4/bin/activate", "- npm install -g jade"}},
		{"a table of packages, and the build", "# T\n\n## Install\n\n| M | C |\n|---|---|\n| a | `brew install tool` |\n| b | `apt install tool` |\n| c | `pkg install tool` |\n| d | `cargo install tool` |\n\n### From source\n\n1. In the folder, run `cargo build --release`.\n", []string{"- brew install tool", "- apt install tool", "- pkg install tool", "- cargo install tool", "+ cargo build --release"}},
		{"a wish of readers elsewhere", "## Install\n\n    make install\n\nIf you are on Fedora you will also need this:\n\n    yum install R\n", []string{"+ make install", "- yum install R"}},
		{"for developers", "## Install\n\n    make install\n\nFor developers, this installs it in place:\n\n    make inplace\n", []string{"+ make install", "- make inplace"}},
		{"a wish that is told right there what to do", "## Run\n\nIf you want colours, add `--color`.\n\n    ./run.sh --fast\n", []string{"+ ./run.sh --fast"}},
		{"with an account", "## Install\n\n    make install\n\n## The cloud\n\nIf you have access to the cloud, log in.\n\nTell it where:\n\n    export REGION=x\n", []string{"+ make install", "- export REGION=x"}},
		{"data is updated, not the software", "## Install\n\n    make install\n\n## Updating data\n\n    python3 -m update_data\n", []string{"+ make install", "+ python3 -m update_data"}},
		{"a copy that is the reader's", "## Setup\n\n    git clone https://git.example.org/YOUR_USERNAME/REPO_NAME.git\n    cd REPO_NAME\n    make\n\n## Up with Docker and docker-compose\n\n    git clone https://git.example.org/YOUR_USERNAME/REPO_NAME.git\n    docker-compose up\n",
			[]string{"+ git clone https://git.example.org/YOUR_USERNAME/REPO_NAME.git", "+ cd REPO_NAME", "+ make", "- git clone https://git.example.org/YOUR_USERNAME/REPO_NAME.git", "- docker-compose up"}},
		{"what is needed runs in containers", "# T\n\n## 1. Dependencies (Docker)\n\n    docker-compose up -d\n\n## 2. Code\n\n    make swagger\n\n## 3. Run\n\n    go run main.go\n", []string{"+ docker-compose up -d", "+ make swagger", "+ go run main.go"}},
		{"or, in Portuguese", "## Rodar\n\n```bash\ngo run main.go\n```\n\nou\n\n```bash\ngo build -o api main.go\n./api\n```\n", []string{"+ go run main.go", "- go build -o api main.go", "- ./api"}},
		{"an aside for those who have another system", "## Install\n\nCreate the database (use Postgres.app if you're developing on OS X):\n\n    createdb x\n", []string{"+ createdb x"}},
		{"two programs of which one is needed", "## Needs\n\n- Node\n- npm or yarn\n\n## Install\n\n    npm ci\n", []string{"+ npm ci"}},
		{"services made ready, then started", "## Usage\n\nMake the database.\n\n    docker-compose up db-init\n\nStart all services:\n\n    docker-compose up\n\nTo clean up:\n\n    docker-compose down\n", []string{"+ docker-compose up db-init", "+ docker-compose up", "- docker-compose down"}},
		{"common commands", "## Run\n\n    docker compose up\n\nCommon commands:\n\n    docker compose exec db mysql -u root\n", []string{"+ docker compose up", "- docker compose exec db mysql -u root"}},
		{"a console", "## Run\n\n    docker compose up\n\nTo get a rails console, run:\n\n    docker compose run web rails c\n", []string{"+ docker compose up", "- docker compose run web rails c"}},
		{"a console that one makes", "## Run\n\nTo create the database, run:\n\n    createdb x\n", []string{"+ createdb x"}},
		{"folded parts that follow on one another", "# T\n\n## Install\n\n<details><summary>It may be packaged.</summary>\n\n    apt install tool\n\n</details>\n\n<details><summary>To build it you need some things.</summary>\n\n    apt install libacl1-dev\n\n</details>\n\n<details><summary>Once you have them, build it.</summary>\n\n    make\n\n</details>\n",
			[]string{"- apt install tool", "+ apt install libacl1-dev", "+ make"}},
		{"started under Developing alone", "# T\n\n### Installing\n\n    yarn\n\n### Developing\n\n    yarn dev\n", []string{"+ yarn", "+ yarn dev"}},
		{"started under Developing and elsewhere", "# T\n\n### Installing\n\n    yarn\n\n### Running\n\n    yarn start\n\n### Developing\n\n    yarn dev\n", []string{"+ yarn", "+ yarn start", "- yarn dev"}},
		{"help is not the main job", "## Install\n\n    make install\n\n## Usage\n\n#### Options\n\n    python sim.py --help\n\n#### First\n\n    python sim.py -v best\n\n#### Second\n\n    python sim.py -v worst\n", []string{"+ make install", "+ python sim.py --help", "+ python sim.py -v best", "- python sim.py -v worst"}},
		{"a program that nobody knows makes the database", "## Install\n\n    make install\n\nInitialize the database:\n\n```sh\ncreatedb pupa\npupa dbinit --all\n```\n\n## Run\n\n```sh\npupa update ab\n```\n", []string{"+ make install", "+ createdb pupa", "+ pupa dbinit --all", "+ pupa update ab"}},
		{"hooks are for those who commit", "## Setup\n\n    yarn install\n\nYou can install a pre-commit git hook.\nExecute `yarn githooks-install` to do so.\n", []string{"+ yarn install", "- yarn githooks-install"}},
		{"next time, in Portuguese", "## Rodar\n\n    docker compose up --build\n\nNas próximas vezes que for trabalhar, basta executar:\n\n    docker compose up -d\n", []string{"+ docker compose up --build", "- docker compose up -d"}},
		{"an extra of a server", "## Run\n\n    make serve\n\n### Enable HTTPS connections\n\n    pip3 install django-sslserver\n", []string{"+ make serve", "- pip3 install django-sslserver"}},
		{"options by letter", "## Install\n\n```bash\n# A) at every start:\nln -s a.plist ~/b\n# B) or, to run it now:\npostgres -D /var/x\n```\n", []string{"+ ln -s a.plist ~/b", "- postgres -D /var/x"}},
		{"a remover called by make", "## Install\n\n    make install\n\nTo completely remove all containers, run:\n\n    make clobber\n", []string{"+ make install", "- make clobber"}},
		{"what tests need", "## Install\n\n    npm ci\n\nYou will need to run `playwright install` to run tests locally.\n", []string{"+ npm ci", "- playwright install"}},
		{"a program that a sentence calls a command", "## Usage\n\nPass in a command like this:\n```\nelexmodel 2017 --office=G\n```\n", []string{"+ elexmodel 2017 --office=G"}},
		{"several programs named together", "## Usage\n\nTwo commands (`ambs`/`ambr`) are there.\n\n```\nambs keyword        // search 'keyword' from here.\n```\n", []string{"+ ambs keyword"}},
		{"the terminal, and the server behind a dash", "## Run\n\n1. In the terminal `docker-compose up db`\n2. Start the server - `grunt`\n", []string{"+ docker-compose up db", "+ grunt"}},
		{"the folder called like a program", "## Run\n\nEnter the `tool` folder, then run `make all`.\n", []string{"+ make all"}},
		{"a line of code below its words", "## Run\n\nVia the compose tool\n`docker-compose build web`\n\nIt should print\n`make done`\n", []string{"+ docker-compose build web"}},
		{"Russian, with the place", "## Запуск\n\n1. Выполнить в корне `docker-compose up`\n", []string{"+ docker-compose up"}},
		{"for whom, in front of an install", "## Needs\n\n1. Postgres:\n   - Homebrew ```brew install postgresql```\n", []string{"- brew install postgresql"}},
		{"in brackets, what is recommended", "## Install\n\n- We recommend a virtualenv (IE `mkvirtualenv x` by that tool).\n", []string{"+ mkvirtualenv x"}},
		{"a setting for the shell", "## Run\n\n1. Add `KEY` to your shell environment:\n   - `export KEY='VALUE'` in ~/.bashrc\n", []string{"+ export KEY='VALUE'"}},
		{"a version that one has", "## Install\n\nIf you have Go 1.16 or later, you can install it:\n\n    go install example.org/team/tool@latest\n", []string{"+ go install example.org/team/tool@latest"}},
		{"a prompt before a program that nobody knows", "## Install\n\n```sh\n> zork run tool -- -h\n```\n", []string{"+ zork run tool -- -h"}},
		{"a script behind what it does", "## Setup\n\n2. Set up the environment : `./bin/prepare_it.sh`\n", []string{"+ ./bin/prepare_it.sh"}},
		{"two commands in one sentence", "## Setup\n\nOnce installed run `nvm install 16` and `nvm use`.\n", []string{"+ nvm install 16", "+ nvm use"}},
		{"a heading that calls one thing optional", "# T\n\n## Docker is optional, skip it if you like\n\n1. Run `npm ci`.\n", []string{"+ npm ci"}},
		{"the checkout rather than what is published, although alternatively", "## Install\n\n    cargo install tool\n\nAlternatively, from the repository:\n\n    git clone https://git.example.org/team/tool.git\n    cargo install --path ./tool\n", []string{"- cargo install tool", "+ git clone https://git.example.org/team/tool.git", "+ cargo install --path ./tool"}},
		{"a use that goes on", "## Install\n\n    make install\n\n## Usage\n\n    tool one x.csv\n\nNext, you can run:\n\n    tool two x.csv\n", []string{"+ make install", "+ tool one x.csv", "+ tool two x.csv"}},
		{"a migration is written by who changes the tables", "## Run\n\n    npm start\n\n## Database\n\n    alembic revision -m x\n", []string{"+ npm start", "- alembic revision -m x"}},
		{"tests once the software has run", "## Setup\n\n    pip install -r requirements.txt\n\nRun it:\n\n    python main.py\n\nThen:\n\n    pytest\n", []string{"+ pip install -r requirements.txt", "+ python main.py", "- pytest"}},
		{"with the container and without", "# T\n\n## Usage\n\n**1. Using Docker**\n\nRun this:\n\n    docker run team/tool make all\n\n**2. Without using Docker**\n\nRun this:\n\n    make all\n", []string{"- docker run team/tool make all", "+ make all"}},
		{"a heading with brackets", "## Getting started (contributors only)\n\n1. Run `./scripts/firstTimeSetup.sh`.\n2. Run `npm run dev`.\n", []string{"+ ./scripts/firstTimeSetup.sh", "+ npm run dev"}},
		{"a synopsis in capitals", "## Usage\n\n    tool [ARGS] COLUMN[, COLUMN...] [limit N]\n", []string{"- tool [ARGS] COLUMN[, COLUMN...] [limit N]"}},
		{"a pipeline of numbered sections", "# T\n\n## How to run the pipeline\n\n### 1. Download\n\n    python src/download.py\n\n### 2. Clean\n\n    psql -f clean.sql\n\n### 3. Train\n\n    python src/train.py\n", []string{"+ python src/download.py", "+ psql -f clean.sql", "+ python src/train.py"}},
		{"a container between numbered sections", "# T\n\n## Start\n\n### 1. Install\n\n    pnpm ci\n\n### 2. Infrastructure\n\n    docker compose up -d\n\n### 3. Migrate\n\n    npx nx run database:migrate\n\n### 4. Run\n\n    pnpm start\n", []string{"+ pnpm ci", "+ docker compose up -d", "+ npx nx run database:migrate", "+ pnpm start"}},
		{"what only tests need", "## Build\n\nTo easily run the project tests you will need the following:\n\n* Karma\n  * npm install -g karma\n\nThen:\n\n    make\n", []string{"- npm install -g karma", "+ make"}},
		{"SQL behind a shell's prompt", "## Setup\n\n    $ createdb app\n    $ psql app\n    $ create user app with password 'x';\n    $ \\du\n    $ \\c app\n", []string{"+ createdb app", "+ psql app"}},
		{"comments between prompts", "## Setup\n\n    # make the database (once)\n    $ initdb db\n    # start server\n    $ pg_ctl -D db start\n", []string{"+ initdb db", "+ pg_ctl -D db start"}},
		{"the superuser between prompts", "## Setup\n\n    # apt install gcc\n    $ make\n    # make install\n", []string{"+ apt install gcc", "+ make", "+ make install"}},
		{"where, what, what for", "## Run\n\n1. from the server directory, `npm run migrate` to add the schema\n2. Next, `npm run seed` to create some data\n", []string{"+ npm run migrate", "+ npm run seed"}},
		{"installing and testing", "# T\n\n### Install and test prerequisites\n\n1. Pull the images:\n   `docker compose pull`\n", []string{"+ docker compose pull"}},
		{"help is got by using it", "# T\n\n## Install\n\n    make install\n\n## Getting help\n\n    tool --help\n", []string{"+ make install", "+ tool --help"}},
		{"a debugger", "# T\n\n## Install\n\n    make install\n\n## Running Debugger\n\n    npm run dev\n", []string{"+ make install", "- npm run dev"}},
		{"useful commands and tips, in French and Portuguese", "# T\n\n## Installation\n\n    make install\n    ./tool\n\n## Commandes utiles\n\n    ./tool --all\n\n## Dicas de execução\n\n    ./tool -s x\n", []string{"+ make install", "+ ./tool", "- ./tool --all", "- ./tool -s x"}},
		{"what another tool would improve", "## Install\n\nUsing Pypy can seriously boost performance. You can easily install it:\n\n    pyenv install pypy3.5\n\nThen:\n\n    pip install -e .\n", []string{"- pyenv install pypy3.5", "+ pip install -e ."}},
		{"what can be rebuilt, and changed", "## Build\n\n    make\n\nThe man page can be rebuilt with:\n\n    make man\n\nYou can change that behavior by options like these:\n\n    cmake .. -DBUILD_TESTS=ON\n", []string{"+ make", "- make man", "- cmake .. -DBUILD_TESTS=ON"}},
		{"a section about what can be enabled", "## Build\n\n    make\n\n### Using JIT\n\nTo speed it up, a compiler can be optionally enabled.\n\nInstall its library:\n\n    sudo apt-get install libluajit-5.1-dev\n", []string{"+ make", "- sudo apt-get install libluajit-5.1-dev"}},
		{"an occasion", "## Install\n\n    make install\n\n## Tasks\n\nIf this is a general election, import the candidates:\n\n    docker compose up -d db\n", []string{"+ make install", "- docker compose up -d db"}},
		{"the first time is this one", "## Run\n\nIf this is your first time, make the database:\n\n    createdb x\n", []string{"+ createdb x"}},
		{"the only use is an example", "# T\n\n## Install\n\n    pip install -e .\n\n## Data for one bill\n\nFor example, to get one:\n\n```sh\ntool-parse one.html\n```\n", []string{"+ pip install -e .", "+ tool-parse one.html"}},
		{"what can be run, with what", "## Start\n\n    npm ci\n\nNow, the project can be run locally with `npm run dev`\n", []string{"+ npm ci", "+ npm run dev"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, decisions(t, one(tc.source))); diff != "" {
				t.Errorf("plan (-want +got):\n%s", diff)
			}
		})
	}
}
