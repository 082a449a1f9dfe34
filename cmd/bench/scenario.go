package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// scenario is a small repository whose README holds a few commands, and the
// same commands for a plain container.
type scenario struct {
	name     string
	commands []string
	files    map[string]string // besides README.md; executable when they begin with #!
	script   string            // what the plain container runs, with the same work in it
}

// trivial costs nothing itself: what is measured is all around it.
func trivial() scenario {
	commands := []string{"mkdir -p build", "cp /etc/os-release build/", "chmod 600 build/os-release"}
	return scenario{
		name:     "three trivial commands",
		commands: commands,
		script:   strings.Join(commands, " && "),
	}
}

// buildScript does a fixed amount of work on processor and disk with nothing
// but what every Debian base holds: numbers are written, packed, unpacked and
// summed. The files stay, as objects of a build do.
const buildScript = `#!/bin/sh
set -e
mkdir -p objects
i=0
while [ "$i" -lt %d ]; do
  i=$((i + 1))
  seq "$i" "$((i + 60000))" > objects/unit.txt
  gzip -6 -c objects/unit.txt > "objects/$i.gz"
  gzip -d -c "objects/$i.gz" | sha256sum >> objects/sums
done
echo "built $i units"
`

// build is a build of so many rounds.
func build(rounds int) scenario {
	text := fmt.Sprintf(buildScript, rounds)
	return scenario{
		name:     "a build",
		commands: []string{"./build.sh"},
		files:    map[string]string{"build.sh": text},
		script:   text,
	}
}

// packages installs a compiler and builds with it.
func packages() scenario {
	files := map[string]string{
		"Makefile": "hello: hello.c\n\tcc -O2 -o $@ $<\n",
		"hello.c":  "#include <stdio.h>\n\nint main(void) { return puts(\"hello\") < 0; }\n",
	}
	script := "set -e; export DEBIAN_FRONTEND=noninteractive; apt-get update; apt-get install -y build-essential\n"
	for _, name := range slices.Sorted(maps.Keys(files)) {
		script += "cat >" + name + " <<'END'\n" + files[name] + "END\n"
	}
	return scenario{
		name:     "apt-get and make",
		commands: []string{"sudo apt-get update", "sudo apt-get install -y build-essential", "make"},
		files:    files,
		script:   script + "make",
	}
}

// flood prints 100 MB (1e6 bytes each) in lines of a hundred bytes.
func flood() scenario {
	const line = "0123456789 abcdefghijklmnopqrstuvwxyz 0123456789 abcdefghijklmnopqrstuvwxyz 0123456789 abcdefghijklm"
	script := "#!/bin/sh\nyes '" + line + "' | head -c 100000000\n"
	return scenario{name: "100 MB of output", commands: []string{"./print.sh"}, files: map[string]string{"print.sh": script}, script: script}
}

// folder is the name as one of a repository.
func (s scenario) folder() string { return strings.ReplaceAll(s.name, " ", "-") }

// lay makes the scenario's repository in dir, with one commit.
func (s scenario) lay(ctx context.Context, dir string) error {
	readme := "# Sample\n\nA small program.\n\n## Installation\n\nTo build it, run:\n\n```sh\n" + strings.Join(s.commands, "\n") + "\n```\n"
	err := errors.Join(os.MkdirAll(dir, 0o755), os.WriteFile(filepath.Join(dir, "README.md"), []byte(readme), 0o644))
	for name, text := range s.files {
		mode := os.FileMode(0o644)
		if strings.HasPrefix(text, "#!") {
			mode = 0o755
		}
		err = errors.Join(err, os.WriteFile(filepath.Join(dir, name), []byte(text), mode))
	}
	if err != nil {
		return fmt.Errorf("lay out sample repository: %w", err)
	}
	for _, args := range [][]string{
		{"init", "--quiet"},
		{"add", "--all"},
		{"-c", "user.name=bench", "-c", "user.email=bench@localhost", "-c", "commit.gpgsign=false", "commit", "--quiet", "--message=sample"},
	} {
		if _, err := git(ctx, dir, args...); err != nil {
			return fmt.Errorf("lay out sample repository: %w", err)
		}
	}
	return nil
}
