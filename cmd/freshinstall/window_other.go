//go:build !unix

package main

import (
	"golang.org/x/term"

	"github.com/freshinstall/freshinstall/envs/container"
)

// windowChanges tells the size of a terminal once: no signal tells of changes.
func windowChanges(terminal int) (sizes <-chan container.Window, stop func()) {
	out := make(chan container.Window, 1)
	if columns, rows, err := term.GetSize(terminal); err == nil && columns > 0 && rows > 0 {
		out <- container.Window{Columns: uint(columns), Rows: uint(rows)}
	}
	return out, func() {}
}
