package phrase

import (
	"context"
	"regexp"
	"testing"
)

func TestWarm(t *testing.T) {
	expr := Compile(`(?i)\bwarm(er)?\b`)
	compiledOnce := false
	inner := expr.re
	expr.re = func() *regexp.Regexp { compiledOnce = true; return inner() }

	over, cancel := context.WithCancel(t.Context())
	cancel()
	if Warm(over); compiledOnce {
		t.Error("compiled after the wait was over")
	}
	if Warm(t.Context()); !compiledOnce {
		t.Error("not compiled while there was time")
	}
}
