package run

import (
	"bytes"
	"fmt"
	"os"
	"unicode/utf8"

	"github.com/freshinstall/freshinstall/verifier"
)

const (
	masked    = "•••"
	keepHead  = 1 << 20  // bytes of a step's output kept in memory for diagnosing, first
	keepTail  = 1 << 20  // and last
	showHead  = 4 << 10  // bytes of cleaned output in the result, first
	showTail  = 12 << 10 // and last: errors stand at the end
	keepLog   = 64 << 20 // bytes of a step's log file
	omission  = "\n[… freshinstall: the middle of this output is left out here …]\n"
	lastEvery = 64 << 10 // bytes between two looks at the last line, when output pours
)

// recorder takes a step's raw output: all of it into the log (bounded), its
// ends into memory, secrets masked before anything is kept.
type recorder struct {
	log     *os.File
	secrets [][]byte
	carry   []byte // may be the beginning of a secret
	head    []byte
	tail    []byte
	bytes   int64
	logged  int64
	last    func(string)
	unseen  int
	dropped bool // the middle is not in memory any more
}

func newRecorder(path string, secrets []string, last func(string)) (*recorder, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("keep a step's log: %w", err)
	}
	r := &recorder{log: f, last: last}
	for _, s := range secrets {
		r.secrets = append(r.secrets, []byte(s))
	}
	return r, nil
}

func (r *recorder) Write(p []byte) (int, error) {
	r.bytes += int64(len(p))
	text := p
	if len(r.secrets) > 0 {
		text = r.mask(append(r.carry, p...))
	}
	if err := r.keep(text); err != nil {
		return 0, err
	}
	return len(p), nil
}

// mask replaces secrets and holds back an end that may be the beginning of one.
func (r *recorder) mask(text []byte) []byte {
	for _, s := range r.secrets {
		text = bytes.ReplaceAll(text, s, []byte(masked))
	}
	hold := 0
	for _, s := range r.secrets {
		for n := min(len(s)-1, len(text)); n > hold; n-- {
			if bytes.HasPrefix(s, text[len(text)-n:]) {
				hold = n
			}
		}
	}
	r.carry = bytes.Clone(text[len(text)-hold:])
	return text[:len(text)-hold]
}

func (r *recorder) keep(text []byte) error {
	if room := keepLog - r.logged; room > 0 {
		n, err := r.log.Write(text[:min(int64(len(text)), room)])
		r.logged += int64(n)
		if err != nil {
			return fmt.Errorf("write a step's log: %w", err)
		}
	}
	n := min(len(text), keepHead-len(r.head))
	r.head = append(r.head, text[:n]...)
	r.tail = append(r.tail, text[n:]...)
	if len(r.tail) > 2*keepTail {
		r.tail, r.dropped = append(r.tail[:0], r.tail[len(r.tail)-keepTail:]...), true
	}
	r.tell(len(text))
	return nil
}

// tell reports the last line, not for every byte.
func (r *recorder) tell(n int) {
	r.unseen += n
	if r.last == nil || (r.bytes > lastEvery && r.unseen < lastEvery) {
		return
	}
	r.unseen = 0
	recent := r.tail
	if len(recent) == 0 {
		recent = r.head
	}
	recent = bytes.TrimRight(recent[max(0, len(recent)-400):], "\r\n")
	if i := bytes.LastIndexAny(recent, "\r\n"); i >= 0 {
		recent = recent[i+1:]
	}
	if len(recent) > 0 {
		r.last(string(recent))
	}
}

// Close writes what was held back and closes the log.
func (r *recorder) Close() error {
	err := r.keep(r.carry)
	r.carry = nil
	if cerr := r.log.Close(); err == nil {
		err = cerr
	}
	return err
}

func (r *recorder) whole() []byte {
	if !r.dropped {
		return append(bytes.Clone(r.head), r.tail...)
	}
	out := append(bytes.Clone(r.head), omission...)
	return append(out, r.tail...)
}

func (r *recorder) output(cleaned string) verifier.Output {
	o := verifier.Output{Bytes: r.bytes, Head: cleaned}
	if r.log.Name() != os.DevNull {
		o.Log = r.log.Name()
		o.Truncated = r.bytes > keepLog
	}
	if len(cleaned) > showHead+showTail {
		o.Head, o.Tail = whole(cleaned[:showHead]), whole(cleaned[len(cleaned)-showTail:])
	}
	return o
}

// whole drops the halves of characters that cutting left at the ends.
func whole(s string) string {
	for len(s) > 0 && !utf8.RuneStart(s[0]) {
		s = s[1:]
	}
	for i := 1; i <= 3 && i <= len(s); i++ {
		if c := s[len(s)-i]; utf8.RuneStart(c) {
			if !utf8.FullRuneInString(s[len(s)-i:]) {
				s = s[:len(s)-i]
			}
			break
		}
	}
	return s
}
