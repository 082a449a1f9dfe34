package shell

import "strings"

// known holds names of programs that install documents use. A name here lets a
// line without prompt and tag pass for a command; words that are common
// English at the start of a line need more (see needsArgument).
var known = words(`
apk apt apt-add-repository apt-cache apt-get apt-key aptitude asdf brew bundle bundler cabal cargo choco cmake-gui
composer conan conda copr corepack cpan cpanm dnf dpkg easy_install eopkg emerge flatpak gem ghcup go guix helm installp
mamba micromamba mise nix nix-build nix-env nix-shell npm npx nvm opam pacman paru pdm pip pip2 pip3 pipenv pipx pkg
pkg_add pkgin pnpm poetry port pyenv rbenv rpm rpm-ostree rustup rvm scoop sdk sdkman snap stack swupd uv uvx vcpkg virtualenv
virtualenvwrapper volta winget xbps-install yarn yay yum zypper bower jspm lerna nx turbo bun bunx deno fnm n rosdep vcs
mkvirtualenv workon deactivate mkproject hatch tox nox pre-commit flit twine dotnet nuget mvn mvnw gradle gradlew ant sbt lein
clj clojure boot mix iex hex rebar3 erl elixir ghc runghc stack dune ocaml swift xcodebuild xcode-select pod fastlane
python python2 python3 py ipython jupyter ruby irb rake rails node nodejs tsc ts-node perl php java javac kotlinc scala
Rscript R julia lua luarocks matlab octave racket sbcl gcc g++ clang clang++ cc c++ gfortran rustc ld nasm
make gmake bmake nmake cmake ctest cpack ninja meson autoreconf autoconf automake autogen.sh bootstrap bootstrap.sh configure
libtoolize aclocal scons waf bazel bazelisk buck qmake qmake6 xmake premake5 gn just task invoke fab ldconfig pkg-config
git gh glab hub svn hg bzr cvs git-lfs repo pre-commit
docker docker-compose podman podman-compose buildah skopeo docker-machine nerdctl kubectl minikube kind k3s k3d kustomize skaffold tilt
vagrant terraform tofu packer ansible ansible-playbook ansible-galaxy pulumi serverless sls sam cdk aws gcloud az heroku flyctl fly vercel netlify
firebase now surge wrangler doctl eb ecs-cli oc eksctl helmfile argocd
bash sh zsh fish csh dash ksh sudo su doas env exec eval source export unset alias unalias set cd pushd popd pwd echo printf
test true false read exit type command hash ulimit umask trap time nohup nice setsid screen tmux timeout
ls cp mv rm mkdir rmdir ln cat less more head tail touch chmod chown chgrp find grep egrep rg sed awk xargs sort uniq wc tee cut tr diff
patch tar unzip zip gunzip gzip bunzip2 xz 7z unrar curl wget rsync scp ssh ssh-keygen ssh-copy-id sftp ftp nc telnet dig ping openssl gpg sha256sum
md5sum base64 which whereis man info date uname hostname whoami id groups useradd adduser usermod groupadd addgroup passwd newgrp kill
killall pkill ps top htop df du free mount umount lsblk dd mktemp install stat file tree ldd strip objdump lsof netstat ss ip ifconfig
iptables ufw firewall-cmd systemctl service journalctl launchctl update-rc.d chkconfig crontab initctl rc-service rc-update
locale-gen update-alternatives update-ca-certificates add-apt-repository software-properties-common debconf-set-selections gsettings modprobe setcap
lsb_release fc-cache xdg-open open vi vim nvim nano emacs code subl gedit edit copy del move xcopy setx mklink notepad start call
psql createdb createuser dropdb pg_ctl pg_dump pg_restore initdb pg_ctlcluster mysql mysqladmin mysqldump mariadb mongo mongod mongosh mongoimport mongorestore
redis-server redis-cli sqlite3 cqlsh influx rabbitmqctl rabbitmq-server elasticsearch neo4j memcached etcd consul vault
django-admin flask uvicorn gunicorn hypercorn celery alembic streamlit gradio fastapi daphne honcho foreman scrapy manage.py pytest py.test nosetests
unittest coverage black flake8 isort mypy ruff pylint sphinx-build mkdocs twine cookiecutter jekyll hugo gatsby next nuxt ng vue vite webpack
webpack-dev-server rollup parcel gulp grunt ember meteor expo react-native nodemon pm2 forever ts-node-dev eslint prettier jest mocha karma cypress
playwright tsx esbuild http-server serve live-server json-server concurrently electron lint-staged prisma sequelize knex typeorm drizzle-kit strapi
rackup puma unicorn thin cap artisan symfony drush wp phpunit bin/console cargo-make wasm-pack trunk diesel sqlx
air goose migrate swag protoc buf mockgen golangci-lint gofmt staticcheck dlv gofumpt
ffmpeg convert pandoc pdflatex latexmk xelatex graphviz dot gdal-config ogr2ogr gdb valgrind strace perf qemu-system-x86_64
spack module salloc srun sbatch mpirun mpiexec nvidia-smi gunicorn supervisord supervisorctl nginx apache2ctl a2ensite a2enmod caddy certbot
. wine mono xvfb-run vncserver startx adb fastboot flutter dart gradle sdkmanager avdmanager ionic cordova capacitor npx tauri
huggingface-cli wandb dvc mlflow torchrun accelerate ollama kaggle gdown tensorboard snakemake nextflow
rosrun roslaunch catkin_make colcon ros2 catkin platformio pio arduino-cli esptool.py idf.py west
tx msgfmt gettext xgettext pybabel clang-format clang-tidy cppcheck doxygen shellcheck shfmt stow chezmoi direnv nodenv goenv jenv
`)

// Known reports whether a name is that of a program which install documents
// of many projects use.
func Known(name string) bool { return known[name] || versioned(name) }

// needsArgument are programs whose names open English sentences too: a line of
// plain text counts only if what follows looks like arguments.
var needsArgument = words(`
install test find sort make start open call time read type set file date more less cut split head tail which edit code copy move just task
invoke n next now go serve service module patch convert set command exec install info kind fly heroku air migrate goose trunk stack
boot hash true false repo hub vault consul task source export build time format watch run dot tree screen port sam now cap thin
`)

// builtins change nothing but the shell itself.
var builtins = words(`cd pushd popd export unset alias unalias set source . activate deactivate hash umask ulimit echo printf pwd true false type command`)

func words(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(s) {
		set[w] = true
	}
	return set
}
