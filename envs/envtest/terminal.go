package envtest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"regexp"
	"sync"
	"time"

	"mvdan.cc/sh/v3/interp"

	"github.com/freshinstall/freshinstall/verifier"
)

// maxReply keeps an answer below what a pipe holds, so that typing it never
// blocks.
const maxReply = 4096

// terminal stands between the programs and whoever types. Like a real one it
// ends lines with CR LF and echoes what is typed.
type terminal struct {
	max int64

	// The shell reads its standard input from a file of the host, so that the
	// terminal is a pipe into which an answer is put just before it is read.
	keyboard *os.File // what the shell reads
	fingers  *os.File // where answers are put

	mu      sync.Mutex
	out     io.Writer
	answer  func(string) (string, bool)
	end     context.CancelCauseFunc
	silence time.Duration
	timer   *time.Timer
	line    []byte // since the last line feed
	bytes   int64
	prompts []verifier.Prompt
	ready   verifier.Ready // when what the step starts can be used
	heard   []byte         // output, while the step waits for a text in it
	serves  int            // port on which a server in the foreground listens; 0: none
}

func newTerminal(max int64) (*terminal, error) {
	keyboard, fingers, err := os.Pipe()
	return &terminal{max: max, keyboard: keyboard, fingers: fingers}, err
}

func (t *terminal) close() error {
	return errors.Join(t.keyboard.Close(), t.fingers.Close())
}

// attach makes a shell read from and write to this terminal.
func (t *terminal) attach(shell *interp.Runner) error {
	return interp.StdIO(t.keyboard, t, t)(shell)
}

// begin readies the terminal for a step; what it gives back ends that.
func (t *terminal) begin(out io.Writer, answer func(string) (string, bool), end context.CancelCauseFunc, entry verifier.Entry) func() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.out, t.answer, t.end, t.silence, t.ready = out, answer, end, entry.Silence, entry.Ready
	t.line, t.bytes, t.prompts, t.heard, t.serves = nil, 0, nil, nil, 0
	if entry.Silence > 0 {
		t.timer = time.AfterFunc(entry.Silence, func() { end(errSilent) })
	}
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.timer != nil {
			t.timer.Stop()
		}
		t.out, t.answer, t.end, t.timer = nil, nil, nil, nil
	}
}

// Write shows output. A program that goes on after its step is heard in the
// next one, and nowhere when there is none.
func (t *terminal) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.end == nil {
		return len(p), nil
	}
	if t.timer != nil {
		t.timer.Reset(t.silence)
	}
	t.bytes += int64(len(p))
	if t.bytes > t.max {
		t.end(errFlooded)
		return 0, errFlooded
	}
	if t.ready.Log != "" {
		t.heard = append(t.heard, p...)
		t.settle()
	}
	if i := bytes.LastIndexByte(p, '\n'); i >= 0 {
		t.line = append(t.line[:0], p[i+1:]...)
	} else {
		t.line = append(t.line, p...)
	}
	if t.out == nil {
		return len(p), nil
	}
	if _, err := t.out.Write(bytes.ReplaceAll(p, []byte("\n"), []byte("\r\n"))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// escapes are the control sequences that a prompt may be decorated with.
var escapes = regexp.MustCompile(`\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07|[\x00-\x08\x0b-\x1f]`)

// ask puts the question that stands on the screen. The reply ends in a line
// feed.
func (t *terminal) ask(echo bool) (string, error) {
	t.mu.Lock()
	text := string(escapes.ReplaceAll(t.line, nil))
	answer, end := t.answer, t.end
	t.mu.Unlock()
	if end == nil {
		return "", io.EOF // in the background, after the step
	}
	reply, ok := "", false
	if answer != nil {
		reply, ok = answer(text)
	}
	if len(reply) > maxReply {
		reply = reply[:maxReply]
	}
	t.mu.Lock()
	t.prompts = append(t.prompts, verifier.Prompt{Text: text, Reply: reply, Answered: ok})
	t.mu.Unlock()
	if !ok {
		end(errAsking)
		return "", errAsking
	}
	shown := "\n"
	if echo {
		shown = reply + "\n"
	}
	if _, err := t.Write([]byte(shown)); err != nil {
		return "", err
	}
	return reply + "\n", nil
}

// leave notes what was answered without asking anybody.
func (t *terminal) leave(p verifier.Prompt) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.prompts = append(t.prompts, p)
}

// typeIn puts an answer where the shell reads it.
func (t *terminal) typeIn(text string) error {
	_, err := io.WriteString(t.fingers, text)
	return err
}

func (t *terminal) asked() []verifier.Prompt {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.prompts
}

// reader is the terminal as a program's standard input.
type reader struct {
	terminal *terminal
	rest     string
}

func (r *reader) Read(p []byte) (int, error) {
	if r.rest == "" {
		reply, err := r.terminal.ask(true)
		if err != nil {
			return 0, err
		}
		r.rest = reply
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}
