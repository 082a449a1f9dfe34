package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/freshinstall/freshinstall/envs/gate"
)

// graceForTwins is how long after the first signal others mean the same.
const graceForTwins = time.Second

func main() {
	if gate.Called(os.Args[1:]) {
		os.Exit(gate.Main(os.Args[1:], os.Stdin, os.Stdout))
	}
	os.Exit(run(context.Background(), os.Args[1:], os.Environ(), streams{in: os.Stdin, out: os.Stdout, err: os.Stderr}))
}

// run is the whole program: arguments, environment and streams in, exit code
// out. The first SIGINT or SIGTERM ends ctx, so that machines are removed and
// what was found is reported; a second one, a moment later, kills, as nothing
// catches it then. The moment is there because some send their signal twice:
// timeout(1) to the process and to its group.
func run(ctx context.Context, args, env []string, std streams) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(graceForTwins, stop) })()

	std, flush := std.guarded()
	door := &frontDoor{env: parseEnvironment(env), std: std}
	root := newRootCommand(door)
	root.SetArgs(args)
	root.SetIn(std.in)
	root.SetOut(std.out)
	root.SetErr(std.err)
	err := root.ExecuteContext(ctx)
	code := door.finish(ctx, err)
	if err := flush(); err != nil {
		return max(code, exitUse) // where the words should have gone, nothing can be said either
	}
	return code
}
