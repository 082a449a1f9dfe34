package preflight

import (
	"strings"
	"testing"

	"github.com/freshinstall/freshinstall/verifier"
)

// FuzzCheck: whatever a document and a manifest hold, every finding is of a
// known rule and of a followed step, and a fix is a command of one's own.
func FuzzCheck(f *testing.F) {
	f.Add("git clone https://example.org/x/app\ncd app\nmake al", "all: x\n\techo\n")
	f.Add("npm run\nnpm --prefix\nyarn run\ndocker compose -f\ndocker run -it\nmake -C\ncmake -S", `{"scripts": {"a": "b"}}`)
	f.Add("pip install -r\npip install -e\nconda env create -f\nconda activate\nsource\ncd -\npopd\npushd a\ntox -e", "services:\n  web:\n")
	f.Add("poetry run\nuv pip\npython -m\npython -m pip\nbundle exec\ngit checkout\ngit submodule\njust a\ntask b", "name: x\n")
	f.Add("(cd a && make b) || cp c d; > e < f", ".c.o:\n$(x): y\n")
	f.Fuzz(func(t *testing.T, commands, content string) {
		files := map[string]string{}
		for _, name := range []string{"Makefile", "package.json", "docker-compose.yml", "justfile", "Taskfile.yml", "tox.ini", "environment.yml", "pyproject.toml", "composer.json", ".gitignore", "a/b.py"} {
			files[name] = content
		}
		s := situation{start: verifier.StartHome, files: files, branches: []string{"main"}, modules: []string{"sub"}, steps: strings.Split(commands, "\n")}
		for _, start := range []verifier.Start{verifier.StartHome, verifier.StartBeside, verifier.StartInside} {
			s.start = start
			for _, found := range Check(s.plan(), s.tree()) {
				if _, known := ruleOf(found.Rule); !known || found.Step == "" || found.Fixes == nil {
					t.Errorf("not complete: %+v", found)
				}
				for _, x := range found.Fixes {
					if x.Replace == "" && len(x.Commands) == 0 {
						t.Errorf("a fix that types nothing: %+v", found)
					}
				}
			}
		}
	})
}
