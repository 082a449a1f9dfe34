package container

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

// What package managers have downloaded can serve the next run of the same
// repository. The decisions:
//
//   - It is kept as an image of files alone, one for each repository and
//     environment, and copied into a machine and out of it. A folder that
//     machines share would meet apt's lock in two of them at once, an owner that
//     is not the one of the machine's user, and steps that remove or move it. An
//     image is replaced as a whole by its name: of two runs that end at once one
//     wins, and none is damaged.
//   - Environments of one repository take from each other; repositories never do.
//     Who is asking is known by the address or folder that the user named, and
//     by nothing that the repository says of itself.
//   - Only downloads are kept, never what was built or unpacked: a wheel that was
//     built on an earlier machine would hide that a compiler is missing.
//   - A repository can poison its own downloads alone. So that this, or a
//     registry that lost a package, does not pass for a working README, control
//     runs and replays are without, the record says what was there, and all of
//     it goes a week after it was filled.

// downloadsFor bounds the age of what is kept.
const downloadsFor = 7 * 24 * time.Hour

// downloads reports whether a thing is what package managers have downloaded.
func (t thing) downloads() bool {
	return t.Class == classImage && t.Labels[labelKind] == kindDownloads
}

// depot is a package manager's folder of downloads.
type depot struct {
	name string
	dir  string // absolute, or below the user's home when it begins with ~/
	// keeps says which files are downloads, by their path below the folder.
	keeps func(rel string) bool
}

// root reports whether the folder is the system's own, for its own packages.
func (d depot) root() bool { return !strings.HasPrefix(d.dir, "~/") }

func below(folders ...string) func(string) bool {
	return func(rel string) bool {
		top, _, deeper := strings.Cut(rel, "/")
		return deeper && slices.Contains(folders, top)
	}
}

func ending(suffixes ...string) func(string) bool {
	return func(rel string) bool {
		return slices.ContainsFunc(suffixes, func(s string) bool { return strings.HasSuffix(rel, s) })
	}
}

// depots are those of package managers that check what they find there, or
// name it by its address or sum. Where they are is each one's own default.
func depots() []depot {
	return []depot{
		{"apt", "/var/cache/apt/archives", func(rel string) bool { return strings.HasSuffix(rel, ".deb") && !strings.Contains(rel, "/") }},
		{"pip", "~/.cache/pip", below("http", "http-v2")},
		{"npm", "~/.npm/_cacache", below("content-v2", "index-v5")},
		// Not .ziphash: go then sums what it finds, and holds it against go.sum.
		{"go", "~/go/pkg/mod/cache/download", ending(".info", ".mod", ".zip", "/list")},
		{"cargo", "~/.cargo/registry/cache", ending(".crate")},
	}
}

// stock counts what a depot holds.
type stock struct {
	Files int
	Bytes int64
}

// stocks are all depots by name, and a sum over the names and sizes of all
// files, by which a change is seen.
type stocks struct {
	Of  map[string]stock
	Sum string
}

// String tells it as reports do.
func (s stocks) String() string {
	var parts []string
	for _, d := range depots() {
		if of := s.Of[d.name]; of.Files > 0 {
			files := "1 file"
			if of.Files > 1 {
				files = fmt.Sprintf("%d files", of.Files)
			}
			parts = append(parts, d.name+" "+size(of.Bytes)+" in "+files)
		}
	}
	if len(parts) == 0 {
		return verifier.NoDownloads
	}
	return strings.Join(parts, ", ")
}

// ShareDownloads lets the first machine begin with what earlier runs of the
// same repository have downloaded, and [Stage.SaveDownloads] keep it. The
// repository is named as the user named it. It is called before the first
// machine is made.
func (s *Stage) ShareDownloads(repository string) {
	sum := sha256.Sum256([]byte(repository))
	s.downloads = hex.EncodeToString(sum[:16])
}

// system is what packages of the distribution depend on.
func (s *Stage) system() string { return s.record.Release + " " + s.record.Architecture }

// stored finds what is kept for the repository, the environment's own last.
func (s *Stage) stored(ctx context.Context) ([]thing, error) {
	all, err := s.engine.back.List(ctx, labelRepository, s.downloads)
	if err != nil {
		return nil, fmt.Errorf("look for kept downloads: %w", err)
	}
	own := s.downloadsKey()
	all = slices.DeleteFunc(all, func(t thing) bool {
		return !t.downloads() || len(t.Names) == 0 || time.Since(t.Made) > downloadsFor
	})
	slices.SortStableFunc(all, func(a, b thing) int {
		switch {
		case a.Labels[labelKey] == own:
			return 1
		case b.Labels[labelKey] == own:
			return -1
		}
		return a.Made.Compare(b.Made)
	})
	return all, nil
}

func (s *Stage) downloadsKey() string { return s.downloads + " " + s.env.Name + " " + s.system() }

// supply puts what is kept into a machine, before its first step.
func (m *Machine) supply(ctx context.Context) error {
	s := m.stage
	stored, err := s.stored(ctx)
	if err != nil {
		return err
	}
	text, exit, err := m.exec(ctx, fmt.Sprintf(supplyScript, s.env.User))
	if err != nil {
		return err
	}
	var at place
	if _, err := fmt.Sscanf(text, "%d %d %s", &at.uid, &at.gid, &at.home); err != nil || exit != 0 {
		return fmt.Errorf("bring the kept downloads in: exit status %d, %q", exit, text)
	}
	had := newStockTaking()
	in := newSupply(at, had)
	for _, t := range stored {
		if err := s.unpack(ctx, t, func(d depot) bool { return !d.root() || t.Labels[labelSystem] == s.system() }, in); err != nil {
			return errors.Join(err, in.drop())
		}
	}
	err = in.send(func(f io.Reader) error { return m.engine.back.CopyIn(ctx, m.box.ID, "/", f) })
	if err != nil {
		return lost("bring the kept downloads in", err)
	}
	held := had.stocks()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.supplied, s.record.Downloads = held, held.String()
	return nil
}

// supplyScript has apt keep what it downloads, which images of containers are
// told not to do, and tells who the user is.
const supplyScript = `user=%s
if [ -d /etc/apt/apt.conf.d ]; then
	[ ! -f /etc/apt/apt.conf.d/docker-clean ] || sed -i '/Post-Invoke/d' /etc/apt/apt.conf.d/docker-clean
	echo 'Binary::apt::APT::Keep-Downloaded-Packages "true";' >/etc/apt/apt.conf.d/90freshinstall-downloads
fi
echo "$(id -u "$user") $(id -g "$user") $(eval echo "~$user")"`

// suppliedPath lists, with a zero byte behind each, what was brought in.
const suppliedPath = controlDir + "/supplied"

// withdraw takes out again what was brought in, also when a step has used it.
func (m *Machine) withdraw(ctx context.Context) error {
	m.frozen = nil
	_, _, err := m.exec(ctx, `[ ! -s `+suppliedPath+` ] || xargs -0 rm -f -- <`+suppliedPath)
	return err
}

// unpack reads one image of downloads into a supply.
func (s *Stage) unpack(ctx context.Context, t thing, takes func(depot) bool, in *supply) (err error) {
	content, err := s.engine.back.Content(ctx, t.ID, s.engine.me.labels(kindMachine, map[string]string{labelKey: "", labelRecord: "", labelRepository: "", labelSystem: ""}))
	if errors.Is(err, errGone) {
		return nil // another run has put a newer one in its place
	}
	if err != nil {
		return fmt.Errorf("read the kept downloads: %w", err)
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	return in.add(content, takes)
}

// SaveDownloads keeps what package managers have downloaded in a machine for
// later runs, where that was asked for. It is called between steps.
func (s *Stage) SaveDownloads(ctx context.Context, m *Machine) error {
	if s.downloads == "" {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, downloadsPatience)
	defer cancel()
	have := newStockTaking()
	out := newCollection(have)
	home := "/home/" + s.env.User
	if s.env.User == "root" {
		home = "/root"
	}
	for _, d := range depots() {
		dir := d.dir
		if !d.root() {
			dir = home + dir[1:]
		}
		stream, err := s.engine.back.CopyOut(ctx, m.box.ID, dir)
		if errors.Is(err, errGone) {
			continue // nothing was downloaded so
		}
		if err == nil {
			err = errors.Join(out.add(stream, d), stream.Close())
		}
		if err != nil {
			return errors.Join(fmt.Errorf("keep the downloads of %s: %w", d.name, err), out.drop())
		}
	}
	s.mu.Lock()
	held, supplied := have.stocks(), s.supplied
	s.mu.Unlock()
	if len(held.Of) == 0 || held.Sum == supplied.Sum {
		return out.drop()
	}
	record, err := json.Marshal(held)
	if err != nil {
		return errors.Join(err, out.drop())
	}
	key := s.downloadsKey()
	var changes []string
	for k, v := range sorted(s.engine.me.labels(kindDownloads, map[string]string{
		labelKey: key, labelRepository: s.downloads, labelSystem: s.system(), labelRecord: base64.StdEncoding.EncodeToString(record),
	})) {
		changes = append(changes, "LABEL "+quoteChange(k)+"="+quoteChange(v))
	}
	former, err := s.stored(ctx)
	if err != nil {
		return errors.Join(err, out.drop())
	}
	err = out.send(func(f io.Reader) error {
		_, err := s.engine.back.Import(ctx, f, imageName(kindDownloads, key), s.env.Base.Platform, changes)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep the downloads: %w", err)
	}
	for _, t := range former {
		if t.Labels[labelKey] == key {
			// Somebody may be reading it; then the next sweep finds it without a name.
			_ = s.engine.back.Remove(ctx, t)
		}
	}
	return nil
}

// downloadsPatience bounds how long keeping takes: a machine may hold anything.
const downloadsPatience = 5 * time.Minute
