package run

import (
	"context"
	"io"

	"github.com/freshinstall/freshinstall/verifier"
)

// Machine is a newcomer's clean machine with one persistent terminal.
//
// Five methods, since a terminal, a frozen state and what it would cost, a look
// from outside and an end are what following and proving both need; splitting
// them would only make every caller join them again. A Machine is used by one
// goroutine.
type Machine interface {
	// Type enters one step and returns when the terminal is free for the next
	// one. Raw output goes to out as it comes. answer is asked when the program
	// waits for input. An error means that the machine or ctx is gone.
	Type(ctx context.Context, entry verifier.Entry, out io.Writer, answer func(prompt string) (reply string, ok bool)) (verifier.Execution, error)
	// Snapshot freezes file system and shell state as they are now.
	Snapshot(ctx context.Context) (verifier.Snapshot, error)
	// Written gives about how many bytes a snapshot would have to copy now.
	Written(ctx context.Context) (int64, error)
	// Exec runs a script as root beside the terminal and disturbs it in nothing.
	Exec(ctx context.Context, script string) (stdout string, exit int, err error)
	// Close removes the machine. Closing twice is harmless.
	Close() error
}
