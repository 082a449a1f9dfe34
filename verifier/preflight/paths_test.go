package preflight

import (
	"testing"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/google/go-cmp/cmp"
)

func TestMissingFiles(t *testing.T) {
	try(t, map[string]situation{
		"a letter is missing": {files: trackedFiles("requirements.txt"), steps: []string{"pip install -r requirement.txt"},
			want: []string{"B01! requirement.txt -> pip install -r requirements.txt"}},
		"the ending is missing": {files: trackedFiles("requirements.txt"), steps: []string{"pip install -r requirements"},
			want: []string{"B01! requirements -> pip install -r requirements.txt"}},
		"another case": {files: trackedFiles("Setup.sh"), steps: []string{"bash setup.sh"},
			want: []string{"B01! setup.sh -> bash Setup.sh"}},
		"another name of an example": {files: trackedFiles(".env.sample"), steps: []string{"cp .env.example .env"},
			want: []string{"B01! .env.example -> cp .env.sample .env"}},
		"requirements moved into a folder": {files: trackedFiles("requirements/base.txt"), steps: []string{"python3 -m pip install -r requirements.txt"},
			want: []string{"B01! requirements.txt -> python3 -m pip install -r requirements/base.txt"}},
		"a script that is nowhere": {files: trackedFiles("README.md"), steps: []string{"./install.sh"},
			want: []string{"B01! ./install.sh -> none"}},
		"a script with a near name": {files: trackedFiles("scripts/setup-db.sh"), steps: []string{"./scripts/setup_db.sh"},
			want: []string{"B01! ./scripts/setup_db.sh -> ./scripts/setup-db.sh"}},
		"the program of a Python project": {files: trackedFiles("main.py"), steps: []string{"python app.py"},
			want: []string{"B01! app.py -> none"}},
		"a conda description with the other ending": {files: trackedFiles("environment.yaml"), steps: []string{"conda env create -f environment.yml"},
			want: []string{"B01! environment.yml -> conda env create -f environment.yaml"}},
		"a Dockerfile with another name": {files: trackedFiles("Dockerfile.dev"), steps: []string{"docker build -f Dockerfile.develop -t app ."},
			want: []string{"B01! Dockerfile.develop -> none"}},
		"a compose file": {files: trackedFiles("docker-compose.dev.yml"), steps: []string{"docker-compose -f docker-compose.dev.yaml up -d"},
			want: []string{"B01! docker-compose.dev.yaml -> docker-compose -f docker-compose.dev.yml up -d"}},
		"through poetry": {files: trackedFiles("manage.py"), steps: []string{"poetry run python mange.py migrate"},
			want: []string{"B01! mange.py -> poetry run python manage.py migrate"}},
		"Laravel without its tool": {files: trackedFiles("composer.json"), steps: []string{"php artisan migrate"},
			want: []string{"B01! artisan -> none"}},
		"a wrapper that was not committed": {files: trackedFiles("build.gradle"), steps: []string{"./gradlew build"},
			want: []string{"B01! ./gradlew -> gradle build"}},
		"a space for a dot": {files: trackedFiles("start.sh"), steps: []string{"./start sh"},
			want: []string{"B01! ./start -> ./start.sh"}},
		"said once": {files: trackedFiles("README.md"), steps: []string{"bash run.sh", "bash run.sh"},
			want: []string{"B01! run.sh -> none"}},
		"in the folder gone into": {files: trackedFiles("web/start.py"), steps: []string{"cd web", "python strat.py"},
			want: []string{"B01! strat.py -> python start.py"}},
	})
}

func TestFilesThatMayBeThere(t *testing.T) {
	try(t, map[string]situation{
		"it is there":                    {files: trackedFiles("run.sh"), steps: []string{"bash run.sh", "./run.sh", "sh ./run.sh -x"}},
		"a step copies it":               {files: trackedFiles("example.sh"), steps: []string{"cp example.sh run.sh", "bash run.sh"}},
		"a step copies it into a folder": {files: trackedFiles("conf/run.sh"), steps: []string{"mkdir here", "cp conf/run.sh here/", "bash here/run.sh"}},
		"a step downloads it":            {files: trackedFiles("README.md"), steps: []string{"wget https://example.org/get-pip.py", "python get-pip.py"}},
		"a download is renamed":          {files: trackedFiles("README.md"), steps: []string{"curl -L https://example.org/x -o setup.sh", "bash setup.sh"}},
		"a step writes it":               {files: trackedFiles("README.md"), steps: []string{"echo 'echo hi' > run.sh", "bash run.sh"}},
		"the editor makes it":            {files: trackedFiles("README.md"), steps: []string{"nano run.sh", "bash run.sh"}},
		"an archive may hold it":         {files: trackedFiles("README.md"), steps: []string{"tar xzf release.tar.gz", "cd release", "./install.sh"}},
		"another repository is cloned":   {files: trackedFiles("README.md"), steps: []string{"git clone https://example.org/tools.git", "cd tools", "./install.sh", "make all"}},
		"a build may make it":            {files: trackedFiles("Makefile"), steps: []string{"make", "./run.sh"}},
		"a script may make it":           {files: trackedFiles("setup.py"), steps: []string{"python setup.py build", "bash build.sh"}},
		"the product of a build":         {files: trackedFiles("main.c"), steps: []string{"./main"}},
		"settings of one's own":          {files: trackedFiles(".env.example"), steps: []string{"source .env", "cp config.json /etc/app/"}},
		"what the repository ignores":    {files: map[string]string{".gitignore": "/local_run.sh\n"}, steps: []string{"bash local_run.sh"}},
		"a variable":                     {files: trackedFiles("README.md"), steps: []string{"bash $SCRIPT.sh", "python ${APP}/run.py", "bash `pwd`/x.sh"}},
		"a pattern":                      {files: trackedFiles("README.md"), steps: []string{"bash *.sh", "python tool?.py"}},
		"a placeholder":                  {files: trackedFiles("README.md"), steps: []string{"python <script>.py", "python path/to/script.py", "python your_script.py"}},
		"an absolute path":               {files: trackedFiles("README.md"), steps: []string{"bash /opt/app/run.sh", "bash ~/run.sh"}},
		"an address": {files: trackedFiles("README.md"),
			steps: []string{"pip install -r https://example.org/requirements.txt", "bash <(curl -s https://example.org/i.sh)"}},
		"a module":                           {files: trackedFiles("README.md"), steps: []string{"python -m app.main", "python -c 'import app.py'", "python3 --version"}},
		"node finds it without its ending":   {files: trackedFiles("src/cli.js", "lib/index.js"), steps: []string{"node src/cli --help", "node lib"}},
		"either of two":                      {files: trackedFiles("README.md"), steps: []string{"bash a.sh || bash b.sh"}},
		"only where it is there":             {files: trackedFiles("README.md"), steps: []string{"if [ -f run.sh ]; then bash run.sh; fi"}},
		"below a submodule":                  {files: trackedFiles("README.md"), modules: []string{"lib/tool"}, steps: []string{"bash lib/tool/build.sh"}},
		"below a link":                       {files: trackedFiles("latest"), steps: []string{"bash latest/run.sh"}},
		"in a container":                     {files: trackedFiles("docker-compose.yml"), steps: []string{"docker-compose exec web python manage.py migrate", "docker exec -it app bash", "python app.py"}},
		"on another machine":                 {files: trackedFiles("README.md"), steps: []string{"ssh server", "bash run.sh"}},
		"an option that is not known":        {files: trackedFiles("README.md"), steps: []string{"node --strange value.js app.js"}},
		"another branch":                     {files: trackedFiles("README.md"), steps: []string{"git checkout develop", "bash run.sh"}},
		"a release has it":                   {files: trackedFiles("configure.ac", "Makefile.am"), steps: []string{"./configure", "make", "make install"}},
		"a setting for a program is its own": {files: trackedFiles("app.py"), steps: []string{"FLASK_APP=app.py flask run"}},
		"installed programs":                 {files: trackedFiles("package.json"), steps: []string{"npm install", "./node_modules/.bin/gulp", "vendor/bin/phpunit"}},
		"a configuration that people adapt":  {files: trackedFiles("README.md"), steps: []string{"mv settings_local.py app/", "python app.py --config my.yml || true"}},
		"the document's own folder is meant": {files: trackedFiles("README.md", "docs/run.sh"), steps: []string{"bash docs/run.sh"}},
		"an installer of a distribution": {files: trackedFiles("README.md"),
			steps: []string{"bash Miniconda3-latest-Linux-x86_64.sh", "python get-pip.py", "php composer-setup.php"}},
		"commands of a language are no scripts": {files: trackedFiles("README.md"), steps: []string{"ruby -e 'puts 1'", "perl -v", "php -S localhost:80", "node -v"}},
	})
}

func TestDocumentInAFolderOfItsOwn(t *testing.T) {
	s := situation{files: trackedFiles("web/README.md", "web/package.json", "web/run.sh"), steps: []string{"bash run.sh", "npm install"}}
	p := s.plan()
	for i := range p.Steps {
		p.Steps[i].Document = "web/README.md"
	}
	if got := inShort(Check(p, s.tree())); got != nil {
		t.Errorf("found %v", got)
	}
}

func TestFolders(t *testing.T) {
	try(t, map[string]situation{
		"nearly the name": {files: trackedFiles("frontend/package.json", "run.sh"), steps: []string{"bash ./run.sh", "cd front-end"},
			want: []string{"B02? front-end -> cd frontend"}},
		"another case": {files: trackedFiles("Server/app.py"), steps: []string{"cd server", "pip list"},
			want: []string{"B02! server -> cd Server"}},
		"nothing like it": {files: trackedFiles("README.md"), steps: []string{"cd backend"},
			want: []string{"B02? backend -> none"}},
		"another folder than the clone's": {start: verifier.StartHome, files: trackedFiles("app.py"), steps: []string{"git clone https://example.org/x/app.git", "cd application", "python app.py"},
			want: []string{"B02! application -> cd app"}},
		"the clone's folder in another case": {start: verifier.StartHome, files: trackedFiles("app.py"), steps: []string{"git clone https://example.org/x/App.git", "cd app", "python app.py"},
			want: []string{"B02! app -> cd App"}},
	})
	try(t, map[string]situation{
		"there":                       {files: trackedFiles("web/src/a.js"), steps: []string{"cd web", "cd src/", "cd ../..", "cd web/src"}},
		"made":                        {files: trackedFiles("CMakeLists.txt"), steps: []string{"mkdir -p build/debug", "cd build/debug", "cmake ../.."}},
		"made and entered at once":    {files: trackedFiles("CMakeLists.txt"), steps: []string{"mkdir build && cd build", "cmake ..", "make", "./app"}},
		"the clone's folder":          {start: verifier.StartHome, files: trackedFiles("app.py"), steps: []string{"git clone https://example.org/x/app.git", "cd app", "python app.py"}},
		"a folder named to the clone": {start: verifier.StartHome, files: trackedFiles("app.py"), steps: []string{"git clone https://example.org/x/app.git tool", "cd tool", "python app.py"}},
		"a former name":               {start: verifier.StartHome, files: trackedFiles("a/b.py"), steps: []string{"git clone git@example.org:x/app-old.git", "cd app-old", "cd a", "python b.py"}},
		"all in one line":             {start: verifier.StartHome, files: trackedFiles("a/b.py"), steps: []string{"git clone https://example.org/x/app && cd app/a && python b.py"}},
		"cloned into a folder made before": {start: verifier.StartHome, files: trackedFiles("b.py"),
			steps: []string{"mkdir ~/src", "cd ~/src", "git clone https://example.org/x/app", "cd app", "python b.py"}},
		"cloned into one's own folder": {start: verifier.StartHome, files: trackedFiles("b.py"),
			steps: []string{"cd /var/www", "git clone https://example.org/x/app", "cd app", "python b.py"}},
		"by its whole path":        {start: verifier.StartHome, files: trackedFiles("b.py"), steps: []string{"git clone https://example.org/x/app", "cd ~/app", "python b.py"}},
		"the checkout lies beside": {start: verifier.StartBeside, files: trackedFiles("b.py"), steps: []string{"cd app", "python b.py"}},
		"a placeholder enters": {start: verifier.StartHome, files: trackedFiles("b.py"), steps: []string{"git clone https://example.org/x/app", "cd <the folder>", "python b.py"},
			flags: map[string][]verifier.Flag{"cd <the folder>": {verifier.FlagPlaceholder, verifier.FlagDirectory}}},
		"a subshell returns":      {files: trackedFiles("web/a.js", "b.py"), steps: []string{"(cd web && node a.js)", "python b.py"}},
		"back with a dash":        {files: trackedFiles("web/a.js", "b.py"), steps: []string{"cd web", "cd -", "python b.py"}},
		"pushed and popped":       {files: trackedFiles("web/a.js", "b.py"), steps: []string{"pushd web", "node a.js", "popd", "python b.py"}},
		"for one's own data":      {files: trackedFiles("a.py", "example_data/raw/x.csv"), steps: []string{"cd data/raw"}},
		"unknown from a variable": {files: trackedFiles("b.py"), steps: []string{"cd $HOME/src/$NAME", "python c.py"}},
		"home of the newcomer":    {files: trackedFiles("b.py"), steps: []string{"cd", "python c.py"}},
		"a server runs in this terminal": {files: trackedFiles("backend/a.py", "frontend/package.json"),
			steps: []string{"cd backend", "python a.py", "cd frontend", "npm install"},
			flags: map[string][]verifier.Flag{"python a.py": {verifier.FlagLongRunning}}},
	})
}

func TestRightFileWrongFolder(t *testing.T) {
	try(t, map[string]situation{
		"a script in a folder": {files: trackedFiles("backend/manage.py"), steps: []string{"python manage.py migrate", "python manage.py runserver"},
			want: []string{"B03? manage.py -> first cd backend"}},
		"a folder beside": {files: trackedFiles("server/a.py", "client/package.json"), steps: []string{"cd server", "cd client"},
			want: []string{"B03? client -> cd ../client"}},
		"a manifest in a folder": {files: trackedFiles("web/package.json"), steps: []string{"npm install", "npm start"},
			want: []string{"B03? package.json -> first cd web"}},
	})
	try(t, map[string]situation{
		"the sentence says where": {files: trackedFiles("backend/manage.py"), steps: []string{"python manage.py migrate"},
			flags: map[string][]verifier.Flag{"python manage.py migrate": {verifier.FlagInline}}},
		"in too many folders": {files: trackedFiles("a/run.sh", "b/run.sh", "c/run.sh", "d/run.sh"), steps: []string{"bash run.sh"}},
		"the same is said twice": {start: verifier.StartBeside, files: trackedFiles("requirements.txt", "run.py"),
			steps: []string{"pip install -r requirements.txt", "cd app", "python run.py"}},
		"gone there": {files: trackedFiles("backend/manage.py"), steps: []string{"cd backend", "python manage.py migrate"}},
	})
}

func TestOrderOfCloneAndSteps(t *testing.T) {
	try(t, map[string]situation{
		"a file before the clone": {start: verifier.StartHome, files: trackedFiles("requirements.txt"),
			steps: []string{"pip install -r requirements.txt", "git clone https://example.org/x/app.git", "cd app"},
			want:  []string{"B12! requirements.txt -> first git clone https://example.org/x/app.git; cd app"}},
		"a tool before the clone": {start: verifier.StartHome, files: trackedFiles("package.json"),
			steps: []string{"npm install", "git clone https://example.org/x/app.git", "cd app"},
			want:  []string{"B12? package.json -> first git clone https://example.org/x/app.git; cd app"}},
		"nobody goes in": {start: verifier.StartHome, files: trackedFiles("package.json", "setup.sh"),
			steps: []string{"git clone https://example.org/x/app.git", "npm install", "bash setup.sh", "bash setpu.sh"},
			want:  []string{"B13? app -> first cd app", "B01? setpu.sh -> bash setup.sh"}},
	})
	try(t, map[string]situation{
		"tools of the system come first": {start: verifier.StartHome, files: trackedFiles("package.json"),
			steps: []string{"sudo apt install nodejs", "npm install -g yarn", "pip install virtualenv", "git clone https://example.org/x/app.git", "cd app", "npm install"}},
		"a question before the clone": {start: verifier.StartHome, files: trackedFiles("Gemfile", "package.json"),
			steps: []string{"bundle --version", "npm -v", "node --version", "git clone https://example.org/x/app.git", "cd app"}},
		"used from outside": {start: verifier.StartHome, files: trackedFiles("docker-compose.yml", "run.sh"),
			steps: []string{"git clone https://example.org/x/app.git", "docker-compose -f app/docker-compose.yml up -d", "bash app/run.sh"}},
		"cloned into the folder itself": {start: verifier.StartHome, files: trackedFiles("run.sh"), steps: []string{"git clone https://example.org/x/app.git .", "bash run.sh"}},
		"the sentence says where": {start: verifier.StartHome, files: trackedFiles("package.json"), steps: []string{"git clone https://example.org/x/app.git", "npm install"},
			flags: map[string][]verifier.Flag{"npm install": {verifier.FlagInline}}},
	})
}

// TestWhatReadersWrite: a script of an example may be the reader's own.
func TestWhatReadersWrite(t *testing.T) {
	for name, c := range map[string]struct {
		role verifier.Role
		step string
		want []string
	}{
		"an example of use":  {verifier.RoleUsage, "python plot.py", nil},
		"an invented name":   {verifier.RoleRun, "python hello.py", nil},
		"the first run":      {verifier.RoleRun, "python plot.py", []string{"B01? plot.py -> none"}},
		"a near name":        {verifier.RoleUsage, "python srver.py", []string{"B01! srver.py -> python server.py"}},
		"a step of building": {verifier.RoleBuild, "python plot.py", []string{"B01! plot.py -> none"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := situation{files: trackedFiles("server.py"), steps: []string{c.step}}
			p := s.plan()
			p.Steps[0].Role = c.role
			if diff := cmp.Diff(c.want, inShort(Check(p, s.tree()))); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// TestTextBetweenCloneAndStep: long after the clone the text has said where to
// go, most likely.
func TestTextBetweenCloneAndStep(t *testing.T) {
	s := situation{start: verifier.StartHome, files: trackedFiles("package.json"), steps: []string{"git clone https://example.org/x/app.git", "npm install"}}
	p := s.plan()
	p.Steps[1].Line = 90
	if got := inShort(Check(p, s.tree())); got != nil {
		t.Errorf("found %v", got)
	}
}

func TestApart(t *testing.T) {
	for name, c := range map[string]struct {
		a, b string
		near bool
	}{
		"separators alone":                     {"set-up.sh", "set_up.sh", true},
		"both are templates of the same":       {"config.example.yml", "config.sample.yml", true},
		"both are templates, of others":        {"settings.example.yml", "database.sample.yml", false},
		"a template and what is made of it":    {"config.example.yml", "config.yml", false},
		"a letter":                             {"requirement.txt", "requirements.txt", true},
		"endings of one kind":                  {"environment.yaml", "environment.yml", true},
		"nothing in common":                    {"install.sh", "readme.md", false},
		"one is much longer, and begins alike": {"a.sh", "a-very-long-name-of-it.sh", false},
	} {
		t.Run(name, func(t *testing.T) {
			if n := apart(c.a, c.b); (n <= 2) != c.near {
				t.Errorf("%s and %s are %d apart", c.a, c.b, n)
			}
		})
	}
}
