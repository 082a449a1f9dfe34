package preflight

import (
	"path"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier/shell"
)

const (
	buildTakes = `-t --tag -f --file --build-arg --target --network --platform --label --cache-from --cache-to -o --output --progress --secret --ssh --add-host --shm-size
		-m --memory --builder --iidfile --build-context --ulimit --cpuset-cpus`
	buildAlone = "--no-cache --pull --rm --force-rm --squash --push --load -q --quiet --compress"

	composeTakes = "-f --file -p --project-name --env-file --profile --project-directory --ansi --parallel --progress -c --context -H"
	composeAlone = "--compatibility --verbose --dry-run --all-resources"
)

// docker checks the files of an image's build and of a compose project.
func (w *walk) docker(a shell.Act) {
	args := a.Args
	if len(args) > 1 && args[0] == "compose" {
		a.Args = args[1:]
		w.compose(a)
		return
	}
	if len(args) > 1 && (args[0] == "buildx" || args[0] == "image" || args[0] == "builder") {
		args = args[1:]
	}
	if len(args) > 0 && (args[0] == "run" || args[0] == "pull") {
		w.versions(a)
		return
	}
	if len(args) == 0 || args[0] != "build" {
		return
	}
	words, values, ok := positional(args[1:], buildTakes, buildAlone)
	if !ok || len(words) != 1 || w.quiet {
		return
	}
	context, known := w.resolve(words[0])
	if files := append(values["-f"], values["--file"]...); len(files) > 0 {
		for _, f := range files {
			w.needs(f, tracked, a)
		}
		return
	}
	if inside, is := w.inside(context); known && is && w.tree.look(inside) == absent {
		w.needs(words[0], folder, a)
		return
	}
	if known {
		w.manifest(manifests["dockerfile"], context)
	}
}

// compose checks the compose file and the services that are named.
func (w *walk) compose(a shell.Act) {
	split := len(a.Args)
	for i := 0; i < len(a.Args); i++ {
		if name, _, given := strings.Cut(a.Args[i], "="); slices.Contains(strings.Fields(composeTakes), name) {
			if !given {
				i++
			}
			continue
		}
		if !strings.HasPrefix(a.Args[i], "-") {
			split = i
			break
		}
	}
	_, values, ok := positional(a.Args[:split], composeTakes, composeAlone)
	rest := a.Args[split:]
	if !ok || len(rest) == 0 || w.quiet || slices.Contains(a.Set, "COMPOSE_FILE") || len(values["--project-directory"]) > 0 {
		return
	}
	verb := rest[0]
	if !oneOf(verb, "up", "build", "run", "exec", "pull", "start", "logs", "restart", "create") {
		return
	}
	files := append(values["-f"], values["--file"]...)
	for _, f := range files {
		w.needs(f, tracked, a)
	}
	var read []string
	if len(files) == 0 {
		main := w.manifest(manifests["compose"], w.at.dir)
		if main == "" {
			return
		}
		read = append(read, main)
		for _, other := range []string{"docker-compose.override.yml", "docker-compose.override.yaml", "compose.override.yaml", "compose.override.yml"} {
			if p := path.Join(path.Dir(main), other); w.tree.files[p] {
				read = append(read, p)
			}
		}
	}
	for _, f := range files {
		p, known := w.resolve(f)
		inside, is := w.inside(p)
		if !known || !is || !w.tree.files[inside] {
			return
		}
		read = append(read, inside)
	}
	w.services(read, verb, rest[1:])
}

// services checks the names of services against all files together.
func (w *walk) services(files []string, verb string, args []string) {
	takes, alone := "-t --timeout --scale --wait-timeout --pull -e --env -u --user -w --workdir --name -p --publish -v --volume --entrypoint --index --build-arg --tail -n --since",
		"-d --detach --build --force-recreate --no-deps --remove-orphans -V --no-build --wait --rm -T -it -ti -i --interactive -f --follow --no-cache --pull --parallel --quiet-pull --service-ports -q --abort-on-container-exit --renew-anon-volumes --no-recreate"
	words, _, ok := positional(args, takes, alone)
	if verb == "run" || verb == "exec" {
		// What follows the service is a command with options of its own.
		for n, arg := range args {
			if !strings.HasPrefix(arg, "-") {
				if words, _, ok = positional(args[:n+1], takes, alone); ok && len(words) == 1 {
					break
				}
			}
		}
		words = words[:min(len(words), 1)]
	}
	if !ok || len(words) == 0 {
		return
	}
	var have []string
	for _, f := range files {
		text := w.tree.read(f)
		keys, known := keysOf(text, "services")
		if !known || strings.Contains(text, "\ninclude:") {
			return
		}
		have = append(have, keys...)
	}
	for _, s := range words {
		if plain(s) {
			w.undefined(files[0], s, have, len(files) == 1)
		}
	}
}

// container notes what a container may change, and where the shell stands
// after one was entered.
func (w *walk) container(a shell.Act) {
	verb := a.Arg(0)
	if a.Name != "docker-compose" && verb == "compose" {
		verb = a.Arg(1)
	}
	if !oneOf(verb, "run", "exec", "attach") {
		return
	}
	w.wild = true
	if last := a.Args[len(a.Args)-1]; oneOf(path.Base(last), "bash", "sh", "zsh", "ash") || verb == "attach" || verb == "run" && a.Has("-it", "-ti", "-i") {
		w.at = place{}
	}
}
