package container

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/verifier"
)

// bootstrapRecipe is part of the cache key: a change of what is put into a
// base must not meet an old image.
const bootstrapRecipe = "4"

var suiteName = regexp.MustCompile(`^[a-z][a-z0-9.-]{0,30}$`)

// baseFiles make a bootstrapped system behave in a container as the
// distribution's own container image does: no service starts on installation,
// dpkg does not wait for the disk, apt keeps no packages and no translations.
var baseFiles = []struct {
	name    string
	mode    int64
	content string
}{
	{"./usr/sbin/policy-rc.d", 0o755, "#!/bin/sh\n# No service is started when its package is installed.\nexit 101\n"},
	{"./etc/dpkg/dpkg.cfg.d/docker-apt-speedup", 0o644, "force-unsafe-io\n"},
	{"./etc/apt/apt.conf.d/docker-clean", 0o644, `DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
APT::Update::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
`},
	{"./etc/apt/apt.conf.d/docker-no-languages", 0o644, "Acquire::Languages \"none\";\n"},
	{"./etc/apt/apt.conf.d/docker-gzip-indexes", 0o644, "Acquire::GzipIndexes \"true\";\n"},
	{"./etc/apt/apt.conf.d/docker-autoremove-suggests", 0o644, "Apt::AutoRemove::SuggestsImportant \"false\";\n"},
}

// mergedUsr are hooks of mmdebstrap's own. Without them it meets the demand for
// a merged /usr in Debian 12 with the package usrmerge, which brings all of
// perl; official images have usr-is-merged, which brings nothing.
const mergedUsr = "/usr/share/mmdebstrap/hooks/maybe-merged-usr"

func bootstrapKey(b envs.Base) string {
	return "bootstrap:" + b.Bootstrap.Suite + ":" + b.Platform + ":" + bootstrapRecipe
}

// cachedBase is the base that was made from the archive before, if it is not
// too old.
func (e *Engine) cachedBase(ctx context.Context, b envs.Base) (thing, bool) {
	if b.Bootstrap == nil {
		return thing{}, false
	}
	t, ok := e.labelled(ctx, kindBase, bootstrapKey(b))
	return t, ok && time.Since(t.Made) < baseAge
}

// fromArchive makes a Debian base from the distribution's own archive.
func (e *Engine) fromArchive(ctx context.Context, b envs.Base, say func(string)) (baseImage, error) {
	suite := b.Bootstrap.Suite
	name := "bootstrap " + suite
	if t, ok := e.cachedBase(ctx, b); ok {
		return e.imported(ctx, t.ID, name)
	}
	trouble := &Trouble{Blame: verifier.BlameWorld, What: "base " + suite + " cannot be made from the distribution's archive", Where: "mmdebstrap"}
	if !suiteName.MatchString(suite) {
		trouble.Blame, trouble.ToDo = verifier.BlameEnvironment, "bootstrap: suite: must be the code name of a release, as bookworm"
		return baseImage{}, trouble
	}
	program, err := exec.LookPath("mmdebstrap")
	if err != nil {
		trouble.Blame, trouble.Err = verifier.BlameContainer, err
		trouble.ToDo = "install it (sudo apt-get install mmdebstrap), or make an image registry reachable"
		return baseImage{}, trouble
	}
	release := exclusive(ctx, "base-"+suite)
	defer release()
	if t, ok := e.cachedBase(ctx, b); ok {
		return e.imported(ctx, t.ID, name) // made by another process while we waited
	}
	say(fmt.Sprintf("making base %s from the distribution's archive; this takes about a minute, once", suite))
	began := time.Now()
	id, err := e.bootstrap(ctx, program, b)
	if err != nil {
		if ctx.Err() != nil {
			return baseImage{}, ctx.Err()
		}
		trouble.Err, trouble.ToDo = err, "check that the archive can be reached and that the suite exists"
		return baseImage{}, trouble
	}
	say(fmt.Sprintf("base %s made in %.0f s", suite, time.Since(began).Seconds()))
	return e.imported(ctx, id, name)
}

// bootstrap pipes mmdebstrap's tar stream into an image.
func (e *Engine) bootstrap(ctx context.Context, program string, b envs.Base) (string, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	args := []string{"--variant=minbase", "--quiet"}
	if _, err := os.Stat(mergedUsr); err == nil {
		args = append(args, "--hook-dir="+mergedUsr)
	}
	if arch := debianArchitecture(b.Platform); arch != "" {
		args = append(args, "--architectures="+arch)
	}
	command := exec.CommandContext(ctx, program, append(args, "--", b.Bootstrap.Suite, "-")...)
	command.WaitDelay = 10 * time.Second // grandchildren may hold the pipes open
	said := &lastLines{}
	command.Stderr = said
	raw, err := command.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := command.Start(); err != nil {
		return "", err
	}
	complete, in := io.Pipe()
	finished := make(chan error, 1)
	go func() {
		err := addFiles(in, raw)
		if err != nil {
			cancel() // nobody reads on: it must not wait for a reader
		}
		err = errors.Join(err, command.Wait())
		in.CloseWithError(err) // an incomplete file system must not become an image
		finished <- err
	}()
	key := bootstrapKey(b)
	id, err := e.back.Import(ctx, complete, imageName(kindBase, key), b.Platform, e.baseChanges(key))
	closeErr := complete.Close()
	if made := <-finished; made != nil {
		return "", fmt.Errorf("%w: %s", made, said.String())
	}
	return id, errors.Join(err, closeErr)
}

// debianArchitecture is Debian's name for the processor of "linux/arm64" and
// the like; empty for the engine's own.
func debianArchitecture(platform string) string {
	_, arch, _ := strings.Cut(platform, "/")
	switch arch {
	case "386":
		return "i386"
	case "arm/v7":
		return "armhf"
	case "arm/v5", "arm/v6":
		return "armel"
	case "ppc64le":
		return "ppc64el"
	}
	return strings.TrimSuffix(arch, "/v8")
}

// addFiles copies a tar stream and appends the base files.
func addFiles(out io.Writer, in io.Reader) error {
	w, r := tar.NewWriter(out), tar.NewReader(in)
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if err := w.WriteHeader(h); err != nil {
			return err
		}
		if _, err := io.Copy(w, r); err != nil {
			return err
		}
	}
	for _, f := range baseFiles {
		h := &tar.Header{Typeflag: tar.TypeReg, Name: f.name, Mode: f.mode, Size: int64(len(f.content)), Uname: "root", Gname: "root", ModTime: time.Now()}
		if err := w.WriteHeader(h); err != nil {
			return err
		}
		if _, err := io.WriteString(w, f.content); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	// What pads the stream after its end belongs to it.
	_, err := io.Copy(io.Discard, in)
	return err
}

// lastLines keeps the end of what a program says.
type lastLines struct{ tail []byte }

func (l *lastLines) Write(p []byte) (int, error) {
	const most = 2 << 10
	l.tail = append(l.tail, p...)
	if cut := len(l.tail) - most; cut > 0 {
		l.tail = l.tail[cut:]
	}
	return len(p), nil
}

func (l *lastLines) String() string { return strings.TrimSpace(string(l.tail)) }
