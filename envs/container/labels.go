package container

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"strings"
)

// Labels on everything that this package leaves with an engine.
const (
	labelKind    = "freshinstall.kind"
	labelSession = "freshinstall.session"
	labelOwner   = "freshinstall.owner" // pid:start time:boot id
	labelHost    = "freshinstall.host"  // the owner's host: pids of another host mean nothing here
	labelKey     = "freshinstall.key"   // what a cached image was made for
	labelMade    = "freshinstall.made"  // RFC 3339
	labelRecord  = "freshinstall.record"
	labelShell   = "freshinstall.shell"
	labelBeside  = "freshinstall.beside" // services of a snapshot
	labelRoom    = "freshinstall.room"   // bytes of a snapshot and of those under it

	// Of downloads: the repository that they are for, and the distribution of their packages.
	labelRepository = "freshinstall.repository"
	labelSystem     = "freshinstall.system"
)

// Kinds of things with our labels. The cached kinds outlive a session.
const (
	kindMachine   = "machine"
	kindLookout   = "lookout"
	kindGate      = "gate"
	kindSnapshot  = "snapshot"
	kindBase      = "base"
	kindFurnished = "furnished"
	kindThrowaway = "throwaway"
	kindService   = "service"   // its image
	kindServer    = "server"    // one that runs, and what it needs
	kindDownloads = "downloads" // of package managers, for later runs of one repository
	kindProgram   = "program"   // this program itself, from which gates are started
)

// cached reports whether images of a kind serve later sessions too.
func cached(kind string) bool {
	switch kind {
	case kindBase, kindFurnished, kindThrowaway, kindService, kindProgram, kindDownloads:
		return true
	case kindMachine, kindLookout, kindGate, kindSnapshot, kindServer:
		return false
	}
	return false
}

// imageName is the name of a cached image. It needs one: an engine removes
// nameless images together with the last image that was built on them.
func imageName(kind, key string) string {
	sum := sha256.Sum256([]byte(key))
	return "freshinstall/" + kind + ":" + hex.EncodeToString(sum[:8])
}

// owner names a process so that a later process with the same number is not
// taken for it.
type owner struct {
	pid   int
	start string // in the kernel's own unit; empty where the system does not tell
	boot  string
}

func (o owner) String() string { return fmt.Sprintf("%d:%s:%s", o.pid, o.start, o.boot) }

func parseOwner(s string) (owner, bool) {
	parts := strings.SplitN(s, ":", 3)
	if len(parts) != 3 {
		return owner{}, false
	}
	var pid int
	if _, err := fmt.Sscanf(parts[0], "%d", &pid); err != nil || pid <= 0 {
		return owner{}, false
	}
	return owner{pid: pid, start: parts[1], boot: parts[2]}, true
}

// self is the owner that stands for this process.
func self() owner {
	pid := os.Getpid()
	return owner{pid: pid, start: startTime(pid), boot: bootID()}
}

// alive reports whether the process that o names still runs on this host.
func (o owner) alive() bool {
	if o.boot != "" && o.boot != bootID() {
		return false
	}
	if !processExists(o.pid) {
		return false
	}
	start := startTime(o.pid)
	return o.start == "" || start == "" || o.start == start
}

// identity is what every label set of a session has in common.
type identity struct {
	session string
	owner   owner
	host    string
}

func newIdentity() (identity, error) {
	host, err := os.Hostname()
	if err != nil {
		return identity{}, fmt.Errorf("own host name: %w", err)
	}
	return identity{session: nonce(), owner: self(), host: host}, nil
}

// labels gives the label set for a new thing of a kind.
func (i identity) labels(kind string, more map[string]string) map[string]string {
	set := map[string]string{
		labelKind:    kind,
		labelSession: i.session,
		labelOwner:   i.owner.String(),
		labelHost:    i.host,
	}
	maps.Copy(set, more)
	return set
}

// nonce is a random word that foreign output cannot guess.
func nonce() string {
	var raw [8]byte
	// rand.Read never returns an error: it ends the program when the system has no randomness.
	_, _ = rand.Read(raw[:])
	return hex.EncodeToString(raw[:])
}
