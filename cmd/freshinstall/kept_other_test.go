//go:build !unix

package main

import "testing"

// aloneWithKept does nothing where no engine is tested.
func aloneWithKept(*testing.T) {}
