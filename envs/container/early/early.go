// Package early runs before testcontainers is initialized, which would list
// all processes of this computer and their start times then, for an identifier
// that is of no use here: with a few hundred processes that takes longer than
// reading a README and planning its steps.
//
// The list comes from the folder that HOST_PROC names, so that variable points
// to a file for that moment; testcontainers falls back to a random identifier.
// The order is sure: packages are initialized by their import path once what
// they import is (Go specification, "Program initialization"), and this one
// imports nothing that is not initialized first anyway.
package early

import "os"

const variable = "HOST_PROC" // of github.com/shirou/gopsutil

var former, had = os.LookupEnv(variable)

func init() {
	_ = os.Setenv(variable, os.DevNull) // if it fails, the start takes its time
}

// Over gives the variable back what it was. Who imports testcontainers calls
// it from an init function.
func Over() {
	if had {
		_ = os.Setenv(variable, former) // it was set before
		return
	}
	_ = os.Unsetenv(variable)
}
