//go:build !unix

package container

import "context"

// exclusive does nothing here: two processes may make the same image twice.
func exclusive(context.Context, string) (release func()) { return func() {} }
