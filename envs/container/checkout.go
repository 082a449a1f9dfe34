package container

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

// Checkout is the repository as it is brought into a machine.
type Checkout struct {
	Name   string         // of the folder that a clone makes
	Bundle string         // git bundle on this host
	Ref    string         // branch in it
	URLs   []string       // every spelling that shall give the bundle when cloned
	Origin string         // what the clone says it came from
	Start  verifier.Start // where the newcomer stands
}

const (
	bundlePath  = controlDir + "/repository.bundle"
	mappingPath = controlDir + "/repository.gitconfig"
)

var folderName = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._+-]*$`)

func (c Checkout) check() error {
	if c.Bundle == "" && c.Name == "" {
		return nil // a machine without a repository
	}
	if !folderName.MatchString(c.Name) {
		return fmt.Errorf("bring the repository in: %q is no folder name", c.Name)
	}
	for _, s := range append([]string{c.Ref, c.Origin}, c.URLs...) {
		if strings.HasPrefix(s, "-") || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return fmt.Errorf("bring the repository in: %q is neither URL nor branch", s)
		}
	}
	return nil
}

// afterURL are the characters with which another repository's URL may go on.
const afterURL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"

// mapping is a git configuration that turns every spelling into the bundle.
// git compares beginnings and takes the longest, so that a mapping of
// host/owner/tool would catch host/owner/tool-plugins too; for each
// character with which a longer name could go on there is one that maps it
// to itself.
func (c Checkout) mapping() string {
	quote := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace
	var b strings.Builder
	add := func(to, from string) {
		fmt.Fprintf(&b, "[url \"%s\"]\n\tinsteadOf = \"%s\"\n", quote(to), quote(from))
	}
	mapped := map[string]bool{}
	for _, u := range c.URLs {
		for _, spelling := range []string{u, u + "/"} {
			if !mapped[spelling] {
				mapped[spelling] = true
				add(bundlePath, spelling)
			}
		}
	}
	for _, u := range c.URLs {
		for _, r := range afterURL {
			if longer := u + string(r); !mapped[longer] {
				mapped[longer] = true
				add(longer, longer)
			}
		}
	}
	return b.String()
}

// setUp is the script that makes the mapping known and clones, as root. It
// prints the folder in which the newcomer starts.
const setUp = `set -e
umask 022
home=$(eval echo "~$user")
if [ -f "$mapping" ]; then
	printf '[include]\n\tpath = %s\n' "$mapping" >>/etc/gitconfig
fi
if [ -n "$clone" ] && command -v git >/dev/null; then
	cd "$home"
	git clone -q ${ref:+-b "$ref"} -- "$bundle" "$name" </dev/null >&2
	[ -z "$origin" ] || git -C "$name" remote set-url origin "$origin"
	[ "$user" = root ] || chown -Rh "$(id -u "$user"):$(id -g "$user")" "$name"
fi
[ -z "$clone" ] || [ -d "$home/$name" ] || missing=1
printf '%s\n%s\n%s %s\n' "$home" "${missing-}" "$(id -u "$user")" "$(id -g "$user")"`

// bring puts the repository into a machine and gives the folder to start in.
func (m *Machine) bring(ctx context.Context, c Checkout) (dir string, err error) {
	if c.Bundle != "" {
		if err := m.sendBundle(ctx, c); err != nil {
			return "", err
		}
	}
	clone := ""
	if c.Start == verifier.StartInside || c.Start == verifier.StartBeside {
		clone = "yes"
	}
	var head strings.Builder
	for _, v := range [][2]string{
		{"user", m.stage.env.User}, {"mapping", mappingPath}, {"bundle", bundlePath},
		{"clone", clone}, {"name", c.Name}, {"ref", c.Ref}, {"origin", c.Origin},
	} {
		fmt.Fprintf(&head, "%s='%s'\n", v[0], strings.ReplaceAll(v[1], "'", `'\''`))
	}
	text, exit, err := m.exec(ctx, head.String()+"exec 2>&1\n"+setUp)
	if err != nil {
		return "", err
	}
	if exit != 0 {
		return "", &Trouble{
			Blame: verifier.BlameContainer, What: "the repository could not be cloned inside the machine", Where: c.Name,
			Err: fmt.Errorf("exit status %d: %s", exit, strings.TrimSpace(text)), ToDo: "check that the repository is whole (git fsck)",
		}
	}
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	if len(lines) < 3 {
		return "", fmt.Errorf("bring the repository in: unexpected answer %q", text)
	}
	lines = lines[len(lines)-3:]
	home := lines[0]
	if lines[1] != "" {
		var uid, gid int
		if _, err := fmt.Sscanf(lines[2], "%d %d", &uid, &gid); err != nil {
			return "", fmt.Errorf("bring the repository in: user of the machine: %w", err)
		}
		if err := m.sendTree(ctx, c, home, uid, gid); err != nil {
			return "", err
		}
	}
	if c.Start == verifier.StartInside {
		return path.Join(home, c.Name), nil
	}
	return home, nil
}

// sendBundle copies the bundle and the mapping in, as one stream.
func (m *Machine) sendBundle(ctx context.Context, c Checkout) error {
	f, err := os.Open(c.Bundle)
	if err != nil {
		return fmt.Errorf("bring the repository in: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("bring the repository in: %w", err)
	}
	stream, in := io.Pipe()
	packed := make(chan struct{})
	go func() {
		defer close(packed)
		w := tar.NewWriter(in)
		put := func(name string, size int64, content io.Reader) error {
			h := &tar.Header{Typeflag: tar.TypeReg, Name: strings.TrimPrefix(name, "/"), Mode: 0o644, Size: size, ModTime: time.Now()}
			if err := w.WriteHeader(h); err != nil {
				return err
			}
			_, err := io.Copy(w, content)
			return err
		}
		err := put(bundlePath, info.Size(), f)
		if mapping := c.mapping(); err == nil && mapping != "" {
			err = put(mappingPath, int64(len(mapping)), strings.NewReader(mapping))
		}
		in.CloseWithError(errors.Join(err, w.Close()))
	}()
	err = m.engine.back.CopyIn(ctx, m.box.ID, "/", stream)
	err = errors.Join(err, stream.Close())
	<-packed
	return lost("bring the repository in", err)
}

// sendTree clones on this host, where the machine has no git, and copies the
// tree in as the machine's user owns it.
func (m *Machine) sendTree(ctx context.Context, c Checkout, home string, uid, gid int) (err error) {
	scratch, err := os.MkdirTemp("", "freshinstall-clone-")
	if err != nil {
		return fmt.Errorf("bring the repository in: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	tree := filepath.Join(scratch, c.Name)
	commands := [][]string{{"clone", "-q", "--template=", "--", c.Bundle, tree}}
	if c.Ref != "" {
		commands[0] = []string{"clone", "-q", "--template=", "-b", c.Ref, "--", c.Bundle, tree}
	}
	if c.Origin != "" {
		commands = append(commands, []string{"-C", tree, "remote", "set-url", "origin", "--", c.Origin})
	}
	for _, args := range commands {
		if err := git(ctx, args); err != nil {
			return fmt.Errorf("bring the repository in: %w", err)
		}
	}
	root, err := os.OpenRoot(scratch)
	if err != nil {
		return fmt.Errorf("bring the repository in: %w", err)
	}
	defer root.Close()
	stream, in := io.Pipe()
	packed := make(chan struct{})
	go func() {
		defer close(packed)
		w := tar.NewWriter(in)
		err := fs.WalkDir(root.FS(), c.Name, func(name string, _ fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			return packFile(w, root, name, uid, gid)
		})
		in.CloseWithError(errors.Join(err, w.Close()))
	}()
	err = m.engine.back.CopyIn(ctx, m.box.ID, home, stream)
	err = errors.Join(err, stream.Close())
	<-packed
	return lost("bring the repository in", err)
}

// git runs the git command on foreign data: nothing of this host's or the
// repository's configuration may run programs, and nobody is asked.
func git(ctx context.Context, args []string) error {
	command := exec.CommandContext(ctx, "git", append([]string{"-c", "core.hooksPath=" + os.DevNull, "-c", "core.fsmonitor=false"}, args...)...)
	command.Env = []string{
		"PATH=" + os.Getenv("PATH"), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + os.DevNull,
		"GIT_TERMINAL_PROMPT=0", "GIT_ALLOW_PROTOCOL=file", "LC_ALL=C",
	}
	command.WaitDelay = 5 * time.Second
	var said bytes.Buffer
	command.Stderr = &said
	if err := command.Run(); err != nil {
		return fmt.Errorf("git %s: %w: %s", args[0], err, strings.TrimSpace(said.String()))
	}
	return nil
}
