package verifier

import (
	"errors"
	"time"
)

// Entry is one step as it is typed into a machine's terminal.
type Entry struct {
	Text    string        // may be several lines
	Timeout time.Duration // for the whole step; 0 means none
	Silence time.Duration // without any output and without work on the processor; 0 means none
	Serves  bool          // expected to keep running; an open port then counts as ready at once
	Ready   Ready         // when it can be used, where somebody said so; waited for within Timeout, also after it ended with status 0
}

// Ending is how an entry came to its end.
type Ending string

// The closed set of endings.
const (
	Exited      Ending = "exited"       // the prompt came back
	ShellClosed Ending = "shell-closed" // the step ended the shell; a new one was opened with its state
	Serving     Ending = "serving"      // it listens on a port and was left running; a new terminal took over
	TimedOut    Ending = "timed-out"    // longer than Entry.Timeout, ended
	Silent      Ending = "silent"       // longer without a sign of life than Entry.Silence, ended
	Asking      Ending = "asking"       // it waits for an answer that nobody gave, ended
	Flooded     Ending = "flooded"      // more output than the machine allows, ended
	Killed      Ending = "killed"       // by the kernel for memory, or by the disk watchdog
)

// Execution is what happened to one entry.
type Execution struct {
	Exit    int      // exit status as the shell saw it; -1 unknown, 0 for Serving
	Seconds float64  // from Enter to the end, waiting for answers included
	Ended   Ending   //
	Cwd     string   // working directory afterwards
	Ports   []int    // listening TCP ports, for Serving
	Prompts []Prompt // questions that were asked, in order
	Detail  string   // for Killed: what the kernel or the watchdog said
	Unmet   string   // what was declared of it (Entry.Ready, Step.Expect) and did not come true
}

// Prompt is a question that a program asked on the terminal.
type Prompt struct {
	Text     string `json:"text"`
	Reply    string `json:"reply"`
	Answered bool   `json:"answered"`
}

// Snapshot is a machine's file system and shell state, frozen.
type Snapshot struct {
	ID     string  // image of the container engine
	Layers int     // of that image, bounded by the engine
	Bytes  int64   // in the writable layer when it was taken
	Room   int64   // bytes of it and of the snapshots under it: what keeping it costs at most
	Took   float64 // seconds
	Cold   bool    // a fork of it is without what earlier runs had downloaded
}

// ErrLost says that a machine, or the engine under it, went away: what
// happens then is no result of a step.
var ErrLost = errors.New("machine lost")
