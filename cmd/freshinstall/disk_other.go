//go:build !linux && !darwin

package main

// freeDisk is not asked for here: the engine's disk is another machine's.
func freeDisk(string) (bytes int64, known bool) { return 0, false }
