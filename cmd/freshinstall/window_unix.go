//go:build unix

package main

import (
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/term"

	"github.com/freshinstall/freshinstall/envs/container"
)

// windowChanges tells the size of a terminal now and whenever it changes,
// until it is stopped. A size that nobody has taken yet gives way to the next.
func windowChanges(terminal int) (sizes <-chan container.Window, stop func()) {
	changed := make(chan os.Signal, 1)
	signal.Notify(changed, syscall.SIGWINCH)
	out, done := make(chan container.Window, 1), make(chan struct{})
	go func() {
		for {
			if columns, rows, err := term.GetSize(terminal); err == nil && columns > 0 && rows > 0 { // some know none
				select {
				case <-out:
				default:
				}
				out <- container.Window{Columns: uint(columns), Rows: uint(rows)}
			}
			select {
			case <-changed:
			case <-done:
				return
			}
		}
	}()
	return out, func() {
		signal.Stop(changed)
		close(done)
	}
}
