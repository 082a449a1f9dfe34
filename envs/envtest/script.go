package envtest

import (
	"io/fs"

	"github.com/freshinstall/freshinstall/verifier"
)

// Script says what the fake machines of a stage are like. The zero value is a
// Debian 12 with a newcomer who may use sudo, git, the usual small tools, an
// empty package index and no repository.
type Script struct {
	// Environment is what [Stage.Record] gives. User and Sudo are acted upon:
	// the terminal belongs to User, and /usr/bin/sudo exists only with Sudo.
	// A zero Name means the default machine.
	Environment verifier.Environment

	// Programs are added to those that every machine has (see [BasePrograms]);
	// a nil one is taken away.
	Programs map[string]Program

	// Files stand in the machine from the start, by absolute path. A path that
	// ends in a slash is a folder.
	Files map[string]File

	// Index is what the package manager can install; Installed names packages
	// that are there from the start; Lists says that the lists were fetched.
	Index     []Package
	Installed []string
	Lists     bool

	// Repository is what "git clone" of one of its URLs makes. Start says
	// where a fresh machine stands; with [verifier.StartBeside] and
	// [verifier.StartInside] the checkout is there already.
	Repository Repository
	Start      verifier.Start

	// MaxOutput bounds what one step may print, in bytes; beyond it the step
	// ends as [verifier.Flooded]. Zero means 1 MiB.
	MaxOutput int64
}

// File is a file of a fake machine. A zero Mode means 0644.
type File struct {
	Text string
	Mode fs.FileMode
}

// Repository is the scripted checkout.
type Repository struct {
	Name  string          // folder that a clone makes
	URLs  []string        // spellings that "git clone" knows; ".git" at the end is optional
	Files map[string]File // by path relative to the checkout
}

// Package is an entry of the package index.
type Package struct {
	Name       string
	Version    string             // empty: "1.0-1"
	Depends    []string           // installed along; the package manager asks first unless told -y
	Programs   map[string]Program // put into /usr/bin
	Files      map[string]File    // by absolute path
	Bytes      int64              // that it holds besides; only counted
	ReplacedBy []string           // the package itself is gone: only its name is still known
}

// Program is a scripted program; it returns its exit status.
type Program func(*Call) int
