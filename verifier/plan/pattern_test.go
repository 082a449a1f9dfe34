package plan

import (
	"strings"
	"testing"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/shell"
)

func TestPatternMatches(t *testing.T) {
	for _, tc := range []struct {
		name, pattern, words string
		want                 bool
	}{
		{"words in order", "npm run build", "npm run build now", true},
		{"another word", "npm run build", "npm run test", false},
		{"choice", "npm|yarn install", "yarn install", true},
		{"missing optional word", "npm [run] test", "npm test", true},
		{"given optional word", "npm [run] test", "npm run test", true},
		{"stars", "make *build*", "make docker-build-all", true},
		{"options are passed over", "pip install", "pip --quiet install", true},
		{"a named option counts", "pip install -r", "pip install -U -r x", true},
		{"a named option is missing", "pip install -r", "pip install x", false},
		{"any words between", "make ... install", "make -C dir install", true},
		{"the end", "yarn $", "yarn --frozen", true},
		{"more than the end", "yarn $", "yarn add x", false},
		{"script names", "@build*|make", "@make x", true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := compile(tc.pattern).match(strings.Fields(tc.words)); got != tc.want {
				t.Errorf("%v, want %v", got, tc.want)
			}
		})
	}
}

func TestRolesOfCommands(t *testing.T) {
	p := newPlanner(Input{Repository: "tool"})
	for command, want := range map[string]verifier.Role{
		"apt-get install x":                       verifier.RolePrerequisite,
		"npm install -g x":                        verifier.RolePrerequisite,
		"npm install -g tool":                     verifier.RoleInstall,
		"npm ci":                                  verifier.RoleInstall,
		"pip install -r requirements.txt":         verifier.RoleInstall,
		"python3 -m venv x":                       verifier.RoleInstall,
		"python3 setup.py install":                verifier.RoleInstall,
		"./install.sh --all":                      verifier.RoleInstall,
		"go mod download":                         verifier.RoleInstall,
		"make -C src install":                     verifier.RoleInstall,
		"./configure --x":                         verifier.RoleBuild,
		"make all":                                verifier.RoleBuild,
		"docker build -t x .":                     verifier.RoleBuild,
		"npm run build":                           verifier.RoleBuild,
		"bash scripts/build_all.sh":               verifier.RoleBuild,
		"cp a b":                                  verifier.RoleConfigure,
		"python manage.py migrate":                verifier.RoleConfigure,
		"docker compose exec web rake db:create":  verifier.RoleConfigure,
		"bundle exec rails db:setup":              verifier.RoleConfigure,
		"python manage.py runserver":              verifier.RoleRun,
		"docker compose up -d":                    verifier.RoleRun,
		"go run ./cmd/x":                          verifier.RoleRun,
		"node server.js":                          verifier.RoleRun,
		"poetry run uvicorn app:app":              verifier.RoleRun,
		"npm run test:unit":                       verifier.RoleTest,
		"python -m pytest":                        verifier.RoleTest,
		"npm run lint":                            verifier.RoleDevelop,
		"git commit -m x":                         verifier.RoleDevelop,
		"heroku create":                           verifier.RoleDeploy,
		"heroku local":                            verifier.RoleRun,
		"pip uninstall x":                         verifier.RoleUninstall,
		"docker compose down":                     verifier.RoleOther,
		"docker compose down --volumes":           verifier.RoleUninstall,
		"docker compose run web":                  verifier.RoleRun,
		"docker compose run web sh":               verifier.RoleConfigure,
		"make clean":                              verifier.RoleOther,
		"npm run docker:up":                       verifier.RoleRun,
		"npm run sync-images":                     "",
		"./manage.py import_towns":                verifier.RoleConfigure,
		"python manage.py runserver 0.0.0.0:8000": verifier.RoleRun,
		"dotnet user-secrets set A b":             verifier.RoleConfigure,
		"pre-commit install":                      verifier.RoleDevelop,
		"cp hooks/commit-msg .git/hooks/":         verifier.RoleDevelop,
		"pyenv virtualenv 3.12 tool":              verifier.RoleInstall,
		"./dev build":                             verifier.RoleBuild,
		"./dev up":                                verifier.RoleRun,
		"mkdocs gh-deploy":                        verifier.RoleDeploy,
		"git pull":                                verifier.RoleUpgrade,
		"git submodule update --init":             verifier.RoleClone,
		"node --version":                          verifier.RolePrerequisite,
		"frob x":                                  "",
	} {
		words := strings.Fields(command)
		if got := p.callRole(shell.Call{Name: words[0], Args: words[1:]}); got != want {
			t.Errorf("%s: %q, want %q", command, got, want)
		}
	}
}

func TestTopicsOfHeadings(t *testing.T) {
	for heading, want := range map[string]topic{
		"Installation":                topicInstall,
		"How to install and run":      topicStart,
		"Getting Started":             topicStart,
		"Prerequisites":               topicNeeds,
		"Build Dependencies":          topicNeeds,
		"Building from source":        topicBuild,
		"Running the server":          topicRun,
		"Running tests":               topicTest,
		"Usage":                       topicUse,
		"Deploying to Heroku":         topicDeploy,
		"Production":                  topicDeploy,
		"Production usage":            topicUse,
		"Uninstall":                   topicRemove,
		"Updating":                    topicUpgrade,
		"Contributing":                topicDevelop,
		"Troubleshooting":             topicTrouble,
		"Shell completions":           topicDocs,
		"Using PostgreSQL (optional)": topicOptional,
		"License":                     topicOther,
		"The garden":                  noTopic,
		"Install Dependencies and Pre-commit Hooks": topicNeeds,
		"Pre-commit hooks":                          topicDevelop,
		"Explanation of the make targets":           topicUse,
		"Useful commands":                           topicUse,
		"Running on OpenShift":                      topicDeploy,
		"Cross compilation":                         topicOptional,
		"Instalación":                               topicInstall,
		"Requisitos previos":                        topicNeeds,
		"Cómo ejecutar":                             topicRun,
		"Configuração do ambiente":                  topicStart,
		"Démarrage rapide":                          topicStart,
		"Voraussetzungen":                           topicNeeds,
		"Mitwirken":                                 topicDevelop,
		"Установка":                                 topicInstall,
		"Быстрый старт":                             topicStart,
		"快速开始":                                      topicStart,
		"安装依赖":                                      topicNeeds,
		"使用方法":                                      topicUse,
		"インストール":                                    topicInstall,
		"テスト":                                       topicTest,
		"설치":                                        topicInstall,
	} {
		if got := readTopic(heading); got != want {
			t.Errorf("%s: %q, want %q", heading, got, want)
		}
	}
}
