// Command probe says whether a container engine answers, and where.
//
// It installs and starts nothing; cmd/setup/engine.sh does, and asks here. The
// one design decision: it looks with the very code with which the tool looks,
// so that set-up and tool can never disagree about an engine.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/freshinstall/freshinstall/envs/container"
)

// Exit codes beside 0, an engine answers.
const (
	exitNone   = 3 // no engine answers
	exitClosed = 4 // one is there, but not open to this user
)

// patience bounds the search over all places.
const patience = 20 * time.Second

func main() { os.Exit(run(context.Background(), os.Getenv, os.Stdout, os.Stderr)) }

func run(ctx context.Context, getenv func(string) string, stdout, stderr io.Writer) int {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	engine, err := container.Connect(ctx, container.Options{Getenv: getenv})
	if err != nil {
		fmt.Fprintln(stderr, err)
		if errors.Is(err, fs.ErrPermission) {
			return exitClosed
		}
		return exitNone
	}
	fmt.Fprintln(stdout, engine.Address())
	if err := engine.Close(); err != nil {
		fmt.Fprintln(stderr, err)
	}
	return 0
}
