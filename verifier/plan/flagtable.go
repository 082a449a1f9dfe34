package plan

import "github.com/freshinstall/freshinstall/verifier"

// flagTable tells the properties of one program call, in the notation of
// pattern; every line that matches counts.
var flagTable = []struct {
	flag  verifier.Flag
	lines string
}{
	{verifier.FlagLongRunning, `
		./manage.py|manage.py|pyth* [manage.py|*/manage.py] runserver*|celery
		flask|quart ... run
		npm|yarn|pnpm|bun [run] start*|dev*|serve*|watch*|server*|develop|preview
		npx expo|next|vite|serve|http-server|nodemon|hardhat
		uvicorn|gunicorn|hypercorn|daphne|waitress-serve|streamlit|gradio|jupyter-notebook|jupyter-lab|jupyterhub|nodemon|rackup|puma|celery|mongod|redis-server|live-server|http-server|http.server|json-server|serve|air|foreman|honcho|chainlit|next|vite|voila
		jupyter notebook|lab|server|nbclassic
		docker-compose ... up
		docker|podman run ... -p
		rails|bin/rails|./bin/rails s|server
		php artisan|./artisan serve|queue:work
		php -S
		mix phx.server|phoenix.server
		jekyll|hugo|mkdocs|ng|gulp|grunt|gatsby|symfony|netlify|vercel|vagrant|tilt|heroku serve*|server*|watch|develop|dev|up|local
		dotnet|cargo|deno run|watch
		go run main.go|.|./cmd/*|cmd/*|server.go|*/main.go|*server*
		gradle|./gradlew|mvn|./mvnw|sbt|lein ... spring-boot:run|bootRun|jetty:run*|run
		make|just|task run|serve|dev|start|up|server|run-*|dev-*|serve-*
		java -jar
		bin/dev|./bin/dev
		@*server*|app|main|index|serve*|start*|runserver|run|dev`},
	{verifier.FlagInteractive, `
		... createsuperuser|changepassword
		npm|yarn|poetry|cargo-generate init
		heroku|npm|docker|firebase|vercel|railway login
		gcloud init|auth
		az login
		aws configure
		gh auth
		ssh-keygen|passwd|mysql_secure_installation|ccmake|ipython|irb|adduser
		mysql|psql|sqlite3 -p|-u|*.db|*.sqlite|*.sqlite3
		psql|mysql $
		nano|vi|vim|nvim|emacs *
		conda|mamba create|install|update
		npx create-*
		pipenv|poetry shell
		dpkg-reconfigure|visudo
		elm package install
		elm install
		docker|podman run|exec -it|-ti|-i
		docker-compose exec|run ... bash|sh|psql|shell|createsuperuser`},
	{verifier.FlagNetwork, `
		curl|wget|aws|gcloud|az|gdown|kaggle|huggingface-cli|scp|rsync|heroku
		git clone|submodule|lfs
		dvc pull
		*vcpkg install
		*bootstrap-vcpkg.sh
		pip install git+*
		spacy download
		nltk.downloader`},
	{verifier.FlagGUI, `
		jupyter notebook|lab
		jupyter-notebook|jupyter-lab|xdg-open|open|code|gedit|electron|startx|godot|love|wine
		npm|yarn|pnpm|npx [run] electron*|cypress:open*|android|ios
		cypress open
		flutter run
		npx react-native run*`},
	{verifier.FlagActivates, `
		source|. *activate|*activate.*|*.env|*/.cargo/env|*nvm.sh|*rc|*.profile|*setup.bash|*env.sh
		conda|mamba|micromamba|pyenv|source activate
		workon|mkvirtualenv|newgrp|nix-shell|deactivate
		nvm use|install
		poetry|pipenv|rvm|rbenv|pyenv|sdk|nix|module shell|use|init|develop|load
		*activate|*activate.bat|*activate.ps1`},
	{verifier.FlagEditsFile, `
		nano|vi|vim|nvim|emacs|gedit|code|subl|edit|notepad *
		sed -i*|--in-place
		tee -a
		crontab -e
		visudo`},
	{verifier.FlagBackground, `
		docker|podman run|start -d|--detach|-dit|-itd|-td|-dt
		docker-compose ... up|start -d|--detach`},
}

type flagLine struct {
	flag    verifier.Flag
	pattern pattern
}

// flagLines is the table, compiled.
var flagLines = func() []flagLine {
	var all []flagLine
	for _, f := range flagTable {
		for _, p := range compileAll(f.lines) {
			all = append(all, flagLine{f.flag, p})
		}
	}
	return all
}()

var flagIndex = indexOf(len(flagLines), func(i int) pattern { return flagLines[i].pattern })
