package container

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
)

// Where the hook and the step's text lie in a machine. The folder is open to
// every user there, since a step may change to another one.
const (
	controlDir = "/run/freshinstall"
	hookPath   = controlDir + "/hook"
	stepPath   = controlDir + "/step"
)

// mark is what the hook says in the terminal's stream.
type mark struct {
	kind   markKind
	step   int
	status int
	uid    int
	pid    int
	saved  bool // the state file is whole
	traces bool // set -x is on
	dir    string
}

type markKind byte

const (
	markStart  markKind = 'S' // the step's text is about to be read
	markPrompt markKind = 'E' // the hook's shell is back at its prompt
	markTyped  markKind = 'e' // printed by a typed command, in a shell without our hook
)

// longestMark bounds what is collected while waiting for a mark's end.
const longestMark = 16 << 10

// screen takes what a terminal shows apart: what programs printed, what the
// hook said, and the noise that only exists because a step is not typed at the
// prompt but read by eval or from a file.
// It holds back a few bytes at most, until it is sure.
//
// The zero value is not usable; see newScreen.
type screen struct {
	print func([]byte)
	tell  func(mark)

	prefix   []byte // of every mark; the key makes it unforgeable by output
	held     []byte
	inMark   bool
	echo     []byte // a line we typed, until the terminal has shown it
	dropping bool   // everything up to the next start mark is a nested shell's prompt and our typing
	fresh    bool   // nothing was printed since the start mark
}

func newScreen(key string, print func([]byte), tell func(mark)) *screen {
	return &screen{print: print, tell: tell, prefix: []byte("\x1b]7717;" + key + ";")}
}

// typed announces a line that is about to be typed, so that its echo is left out.
func (s *screen) typed(line string) { s.echo = []byte(line + "\r\n") }

// places are what bash's messages name as the place of an error where a step
// was not typed at the prompt, and what stands there where it was.
var places = []struct{ literal, instead []byte }{
	{[]byte(stepPath), nil},
	{[]byte("bash: eval"), []byte("bash: ")},
}

var (
	// lineNumber follows a place; typed at the prompt, the same messages have neither.
	lineNumber = regexp.MustCompile(`^: line [0-9]{1,7}: `)
	traceStart = regexp.MustCompile(`^\++ \. $`)
)

// feed takes the next bytes of the terminal's stream.
func (s *screen) feed(p []byte) {
	buf := p
	if len(s.held) > 0 {
		buf = append(s.held, p...)
		s.held = nil
	}
	for len(buf) > 0 {
		if s.inMark {
			end := bytes.IndexByte(buf, '\a')
			if end < 0 {
				if len(buf) > longestMark {
					s.inMark = false // no mark of ours is that long
					continue
				}
				s.hold(buf)
				return
			}
			s.inMark = false
			s.mark(string(buf[:end]))
			buf = buf[end+1:]
			continue
		}
		at, literal := s.next(buf)
		if literal == nil {
			s.show(buf[:at])
			s.hold(buf[at:])
			return
		}
		rest := buf[at+len(literal):]
		switch {
		case bytes.Equal(literal, s.prefix):
			s.show(buf[:at])
			s.inMark = true
			buf = rest
		case bytes.Equal(literal, s.echo):
			s.show(buf[:at])
			s.echo = nil
			buf = rest
		default:
			var wait bool
			if buf, wait = s.place(buf, at, literal); wait {
				return
			}
		}
	}
}

// place deals with a place's literal at buf[at:]. wait says that more bytes
// are needed; they are then held.
func (s *screen) place(buf []byte, at int, literal []byte) (left []byte, wait bool) {
	before, after := buf[:at], buf[at+len(literal):]
	if s.fresh && traceStart.Match(before) && bytes.HasPrefix(after, []byte("\r\n")) {
		return after[2:], false // the trace of our own reading, under set -x
	}
	if m := lineNumber.Find(after); m != nil {
		s.show(before)
		for _, p := range places {
			if bytes.Equal(p.literal, literal) {
				s.show(p.instead)
			}
		}
		return after[len(m):], false
	}
	if couldBecome(after, ": line 1234567: ") {
		s.show(before)
		s.hold(buf[at:])
		return nil, true
	}
	s.show(buf[:at+len(literal)])
	return after, false
}

// couldBecome reports whether more bytes may turn p into a line number's form.
func couldBecome(p []byte, form string) bool {
	if len(p) >= len(form) {
		return false
	}
	head := ": line "
	if len(p) <= len(head) {
		return strings.HasPrefix(head, string(p))
	}
	if !bytes.HasPrefix(p, []byte(head)) {
		return false
	}
	digits := bytes.TrimSuffix(p[len(head):], []byte(":"))
	for _, c := range digits {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// next finds the first literal in buf that means something, or how much of
// buf can be shown because it cannot begin one.
func (s *screen) next(buf []byte) (at int, literal []byte) {
	literals := [][]byte{s.prefix, places[0].literal, places[1].literal}
	if len(s.echo) > 0 {
		literals = append(literals, s.echo)
	}
	at = -1
	for _, l := range literals {
		if i := bytes.Index(buf, l); i >= 0 && (at < 0 || i < at) {
			at, literal = i, l
		}
	}
	if literal != nil {
		return at, literal
	}
	keep := 0
	for _, l := range literals {
		keep = max(keep, overlap(buf, l))
	}
	return len(buf) - keep, nil
}

// overlap is the length of the longest end of buf that begins l.
func overlap(buf, l []byte) int {
	for n := min(len(buf), len(l)-1); n > 0; n-- {
		if bytes.Equal(buf[len(buf)-n:], l[:n]) {
			return n
		}
	}
	return 0
}

func (s *screen) hold(p []byte) { s.held = append([]byte(nil), p...) }

func (s *screen) show(p []byte) {
	if len(p) == 0 || s.dropping {
		return
	}
	s.fresh = false
	s.print(p)
}

// flush shows what was held back, at the end of a step or of the stream.
func (s *screen) flush() {
	if !s.inMark {
		held := s.held
		s.held = nil
		s.show(held)
	}
}

// pending is what is held back and would be shown at the end.
func (s *screen) pending() []byte {
	if s.inMark {
		return nil
	}
	return s.held
}

func (s *screen) mark(text string) {
	m, ok := parseMark(text)
	if !ok {
		return
	}
	if m.kind == markStart {
		s.dropping, s.fresh = false, true
	}
	s.echo = nil
	s.tell(m)
}

// parseMark reads "S;step;pid" and "E;step;status;uid;pid;saved;flags;dir".
func parseMark(text string) (mark, bool) {
	parts := strings.SplitN(text, ";", 8)
	if len(parts[0]) != 1 {
		return mark{}, false
	}
	m := mark{kind: markKind(parts[0][0])}
	numbers := func(from int, into ...*int) bool {
		for i, p := range into {
			n, err := strconv.Atoi(parts[from+i])
			if err != nil {
				return false
			}
			*p = n
		}
		return true
	}
	switch {
	case m.kind == markStart && len(parts) == 3:
		return m, numbers(1, &m.step, &m.pid)
	case (m.kind == markPrompt || m.kind == markTyped) && len(parts) == 8:
		m.saved, m.traces = parts[5] == "1", strings.Contains(parts[6], "x")
		// The terminal driver turns a line end inside a folder's name into two characters.
		m.dir = strings.ReplaceAll(parts[7], "\r\n", "\n")
		return m, numbers(1, &m.step, &m.status, &m.uid, &m.pid)
	}
	return mark{}, false
}
