package container

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// gateProgram is where this program lies in the image from which gates start.
const gateProgram = "/gate"

// program gives the image that holds nothing but this very program, so that
// what runs in a container is what runs here. It is made once for each build.
func (e *Engine) program(ctx context.Context) (string, error) {
	made, err := e.shared(ctx, "program", func() (any, error) {
		e.mu.Lock()
		image := e.gateImage
		e.mu.Unlock()
		if image != "" {
			return image, nil
		}
		image, err := e.findProgram(ctx)
		if err == nil {
			e.mu.Lock()
			e.gateImage = image
			e.mu.Unlock()
		}
		return image, err
	})
	if err != nil {
		return "", err
	}
	return made.(string), nil
}

func (e *Engine) findProgram(ctx context.Context) (string, error) {
	if runtime.GOOS != "linux" {
		return "", fmt.Errorf("this program is built for %s, and machines run Linux", runtime.GOOS)
	}
	f, err := os.Open("/proc/self/exe") // the file itself, also after it was replaced
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", fmt.Errorf("read this program: %w", err)
	}
	key := "program:" + hex.EncodeToString(sum.Sum(nil))
	if t, ok := e.labelled(ctx, kindProgram, key); ok {
		return t.ID, nil
	}
	release := exclusive(ctx, "program")
	defer release()
	if t, ok := e.labelled(ctx, kindProgram, key); ok {
		return t.ID, nil
	}
	stream, in := io.Pipe()
	packed := make(chan struct{})
	go func() {
		defer close(packed)
		in.CloseWithError(packProgram(in, f))
	}()
	id, err := e.back.Import(ctx, stream, imageName(kindProgram, key), "", e.keptAs(kindProgram, key))
	_ = stream.Close() // ends the packer, whatever became of the image
	<-packed
	if err != nil {
		return "", fmt.Errorf("keep this program with the engine: %w", err)
	}
	e.dropFormer(ctx, id)
	return id, nil
}

// dropFormer removes the images of former builds that nothing runs from.
func (e *Engine) dropFormer(ctx context.Context, id string) {
	all, err := e.back.List(ctx, labelKind, kindProgram)
	if err != nil {
		return // the next build tries again
	}
	for _, t := range all {
		if t.Class == classImage && t.ID != id {
			_ = e.back.Remove(ctx, t) // one in use stays
		}
	}
}

// packProgram writes an executable as a tar, with what it is linked against
// where that is so: most builds need nothing beside them.
func packProgram(to io.Writer, f *os.File) error {
	w := tar.NewWriter(to)
	libraries, err := linked(f)
	if err != nil {
		return err
	}
	if err := packAs(w, gateProgram, f.Name()); err != nil {
		return err
	}
	for _, name := range libraries {
		if err := packAs(w, name, name); err != nil {
			return err
		}
	}
	// Where an engine puts its own files.
	for _, dir := range []string{"etc/", "proc/", "sys/", "dev/", "tmp/"} {
		if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: dir, Mode: 0o755}); err != nil {
			return err
		}
	}
	return w.Close()
}

func packAs(w *tar.Writer, name, from string) error {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	h := &tar.Header{Typeflag: tar.TypeReg, Name: strings.TrimPrefix(name, "/"), Mode: 0o755, Size: info.Size()}
	if err := w.WriteHeader(h); err != nil {
		return err
	}
	_, err = io.Copy(w, f)
	return err
}

// libraryFolders are where a loader looks by itself (ld.so(8)), and the
// folders by processor that Debian adds.
var libraryFolders = []string{
	"/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu", "/usr/lib/aarch64-linux-gnu",
	"/lib64", "/usr/lib64", "/lib", "/usr/lib",
}

// linked names the loader and the libraries that an executable needs; none
// for a static one.
func linked(f io.ReaderAt) ([]string, error) {
	program, err := elf.NewFile(f)
	if err != nil {
		return nil, err
	}
	interpreter := program.Section(".interp")
	if interpreter == nil {
		return nil, nil
	}
	raw, err := interpreter.Data()
	if err != nil {
		return nil, err
	}
	found := []string{string(bytes.TrimRight(raw, "\x00"))}
	seen := map[string]bool{filepath.Base(found[0]): true}
	wanted, err := program.ImportedLibraries()
	for len(wanted) > 0 && err == nil {
		name := wanted[0]
		wanted = wanted[1:]
		if seen[name] {
			continue
		}
		seen[name] = true
		var more []string
		if name, more, err = library(name); err == nil {
			found, wanted = append(found, name), append(wanted, more...)
		}
	}
	return found, err
}

// library finds one by its name, with what it needs itself.
func library(name string) (path string, needs []string, err error) {
	for _, folder := range libraryFolders {
		path := filepath.Join(folder, name)
		f, err := elf.Open(path)
		if err != nil {
			continue
		}
		needs, err := f.ImportedLibraries()
		return path, needs, errors.Join(err, f.Close())
	}
	return "", nil, fmt.Errorf("this program needs the library %s, which is not found; build it with CGO_ENABLED=0", name)
}
