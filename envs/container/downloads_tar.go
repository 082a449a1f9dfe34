package container

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const (
	// mostDownloads bounds what is kept of one machine, in bytes, and
	// mostFiles in files: npm keeps two or three for each package.
	mostDownloads = 1 << 30
	mostFiles     = 100_000
	// downloadsTop is the folder of the image in which they lie.
	downloadsTop = "downloads"
)

// stockTaking counts files as they pass.
type stockTaking struct {
	of    map[string]stock
	lines []string
	seen  map[string]bool
}

func newStockTaking() *stockTaking {
	return &stockTaking{of: map[string]stock{}, seen: map[string]bool{}}
}

// full reports whether another file of that size would be too much.
func (t *stockTaking) full(bytes int64) bool {
	total := bytes
	for _, s := range t.of {
		total += s.Bytes
	}
	return total > mostDownloads || len(t.lines) >= mostFiles
}

func (t *stockTaking) count(d depot, rel string, bytes int64) {
	t.seen[d.name+"/"+rel] = true
	s := t.of[d.name]
	t.of[d.name] = stock{s.Files + 1, s.Bytes + bytes}
	t.lines = append(t.lines, fmt.Sprintf("%s/%s %d", d.name, rel, bytes))
}

func (t *stockTaking) stocks() stocks {
	slices.Sort(t.lines)
	sum := sha256.Sum256([]byte(strings.Join(t.lines, "\n")))
	return stocks{t.of, hex.EncodeToString(sum[:])}
}

// spool is a tar file of this computer that has no name any more when it is
// written.
type spool struct {
	file *os.File
	tar  *tar.Writer
	err  error // of making it
}

func newSpool() spool {
	f, err := os.CreateTemp("", "freshinstall-downloads-")
	if err != nil {
		return spool{err: err}
	}
	// Where an open file can be removed, nothing is left when we are killed.
	_ = os.Remove(f.Name())
	return spool{file: f, tar: tar.NewWriter(f)}
}

// put writes one file.
func (s *spool) put(h *tar.Header, content io.Reader) error {
	if s.err != nil {
		return s.err
	}
	h.ModTime = h.ModTime.Truncate(time.Second)
	if err := s.tar.WriteHeader(h); err != nil {
		return err
	}
	_, err := io.Copy(s.tar, content)
	return err
}

// send gives the whole file to a taker and drops it.
func (s *spool) send(take func(io.Reader) error) error {
	err := s.err
	if err == nil {
		err = s.tar.Close()
	}
	if err == nil {
		_, err = s.file.Seek(0, io.SeekStart)
	}
	if err == nil {
		err = take(struct{ io.Reader }{s.file}) // HTTP clients close what they can
	}
	return errors.Join(err, s.drop())
}

func (s *spool) drop() error {
	if s.file == nil {
		return s.err
	}
	err := s.file.Close()
	if rerr := os.Remove(s.file.Name()); !errors.Is(rerr, os.ErrNotExist) {
		err = errors.Join(err, rerr)
	}
	return err
}

// each walks the regular files of a tar stream below its first folder. What is
// no plain path is left out.
func each(r io.Reader, take func(rel string, h *tar.Header, content io.Reader) error) error {
	for in := tar.NewReader(r); ; {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		_, rel, _ := strings.Cut(strings.TrimPrefix(h.Name, "./"), "/")
		if h.Typeflag != tar.TypeReg || rel == "" || path.Clean(rel) != rel || !filepath.IsLocal(rel) || strings.ContainsRune(rel, 0) {
			continue
		}
		if err := take(rel, h, in); err != nil {
			return err
		}
	}
}

// collection is what comes out of a machine.
type collection struct {
	spool
	have *stockTaking
}

func newCollection(have *stockTaking) *collection { return &collection{newSpool(), have} }

// errFull ends the reading of a stream of which nothing more is wanted.
var errFull = errors.New("enough")

// add takes the downloads out of one depot's folder.
func (c *collection) add(r io.Reader, d depot) error {
	read := int64(0)
	err := each(r, func(rel string, h *tar.Header, content io.Reader) error {
		if read += h.Size; read > 2*mostDownloads {
			return errFull // what is skipped must be read too
		}
		if !d.keeps(rel) {
			return nil
		}
		if c.have.full(h.Size) {
			return errFull
		}
		c.have.count(d, rel, h.Size)
		return c.put(&tar.Header{Typeflag: tar.TypeReg, Name: path.Join(downloadsTop, d.name, rel), Mode: 0o644, Size: h.Size, ModTime: h.ModTime}, content)
	})
	if errors.Is(err, errFull) {
		return nil
	}
	return err
}

// place says whose home is where in a machine.
type place struct {
	uid, gid int
	home     string
}

// supply is what goes into a machine.
type supply struct {
	spool
	at      place
	had     *stockTaking
	folders map[string]bool
	paths   bytes.Buffer
}

func newSupply(at place, had *stockTaking) *supply {
	return &supply{spool: newSpool(), at: at, had: had, folders: map[string]bool{}}
}

// add takes an image's files, of the depots that are wanted. A file that is
// there already stays: both came from the same address, or have the same sum.
func (s *supply) add(r io.Reader, takes func(depot) bool) error {
	all := depots()
	err := each(r, func(rel string, h *tar.Header, content io.Reader) error {
		if !strings.HasPrefix(strings.TrimPrefix(h.Name, "./"), downloadsTop+"/") {
			return nil // what engines put into every container
		}
		name, rel, _ := strings.Cut(rel, "/")
		i := slices.IndexFunc(all, func(d depot) bool { return d.name == name })
		if i < 0 || !takes(all[i]) || !all[i].keeps(rel) || s.had.seen[name+"/"+rel] {
			return nil
		}
		if s.had.full(h.Size) {
			return errFull
		}
		s.had.count(all[i], rel, h.Size)
		return s.bring(all[i], rel, h, content)
	})
	if errors.Is(err, errFull) {
		return nil
	}
	return err
}

// bring writes a file to where its package manager looks, with the folders to
// it: in a home they are the user's.
func (s *supply) bring(d depot, rel string, h *tar.Header, content io.Reader) error {
	to := &tar.Header{Typeflag: tar.TypeReg, Name: path.Join(d.dir, rel)[1:], Mode: 0o644, Size: h.Size, ModTime: h.ModTime}
	if !d.root() {
		inHome := path.Join(d.dir[len("~/"):], rel)
		to.Name, to.Uid, to.Gid = path.Join(s.at.home, inHome)[1:], s.at.uid, s.at.gid
		for i, r := range inHome {
			folder := path.Join(s.at.home, inHome[:i])[1:]
			if r != '/' || s.folders[folder] {
				continue
			}
			s.folders[folder] = true
			if err := s.put(&tar.Header{Typeflag: tar.TypeDir, Name: folder + "/", Mode: 0o755, Uid: s.at.uid, Gid: s.at.gid, ModTime: h.ModTime}, strings.NewReader("")); err != nil {
				return err
			}
		}
	}
	s.paths.WriteString("/" + to.Name + "\x00")
	return s.put(to, content)
}

// send adds the list of what comes and sends all.
func (s *supply) send(take func(io.Reader) error) error {
	err := s.put(&tar.Header{Typeflag: tar.TypeReg, Name: suppliedPath[1:], Mode: 0o600, Size: int64(s.paths.Len()), ModTime: time.Unix(0, 0)}, &s.paths)
	if err != nil {
		return errors.Join(err, s.drop())
	}
	return s.spool.send(take)
}
