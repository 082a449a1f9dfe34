package container

import (
	"bytes"
	"io"
	"sync"
	"time"
)

// tailSize is how much of the latest output is kept for finding a question.
const tailSize = 4 << 10

// sink receives what one step prints. Nothing but the tail is kept here.
type sink struct {
	mu    sync.Mutex
	out   io.Writer // may be nil
	err   error     // first one of out
	bytes int64
	limit int64
	last  time.Time
	tail  []byte

	announce string // a text to watch out for; empty: none
	heard    []byte // the end of what was printed, controls removed, while it may still come
	came     bool
}

func newSink(out io.Writer, limit int64) *sink {
	return &sink{out: out, limit: limit, last: time.Now()}
}

func (s *sink) write(p []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = time.Now()
	s.bytes += int64(len(p))
	if over := s.bytes - s.limit; over > 0 {
		p = p[:max(0, int64(len(p))-over)]
	}
	if s.out != nil && s.err == nil && len(p) > 0 {
		_, s.err = s.out.Write(p)
	}
	if s.announce != "" && !s.came {
		s.listen(p)
	}
	if len(p) >= tailSize {
		s.tail = append(s.tail[:0], p[len(p)-tailSize:]...)
		return
	}
	if cut := len(s.tail) + len(p) - tailSize; cut > 0 {
		s.tail = append(s.tail[:0], s.tail[cut:]...)
	}
	s.tail = append(s.tail, p...)
}

// listen looks for the announced text, also across two pieces of output.
func (s *sink) listen(p []byte) {
	s.heard = append(s.heard, controls.ReplaceAll(p, nil)...)
	s.came = bytes.Contains(s.heard, []byte(s.announce))
	if cut := len(s.heard) - len(s.announce); s.came || cut > 0 {
		s.heard = s.heard[max(0, cut):]
	}
}

// announced reports whether the text to watch out for has come.
func (s *sink) announced() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.came
}

// touched is the state of a sink at one moment.
type touched struct {
	bytes   int64
	last    time.Time
	flooded bool
	err     error
}

func (s *sink) look() touched {
	s.mu.Lock()
	defer s.mu.Unlock()
	return touched{bytes: s.bytes, last: s.last, flooded: s.bytes > s.limit, err: s.err}
}

// ending is a copy of the latest output.
func (s *sink) ending() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]byte(nil), s.tail...)
}
