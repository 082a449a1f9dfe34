package plan

import "github.com/freshinstall/freshinstall/verifier"

// roleTable tells a role by the words of one program call, in the notation of
// pattern. The first line that matches counts, so the special stands before
// the general.
var roleTable = []struct {
	role  verifier.Role
	lines string
}{
	{verifier.RoleUninstall, `
		pip|npm|yarn|pnpm|gem|cargo|brew|apt|apt-get|dnf|yum|zypper|apk|snap|pipx|conda|mamba|choco|helm|composer|flatpak [global] uninstall|remove|purge|erase|autoremove
		make|gmake|ninja|just|task ... uninstall|destroy
		docker-compose ... down -v|--volumes|--rmi
		docker-compose ... rm
		docker rm|rmi|system
		docker volume|container|image|network rm|prune
		conda env remove
		minikube|kind|k3d|kubectl delete
		terraform|vagrant destroy|halt
		pacman -R*
		dnf copr remove|disable
		dropdb|userdel
		dune|opam|luarocks|cabal|cpanm|dotnet|vagrant|rustup|asdf|mise [plugin|tool|self] uninstall|remove
		@uninstall*|cleanup*|teardown*`},
	{verifier.RoleBuild, `
		goreleaser build`},
	{verifier.RoleDevelop, `
		alembic revision
		npm|yarn|pnpm|bun|npx [run] *migration*generate*|*migration*create*|*migration*revert*|*schema*drop*|*migration:new*
		mvn|./mvnw ... release:*|versions:*`},
	{verifier.RoleBuild, `
		mvn|./mvnw|gradle|./gradlew ... install*`},
	{verifier.RoleOther, `
		make|just|task|npm|yarn ... logs|*_logs|*-logs|*:logs
		make|gmake|ninja|just|task ... clean|distclean|mrproper|down|stop
		npm|yarn|pnpm|bun [run] clean*|stop*|down*|*:down|*:stop
		docker-compose ... down
		unalias|deactivate`},
	{verifier.RoleInstall, `
		pyenv virtualenv|activate`},
	{verifier.RoleRun, `
		npm|yarn|pnpm|bun [run] *:up|*:start|*:serve
		heroku local
		*manage.py|pyth* [manage.py|./manage.py|*/manage.py] runserver*|run*|start*|rqworker|qcluster|shell*|livereload
		docker-compose run * $
		vercel|netlify|wrangler dev
		serverless|sls offline
		firebase emulators:start|serve
		pm2 start`},
	{verifier.RoleDeploy, `
		heroku|vercel|netlify|surge|fly|flyctl|serverless|sls|sam|cdk|eb|wrangler|fastlane|pulumi|helm|helmfile|kubectl|terraform|tofu|ansible-playbook|cap|skaffold|gcloud|az|oc|eksctl|certbot|supervisorctl|goreleaser|gh-pages|pm2
		firebase deploy
		mkdocs gh-deploy
		aws ... deploy|s3|ecr|ecs|cloudformation
		docker push|tag|login|stack|swarm
		npm|yarn|pnpm [run] publish|deploy*|release*
		make|gmake|just|task|mix|rake|invoke|fab ... deploy*|publish*|release*|push*|submit*|netlify|update-site
		twine|cargo|poetry|flit|gem|uv|expo|eas upload|publish|push
		git push heroku
		systemctl|service|a2ensite|scp
		@deploy*|publish*|release*`},
	{verifier.RoleDevelop, `
		git add|commit|push|rebase|merge|tag|format-patch|stash|flow|diff|log|status|request-pull
		git checkout|switch -b|-c
		black|isort|flake8|pylint|mypy|ruff|eslint|prettier|clang-format|clang-tidy|shellcheck|shfmt|gofmt|gofumpt|golangci-lint|staticcheck|commitizen|cz|semantic-release|bumpversion|bump2version|sphinx-build|sphinx-apidoc|sphinx-autobuild|mkdocs|doxygen|pybabel|tx|rubocop|phpcs|phpstan|lint-staged|rustfmt|cloc|cppcheck|build
		pre-commit run|autoupdate|install
		husky|lefthook install
		cp|chmod|ln|install ... *.git/hooks*
		git config core.hooksPath|commit.template
		npm|yarn|pnpm|bun|npx [run] *lint*|*format*|prettier*|storybook|typecheck|type-check|check-types|precommit|commit|analyze|docs*|doc|codegen|semantic-release
		make|gmake|just|task|cargo|go|mix|dart|flutter|invoke|nox|tox|hatch|poetry [run] *lint*|fmt|format*|vet|clippy|doc|docs*|html|check-format|style|credo|precommit|pre-commit|coverage|cover|typecheck|black|isort|flake8
		@*lint*|format*|makemessages|checkmessages`},
	{verifier.RoleUpgrade, `
		npm|yarn|pnpm|composer|bundle|gem|cargo|poetry|uv|pipx|rustup|snap|flatpak|choco|scoop|winget [tool|self] update|upgrade|up|self-update
		brew upgrade
		git pull|fetch
		go get -u
		apt|apt-get dist-upgrade|full-upgrade
		pip-compile`},
	{verifier.RoleTest, `
		pytest|py.test|nosetests|tox|nox|ctest|jest|mocha|karma|cypress|playwright|rspec|phpunit|behave|vitest|bats|cucumber|k6|locust|newman|unittest|doctest|nose
		npm|yarn|pnpm|bun|npx [run] *test*|t|e2e*|cypress*|coverage|jest|vitest|mocha|playwright
		make|gmake|ninja|just|task|cargo|go|mix|rake|rails|bazel|swift|dotnet|sbt|lein|stack|cabal|gradle|./gradlew|mvn|./mvnw|invoke|dune|meson|flutter|dart|deno|forge|zig|raco|artisan|./artisan|elm-test|hatch|rebar3 ... test*|tests|check|spec|verify|installcheck|ctest|eunit
		php artisan test
		pyth*|*manage.py ... test
		R CMD check
		*phpunit|*rspec
		@test*|*_test|run_tests|runtests`},
	{verifier.RoleClone, `
		git submodule|lfs|checkout|switch`},
	{verifier.RolePrerequisite, `
		pip|conda|mamba|easy_install [pip] install ... virtualenv|virtualenvwrapper|pipenv|poetry|mamba|uv|tox $
		npm|pnpm|bun install|i|add -g|--global
		yarn global
		git lfs install
		nvm|rbenv|pyenv|asdf|rvm|fnm|volta|sdk|nodenv|rustup|jenv|goenv|corepack|ghcup|mise|tfenv|xcode-select|wsl|which|where|type|ldconfig|locale|lsb_release|uname|add-apt-repository|apt-add-repository|update-ca-certificates|whereis|ensurepip|easy_install
		conda update|init|config
		command -v
		usermod -aG docker
		source|. */.cargo/env|*nvm.sh|*/.bashrc|*/.profile|*/.zshrc|*/.bash_profile`},
	{verifier.RoleInstall, `
		npm|pnpm|bun|yarn install|i|ci $
		npm|pnpm|bun|yarn [workspace] [*] install|i|ci .
		npm|pnpm|bun|yarn link
		yarn|pnpm|bun $
		bundle|bundler install
		bundle|composer $
		gem install bundler|rails
		composer|composer.phar install|create-project|dump-autoload
		php composer.phar install
		poetry|pdm|uv|rye|hatch|pipenv|conan|opam|mix|shards|cabal|stack|luarocks|nimble|lein|raco|dart|flutter|renv install|sync|deps*|get|shell|venv|env|pub|local.*|lock
		poetry|pipenv|uv add
		go mod|get|install
		cargo fetch|install|binstall
		dotnet restore|tool
		nuget restore
		pip|uv [pip] install ... -r|--requirement|-e|--editable|.|.[*|./*|*.whl|*.txt|pip|setuptools|wheel
		venv|virtualenv|mkvirtualenv|workon
		conda|mamba|micromamba create|activate|env
		source|. activate|*/activate|*/activate.*
		pyenv virtualenv|local|activate
		*activate|*activate.bat|*activate.ps1
		make|gmake|ninja|cmake|meson|waf|./waf|scons|just|rake|nmake|task ... install*|deps|dependencies|requirements|--install|develop|venv|vendor|get-deps|bootstrap
		checkinstall
		@setup install|develop
		@install*
		pod|carthage|bower|jspm|lerna|ansible-galaxy|terraform|rosdep|typings|spago|elm|dep|glide|mise install|bootstrap|ensure|update|init|package|use
		dpkg -i
		rpm -i*|-U*
		apt|apt-get|dnf install ./*
		docker|podman pull|load
		docker-compose pull
		R CMD INSTALL
		R|Rscript|julia -e|--project*
		install -*
		ipykernel install
		spacy|nltk.downloader`},
	{verifier.RoleConfigure, `
		*manage.py|pyth* [manage.py|./manage.py|*/manage.py] migrate|makemigrations|createsuperuser|collectstatic|loaddata|syncdb|compilemessages|create*|seed*|init*|setup*|populate*|import*|load*|changepassword|flush|set_*
		*manage.py *
		pyth* manage.py|./manage.py|*/manage.py *
		php artisan|./artisan key:generate|migrate*|db:*|storage:link|jwt:*|passport:*|config:*|vendor:*|cache:*|optimize*|install*
		artisan|./artisan key:generate|migrate*|db:*|storage:link|jwt:*
		bin/console|php [bin/console] doctrine:*|assets:*|cache:*|lexik:*
		rails|rake|bin/rails|bin/rake|./bin/rails ... db:*|*setup*|credentials:*|webpacker:install|assets:*|active_storage:*|*:install*
		mix ecto*|phx.gen*|setup
		flask db|init*|create*|seed*|migrate|upgrade|translate
		npm|yarn|pnpm|bun|npx [run] *migrat*|*seed*|db:*|*setup*|prisma*|sequelize*|knex*|typeorm*|drizzle*|init*|create-db*|generate*|config*|env*
		make|just|task|invoke ... *migrat*|*seed*|db*|config|setup*|env|initdb|init-db|init|cert*|data|download*|pull*|superuser|createsuperuser|fixtures|load*|keys|secrets
		docker-compose up --no-start
		docker-compose ... up [-d|--build] init|*-init|*_init|init-*|*-setup|*_setup|setup|*-migrate|migrate|migrations|*-seed|seed
		docker network|volume|exec
		docker-compose exec|run
		git config
		npm|yarn|pnpm|composer|poetry|bundle|pip|heroku config*
		alembic|sequelize|knex|typeorm|prisma|diesel|goose|migrate|dbmate|flyway
		su - postgres
		pg_lsclusters|pg_createcluster
		createdb|createuser|psql|mysql|mysqladmin|mariadb|initdb|pg_ctl|sqlite3|redis-cli|mongoimport|mongorestore
		openssl|ssh-keygen|gpg|usermod|useradd|adduser|groupadd|addgroup|newgrp|passwd|setfacl|setcap|sysctl|modprobe|update-alternatives|locale-gen|mkcert|gdown|envsubst|ccmake|direnv|dvc|aws
		huggingface-cli|wandb|kaggle login|download|datasets|competitions
		export|unset|set|alias|setx|cp|copy|ln|chmod|chown|chgrp|touch|echo|printf|tee|sed|nano|vi|vim|nvim|emacs|code|gedit|edit|notepad|mv|move
		source|. *
		dotnet user-secrets|dev-certs|ef
		@*setup*|init*|seed*|migrat*|create*|config|prepare*|download*|load*|populate*|import*|get_data*|fetch*`},
	{verifier.RoleBuild, `
		./configure|../configure|./autogen.sh|./bootstrap|./bootstrap.sh|./buildconf
		@autogen|bootstrap|configure|buildconf|build*|compile*|make*
		go run build.go|make.go
		go|cargo|dotnet|swift|dart|flutter|docker|podman|docker-compose|buildah|nix|crystal|elm|gatsby|hugo|jekyll|ng|next|vue-cli-service|packer|flit|poetry|hatch|uv|gem|nim|zig|moon|trunk|wasm-pack|bundle|image|buildx|colcon|catkin ... build*|compile
		docker image|buildx build|bake
		elm make
		npm|yarn|pnpm|bun|npx [run] *build*|compile*|bundle*|dist*|webpack*|production|package*|pack|transpile|tsc|css*|sass
		./*|../* ... build
		python|python3 setup.py build*|sdist|bdist*
		mix|rebar3 compile|release
		go generate`},
	{verifier.RoleRun, `
		npm|yarn|pnpm|bun|nx [run] start*|dev*|serve*|watch*|preview|server*|client*|develop|electron*|android|ios|web|hot|live|app|up|local*|prod
		ng|vue-cli-service serve|s
		npx expo|react-native|vite|next|nodemon|http-server|serve|hardhat
		docker-compose ... up|start|restart
		./*|../* up|start|run|serve|dev
		docker|podman|nerdctl run|start
		*manage.py|pyth* [manage.py|*/manage.py] runserver*|run*|celery|start*
		php artisan|./artisan serve|queue*|schedule*|octane*|horizon
		flask ... run
		cargo|go|dotnet|swift|stack|cabal|dub|zig|crystal|v|sbt|lein|gradle|./gradlew|mvn|./mvnw|mix|iex|bazel|spago|dune|dart|flutter|hatch|clj|deno|elm|task|invoke|symfony|rustup ... run*|exec*|start|serve*|server*|watch|ring|spring-boot:run|bootRun|jetty:run*|tomcat*|javafx:run|exec:java|phx.server|phoenix.server|local|reactor
		make|gmake|just|task|nmake ... run*|start*|serve*|dev*|up*|server*|watch|play|demo|launch|local*|docker-run|prod*|explore*|exec
		rails|bin/rails|./bin/rails s|server
		bin/dev|./bin/dev
		iex|vagrant|tilt|netlify|vercel|wrangler|foreman|firebase|heroku -S|up|dev|start|serve|emulators:start|local
		uvicorn|gunicorn|hypercorn|daphne|waitress-serve|streamlit|gradio|jupyter*|celery|honcho|rackup|puma|shotgun|thin|unicorn|nodemon|pm2|forever|scrapy|airflow|snakemake|nextflow|torchrun|accelerate|roslaunch|rosrun|mpirun|electron|live-server|http-server|http.server|json-server|serve|gatsby|next|nuxt|vite|ember|meteor|expo|react-native|ionic|air|love|wine|startx|xdg-open|open|mono|bokeh|panel|voila|chainlit|ollama|redis-server|mongod|mysqld|postgres|elasticsearch|rabbitmq-server|nginx|memcached|minio|consul|vault|hugo|jekyll
		bundle exec ...
		ros2 run|launch
		@run*|start*|serve*|launch*|dev*|up|server*|main*|app*|index*|manage|entrypoint*|demo*|play*|local*
		node|nodejs|ts-node|tsx|deno|ruby|php|java|Rscript|julia|lua|perl|pyth*|py|pypy|ipython *`},
	{verifier.RoleBuild, `
		make|gmake|nmake|bmake|ninja|cmake|meson|scons|waf|./waf|qmake|qmake6|autoreconf|autoconf|automake|aclocal|libtoolize|bazel|bazelisk|gcc|g++|clang|clang++|cc|c++|javac|kotlinc|rustc|tsc|webpack|rollup|parcel|esbuild|browserify|msbuild|xbuild|gradle|./gradlew|mvn|./mvnw|ant|sbt|lein|stack|cabal|dune|dub|nimble|shards|zig|premake5|xmake|catkin_make|arduino-cli|platformio|pio|idf.py|pdflatex|latexmk|ocamlbuild|ghc|tauri|buck|just|task|invoke|rake|pyinstaller|gn|west|gulp|grunt|nix-build|patch|trunk|wasm-pack`},
	{verifier.RoleOther, `
		go env
		ls|pwd|tree|exit|clear|less|more|head|tail|man|info|history|top|htop|rm|rmdir|whoami|id|cat
		docker ps|images|logs|inspect|stop|info
		docker container|image|volume|network ls|list|inspect
		docker-compose ... ps|logs|stop|config
		git clone|remote|init|branch`},
}

type roleLine struct {
	role    verifier.Role
	pattern pattern
}

// roleLines is the table, compiled.
var roleLines = func() []roleLine {
	var lines []roleLine
	for _, r := range roleTable {
		for _, p := range compileAll(r.lines) {
			lines = append(lines, roleLine{r.role, p})
		}
	}
	return lines
}()

var roleIndex = indexOf(len(roleLines), func(i int) pattern { return roleLines[i].pattern })
