package container

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

// Type types one step into the machine's terminal and waits for its end. See
// [verifier.Execution] for how it may end. What the step prints goes to out as
// the terminal shows it; out may be nil. answer is asked, in this goroutine,
// when a program waits for input. An error means that we could not do our own
// work: the machine is lost ([verifier.ErrLost]), out failed, or ctx ended.
func (m *Machine) Type(ctx context.Context, entry verifier.Entry, out io.Writer, answer func(prompt string) (reply string, ok bool)) (verifier.Execution, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return verifier.Execution{}, fmt.Errorf("type into a closed machine: %w", verifier.ErrLost)
	}
	if err := ctx.Err(); err != nil {
		return verifier.Execution{}, err
	}
	t, err := m.ready(ctx)
	if err != nil {
		return verifier.Execution{}, err
	}
	m.frozen = nil
	m.beside.touched()
	m.step++
	text := strings.TrimRight(entry.Text, "\n") + "\n"
	if !t.typable(text) {
		if err := m.put(ctx, stepPath, 0o644, []byte(text)); err != nil {
			return verifier.Execution{}, m.orLost(ctx, err)
		}
	}
	y := &typing{
		m: m, t: t, number: m.step, entry: entry, answer: answer, asked: map[int]int{},
		sink: newSink(out, m.engine.options.MaxOutput), started: time.Now(),
	}
	y.life, y.sink.announce = y.started, entry.Ready.Log
	drain(t.marks)
	if err := t.begin(y.sink, y.number, text); err != nil {
		return verifier.Execution{}, err
	}
	watch, stop := context.WithCancel(ctx)
	fault := make(chan excess, 1)
	var watching sync.WaitGroup
	watching.Go(func() { m.watchDisk(watch, fault) })
	err = y.follow(ctx, fault)
	stop()
	watching.Wait()
	if err == nil && entry.Ready.Declared() && y.done.Ended != verifier.Serving {
		err = y.becomesReady(ctx)
	}
	y.done.Seconds = time.Since(y.started).Seconds()
	y.done.Cwd = m.state.Dir
	if err == nil {
		err = y.sink.look().err
	}
	if err == nil {
		err = m.checkMemory(ctx, y)
	}
	if err == nil {
		// What a step came to without its service says nothing of the documents.
		err = m.beside.alive(ctx)
	}
	if y.done.Exit != 0 {
		m.expect() // what failed is looked into in other machines
	}
	return y.done, err
}

// drain forgets marks of former prompts.
func drain(marks <-chan mark) {
	for {
		select {
		case <-marks:
		default:
			return
		}
	}
}

// look sees what a terminal's foreground job does.
func (m *Machine) look(ctx context.Context, t *terminal) (sight, error) {
	if m.lookout == nil {
		// An engine that hangs is found out in seconds here, while a start may take minutes.
		if err := m.engine.back.Answers(ctx); err != nil {
			return sight{}, err
		}
		l, err := startLookout(ctx, m.engine, m.box.ID, m.stage.image)
		if err != nil {
			return sight{}, err
		}
		m.lookout = l
	}
	shell, first, _ := t.now()
	s, err := look(func(command string) (string, error) { return m.lookout.ask(ctx, command) }, shell, first, m.stage.record.Architecture)
	if err != nil {
		// A lookout that once failed may answer the wrong question next.
		err = errors.Join(err, m.lookout.close(context.WithoutCancel(ctx)))
		m.lookout = nil
	}
	return s, err
}

// put writes one small file.
func (m *Machine) put(ctx context.Context, name string, mode int64, content []byte) error {
	return putFile(ctx, m.engine.back, m.box.ID, name, mode, content)
}

// putFile writes one small file into a container.
func putFile(ctx context.Context, back backend, id, name string, mode int64, content []byte) error {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	h := &tar.Header{Typeflag: tar.TypeReg, Name: strings.TrimPrefix(name, "/"), Mode: mode, Size: int64(len(content)), ModTime: time.Now()}
	// Writing to memory cannot fail, and the sizes agree.
	if err := errors.Join(w.WriteHeader(h), second(w.Write(content)), w.Close()); err != nil {
		return err
	}
	return lost("write "+name, back.CopyIn(ctx, id, "/", &b))
}

func second(_ int, err error) error { return err }
