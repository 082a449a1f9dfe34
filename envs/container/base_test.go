package container

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/verifier"
)

func quietly(string) {}

func rootfs(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "system.tar")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestBaseTakesTheFirstThatCanBeHad(t *testing.T) {
	e := fakeEngine(newFake())
	f := e.back.(*fakeBackend)
	env := envs.Environment{Name: "x", Base: envs.Base{Image: "debian:12", Rootfs: rootfs(t, "tar")}}

	b, err := e.base(t.Context(), env, quietly)
	if err != nil || b.Name != "rootfs system.tar" || f.pulls != 1 {
		t.Fatalf("without a registry: %+v, %v, %d pulls", b, err, f.pulls)
	}
	again, err := e.base(t.Context(), env, quietly)
	if err != nil || again.ID != b.ID || f.pulls != 1 || f.imports != 1 {
		t.Errorf("the second time: %+v, %v, %d pulls, %d imports", again, err, f.pulls, f.imports)
	}
	f.images["debian:12"] = imageState{ID: "sha256:image", Digests: []string{"debian@sha256:feed"}, Architecture: "arm64"}
	b, err = e.base(t.Context(), env, quietly)
	if diff := cmp.Diff(baseImage{ID: "sha256:image", Name: "debian:12", Digest: "sha256:feed", Arch: "arm64"}, b); diff != "" || err != nil {
		t.Errorf("once it is there: %v (-want +got):\n%s", err, diff)
	}
}

func TestBaseIsPulled(t *testing.T) {
	e := fakeEngine(newFake())
	f := e.back.(*fakeBackend)
	f.pull = func(_ context.Context, ref string) error {
		f.images[ref] = imageState{ID: "sha256:pulled"}
		return nil
	}
	var said []string
	b, err := e.base(t.Context(), envs.Environment{Base: envs.Base{Image: "alpine:3"}}, func(s string) { said = append(said, s) })
	if err != nil || b.ID != "sha256:pulled" || !slices.Contains(said, "fetching image alpine:3") {
		t.Errorf("%+v, %v, said %q", b, err, said)
	}
}

func TestNoBaseToBeHad(t *testing.T) {
	for _, c := range []struct {
		name  string
		base  envs.Base
		blame verifier.Blame
		want  []string
	}{
		{"no registry", envs.Base{Image: "debian:12"}, verifier.BlameWorld, []string{"image debian:12 cannot be fetched", "no such host", "docker load"}},
		{"no file", envs.Base{Rootfs: "/nowhere/system.tar"}, verifier.BlameEnvironment, []string{"/nowhere/system.tar", "no such file"}},
		{"nothing declared", envs.Base{}, verifier.BlameEnvironment, []string{"names no base"}},
		{"no suite", envs.Base{Bootstrap: &envs.Bootstrap{Suite: "--help"}}, verifier.BlameEnvironment, []string{"--help", "code name"}},
		{"neither", envs.Base{Image: "debian:12", Rootfs: "/nowhere"}, verifier.BlameWorld, []string{"no such host", "/nowhere", "rootfs:"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := fakeEngine(newFake()).base(t.Context(), envs.Environment{Name: "mine", Base: c.base}, quietly)
			var trouble *Trouble
			if !errors.As(err, &trouble) || trouble.Blame != c.blame {
				t.Fatalf("error %v", err)
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
			if i := trouble.Incident(); i.What != trouble.What || i.ToDo == "" {
				t.Errorf("incident %+v", i)
			}
		})
	}
}

func TestBootstrapWithoutItsProgram(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	_, err := fakeEngine(newFake()).base(t.Context(), envs.Environment{Base: envs.Base{Bootstrap: &envs.Bootstrap{Suite: "bookworm"}}}, quietly)
	if err == nil || !strings.Contains(err.Error(), "apt-get install mmdebstrap") {
		t.Errorf("error %v", err)
	}
}

// program puts a shell script on the path as mmdebstrap.
func program(t *testing.T, script string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "mmdebstrap"), []byte("#!/bin/sh\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":/usr/bin:/bin")
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
}

func TestBootstrapIsCachedForAWhile(t *testing.T) {
	program(t, "cd /; exec tar -cf - -C /etc hostname\n")
	e := fakeEngine(newFake())
	f := e.back.(*fakeBackend)
	env := envs.Environment{Base: envs.Base{Image: "debian:12", Bootstrap: &envs.Bootstrap{Suite: "bookworm"}}}
	first, err := e.base(t.Context(), env, quietly)
	if err != nil || first.Name != "bootstrap bookworm" {
		t.Fatalf("%+v, %v", first, err)
	}
	other := fakeEngine(f) // another process, which has not asked the registry yet
	second, err := other.base(t.Context(), env, quietly)
	if err != nil || second.ID != first.ID || f.pulls != 1 || f.imports != 1 {
		t.Errorf("soon: %+v, %v, %d pulls, %d imports", second, err, f.pulls, f.imports)
	}
	for k, i := range f.images {
		i.Made = time.Now().Add(-2 * recentBase)
		f.images[k] = i
	}
	if _, err = fakeEngine(f).base(t.Context(), env, quietly); err != nil || f.pulls != 2 || f.imports != 1 {
		t.Errorf("days later: %v, %d pulls, %d imports", err, f.pulls, f.imports)
	}
	for k, i := range f.images {
		i.Made = time.Now().Add(-2 * baseAge)
		f.images[k] = i
	}
	if _, err = fakeEngine(f).base(t.Context(), env, quietly); err != nil || f.imports != 2 {
		t.Errorf("when it is too old: %v, %d imports", err, f.imports)
	}
}

func TestBootstrapThatFails(t *testing.T) {
	for name, script := range map[string]string{
		"at once":       "echo 'E: no such suite' >&2; exit 25\n",
		"in the middle": "tar -cf - -C /etc hostname | head -c 100; echo 'E: no such suite' >&2; exit 25\n",
	} {
		t.Run(name, func(t *testing.T) {
			program(t, script)
			e := fakeEngine(newFake())
			_, err := e.base(t.Context(), envs.Environment{Base: envs.Base{Bootstrap: &envs.Bootstrap{Suite: "bookworm"}}}, quietly)
			if err == nil || !strings.Contains(err.Error(), "no such suite") {
				t.Errorf("error %v", err)
			}
			if f := e.back.(*fakeBackend); len(f.images) != 0 {
				t.Errorf("images %v", f.images)
			}
		})
	}
}

func TestAddFiles(t *testing.T) {
	var in, out bytes.Buffer
	w := tar.NewWriter(&in)
	if err := errors.Join(w.WriteHeader(&tar.Header{Name: "./etc/motd", Mode: 0o644, Size: 2}), second(w.Write([]byte("hi"))), w.Close()); err != nil {
		t.Fatal(err)
	}
	if err := addFiles(&out, &in); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	r := tar.NewReader(&out)
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		raw, readErr := io.ReadAll(r)
		if err != nil || readErr != nil {
			t.Fatal(err, readErr)
		}
		files[h.Name] = string(raw)
	}
	if files["./etc/motd"] != "hi" || !strings.Contains(files["./usr/sbin/policy-rc.d"], "exit 101") || len(files) != 1+len(baseFiles) {
		t.Errorf("%q", files)
	}
	if err := addFiles(io.Discard, strings.NewReader("this is no tar stream"+strings.Repeat("x", 1024))); err == nil {
		t.Error("nonsense was taken for a tar stream")
	}
}

func TestDebianArchitecture(t *testing.T) {
	for platform, want := range map[string]string{"": "", "linux/amd64": "amd64", "linux/arm64": "arm64", "linux/arm64/v8": "arm64", "linux/arm/v7": "armhf", "linux/386": "i386", "linux/ppc64le": "ppc64el"} {
		if got := debianArchitecture(platform); got != want {
			t.Errorf("%s: %q, want %q", platform, got, want)
		}
	}
}

func TestPackContextStaysInItsFolder(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"Dockerfile": "FROM x", "app/main": "m", "secret/key": "k", ".dockerignore": "secret\nDockerfile\n", "a b": "c"} {
		p := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(p), 0o755), os.WriteFile(p, []byte(content), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := packContext(&out, dir, "Dockerfile"); err != nil {
		t.Fatal(err)
	}
	var names []string
	for r := tar.NewReader(&out); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, h.Name)
		if h.Name == "link" && (h.Typeflag != tar.TypeSymlink || h.Linkname != "/etc/passwd") {
			t.Errorf("the link became %+v", h)
		}
	}
	if diff := cmp.Diff([]string{".dockerignore", "Dockerfile", "a b", "app/", "app/main", "link"}, names); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTheSameBaseIsFetchedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := fakeEngine(newFake())
		f := e.back.(*fakeBackend)
		arrived := make(chan struct{})
		f.pull = func(_ context.Context, ref string) error {
			<-arrived
			f.images[ref] = imageState{ID: "sha256:pulled"}
			return nil
		}
		env := envs.Environment{Base: envs.Base{Image: "debian:12"}}
		results := make(chan string, 3)
		for range 3 {
			go func() {
				b, err := e.base(t.Context(), env, quietly)
				if err != nil {
					t.Error(err)
				}
				results <- b.ID
			}()
		}
		synctest.Wait() // all three are under way
		close(arrived)
		for range 3 {
			if id := <-results; id != "sha256:pulled" {
				t.Errorf("base %q", id)
			}
		}
		if f.pulls != 1 {
			t.Errorf("%d pulls", f.pulls)
		}
	})
}

func TestOneWhoGivesUpDoesNotSpoilItForOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := fakeEngine(newFake())
		f := e.back.(*fakeBackend)
		f.pull = func(ctx context.Context, ref string) error {
			if f.pulls == 1 {
				<-ctx.Done()
				return ctx.Err()
			}
			f.images[ref] = imageState{ID: "sha256:pulled"}
			return nil
		}
		env := envs.Environment{Base: envs.Base{Image: "debian:12"}}
		impatient, giveUp := context.WithCancel(t.Context())
		first := make(chan error, 1)
		go func() {
			_, err := e.base(impatient, env, quietly)
			first <- err
		}()
		synctest.Wait()
		second := make(chan error, 1)
		go func() {
			_, err := e.base(t.Context(), env, quietly)
			second <- err
		}()
		synctest.Wait()
		giveUp()
		if err := <-first; !errors.Is(err, context.Canceled) {
			t.Errorf("the impatient one: %v", err)
		}
		if err := <-second; err != nil {
			t.Errorf("the patient one: %v", err)
		}
	})
}
