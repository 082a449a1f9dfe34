package container

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/envs/gate"
	"github.com/freshinstall/freshinstall/verifier"
)

// extraBundle holds the extra authorities for programs with roots of their own.
const extraBundle = "/usr/local/share/freshinstall/extra-authorities.pem"

// furnisher adds to a bare system what a person's fresh machine has, one
// thing after the other, and notes what each one brought.
type furnisher struct {
	back  backend
	id    string
	env   envs.Environment
	extra []authority
	proxy envs.Proxy                        // that the machine's programs are told of
	via   []string                          // variables with the furnishing's own way to the network
	reach func(context.Context, gate.Hosts) // opens the way to those in private networks; nil: nothing is closed
	say   func(string)

	system      system
	manager     manager
	updated     bool
	executables []string
	done        furnished
}

func (f *furnisher) all(ctx context.Context) (furnished, error) {
	text, err := f.run(ctx, "cat /etc/os-release 2>/dev/null || cat /usr/lib/os-release 2>/dev/null || :")
	if err != nil {
		return furnished{}, err
	}
	f.system = parseRelease(text)
	if f.system.family == verifier.FamilyUnknown && f.env.Family != "" {
		f.system.family = f.env.Family
	}
	f.manager = managers[f.system.family]
	f.done.Record = verifier.Environment{
		Family: f.system.family, Release: f.system.release, Version: f.system.version,
		User: f.env.User, Sudo: f.env.Furnish.Sudo, Packages: f.env.Packages,
		Furnishings: []verifier.Furnishing{},
	}
	own, err := f.sources(ctx)
	if err != nil {
		return furnished{}, err
	}
	if f.reach != nil && catalogued(f.env.Base) {
		f.reach(ctx, own)
	}
	if f.executables, err = f.listExecutables(ctx); err != nil {
		return furnished{}, err
	}
	steps := []func(context.Context) error{
		f.addAuthorities, f.addBash, f.addUser, f.addSudo, f.addGit, f.addCertificates, f.addUTF8, f.addPackages, f.finish,
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return furnished{}, err
		}
	}
	// What is declared under packages: may be a package manager.
	if f.done.Sources, err = f.sources(ctx); err != nil {
		return furnished{}, err
	}
	return f.done, f.addProxy(ctx)
}

// run executes a script as root with what the system's shell is.
func (f *furnisher) run(ctx context.Context, script string) (string, error) {
	text, exit, err := execWith(ctx, f.back, f.id, "sh", shellStart+script, f.via)
	if err != nil {
		return text, err
	}
	if exit != 0 {
		return text, f.failed(text, exit)
	}
	return text, nil
}

// failed says whose fault it is that a script did not work.
func (f *furnisher) failed(text string, exit int) error {
	said := &lastLines{}
	// lastLines takes everything.
	_, _ = said.Write([]byte(strings.TrimSpace(text)))
	t := &Trouble{
		Blame: verifier.BlameWorld, What: "the machine cannot be furnished", Where: "environment " + f.env.Name,
		Err:  fmt.Errorf("exit status %d: %s", exit, said),
		ToDo: "check the network and the distribution's archive, or switch the furnishing off under furnish:",
	}
	for _, m := range f.manager.missing {
		if strings.Contains(text, m) {
			t.Blame, t.ToDo = verifier.BlameEnvironment, "correct the names under packages:"
		}
	}
	return t
}

const listExecutables = `for d in /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin /usr/games; do
	ls -1 "$d" 2>/dev/null || :
done`

// listExecutables gives the commands on the usual path, sorted.
func (f *furnisher) listExecutables(ctx context.Context) ([]string, error) {
	text, err := f.run(ctx, listExecutables)
	names := strings.Fields(text)
	slices.Sort(names)
	return slices.Compact(names), err
}

// note lists a furnishing with the executables that were not there before it.
func (f *furnisher) note(ctx context.Context, name, detail string) error {
	now, err := f.listExecutables(ctx)
	if err != nil {
		return err
	}
	var brought []string
	for _, e := range now {
		if _, had := slices.BinarySearch(f.executables, e); !had {
			brought = append(brought, e)
		}
	}
	f.executables = now
	f.done.Record.Furnishings = append(f.done.Record.Furnishings, verifier.Furnishing{Name: name, Detail: detail, Brought: brought})
	return nil
}

// install brings packages, after fetching the package lists once.
func (f *furnisher) install(ctx context.Context, command string, names ...string) error {
	if f.manager.install == "" {
		return &Trouble{
			Blame: verifier.BlameEnvironment, What: "no known package manager to install " + strings.Join(names, ", "), Where: "environment " + f.env.Name,
			ToDo: "use an image that has them, and switch the furnishing off",
		}
	}
	if err := f.update(ctx); err != nil {
		return err
	}
	_, err := f.run(ctx, command+" "+strings.Join(names, " "))
	return err
}

func (f *furnisher) update(ctx context.Context) error {
	if f.updated || f.manager.update == "" {
		return nil
	}
	f.say("fetching package lists for " + f.env.Name)
	_, err := f.run(ctx, f.manager.update)
	f.updated = err == nil
	return err
}

// has reports whether a command is there.
func (f *furnisher) has(command string) bool {
	return slices.Contains(f.executables, command)
}

func (f *furnisher) addAuthorities(ctx context.Context) error {
	if len(f.extra) == 0 {
		return nil
	}
	var files bytes.Buffer
	w := tar.NewWriter(&files)
	var problems []error
	put := func(name string, content []byte) {
		h := &tar.Header{Typeflag: tar.TypeReg, Name: strings.TrimPrefix(name, "/"), Mode: 0o644, Size: int64(len(content)), ModTime: time.Now()}
		problems = append(problems, w.WriteHeader(h), second(w.Write(content)))
	}
	var names []string
	var bundle []byte
	for _, a := range f.extra {
		names = append(names, a.name)
		bundle = append(bundle, a.pem...)
		if f.manager.authorities != "" {
			put(fmt.Sprintf("%s/freshinstall-%s.crt", f.manager.authorities, a.sum), a.pem)
		}
	}
	put(extraBundle, bundle)
	if err := errors.Join(append(problems, w.Close())...); err != nil {
		return err
	}
	if err := f.back.CopyIn(ctx, f.id, "/", &files); err != nil {
		return lost("write certificate authorities", err)
	}
	if f.manager.trust != "" {
		program, _, _ := strings.Cut(f.manager.trust, " ")
		if _, err := f.run(ctx, fmt.Sprintf("if command -v %s >/dev/null; then %s; fi", program, f.manager.trust)); err != nil {
			return err
		}
	}
	f.done.Session = append(f.done.Session, "NODE_EXTRA_CA_CERTS="+extraBundle)
	return f.note(ctx, "host-ca", "extra certificate authorities of this host: "+strings.Join(names, ", ")+" (NODE_EXTRA_CA_CERTS names them for Node.js)")
}

func (f *furnisher) addBash(ctx context.Context) error {
	if f.has("bash") {
		return nil
	}
	f.say("installing bash for " + f.env.Name)
	if err := f.install(ctx, f.manager.install, "bash"); err != nil {
		return err
	}
	return f.note(ctx, "bash", "the shell in which the steps are typed; the image has none")
}
