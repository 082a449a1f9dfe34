package phrase

import (
	"regexp/syntax"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"
)

// An automaton says whether a text matches, in one step for each of its
// characters. Its states are made when a text first leads to them (a lazy
// deterministic automaton, as in Thompson, "Regular expression search
// algorithm", 1968, and Cox, "Regular expression matching in the wild", 2010),
// which costs more than one run of the regexp package and pays from the tenth
// on: whoever reads one document never makes one, whoever reads thousands
// spends a tenth of the time.
type automaton struct {
	prog    *syntax.Prog
	class   [utf8.RuneSelf]uint8 // characters that no part of the expression tells apart
	classes int

	mu     sync.Mutex
	states map[string]*state // by their key
	start  *state
}

// state is a set of places in the expression, and what stood before them.
type state struct {
	places []uint32
	before rune            // one of those in kindOf, or -1 at the beginning
	next   []*state        // by class; behind the last class: the end of the text
	wide   map[rune]*state // beyond ASCII
}

var (
	matched   = &state{}
	unmatched = &state{}
)

// memory bounds the states of all automata together, in bytes. What does not
// fit is matched by the regexp package.
const memory = 8 << 20

var spent atomic.Int64

func newAutomaton(expr string) *automaton {
	tree, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return nil // Compile panics with the error
	}
	prog, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return nil
	}
	a := &automaton{prog: prog, states: map[string]*state{}}
	a.classify()
	a.start = a.state(nil, -1)
	return a
}

// classify gives two characters the same class if every instruction treats
// them alike.
func (a *automaton) classify() {
	seen := map[string]uint8{}
	var sign []byte
	for r := range rune(utf8.RuneSelf) {
		sign = append(sign[:0], byte(kindOf(r)))
		for i := range a.prog.Inst {
			if in := &a.prog.Inst[i]; consumes(in) {
				sign = append(sign, '0')
				if in.MatchRune(r) {
					sign[len(sign)-1] = '1'
				}
			}
		}
		class, ok := seen[string(sign)]
		if !ok {
			class = uint8(len(seen))
			seen[string(sign)] = class
		}
		a.class[r] = class
	}
	a.classes = len(seen)
}

func consumes(in *syntax.Inst) bool {
	switch in.Op {
	case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
		return true
	}
	return false
}

// kindOf is what assertions such as \b and ^ see of a character.
func kindOf(r rune) rune {
	switch {
	case r == '\n':
		return '\n'
	case syntax.IsWordChar(r):
		return 'a'
	}
	return ' '
}

// match reports whether the text matches; ok is false where the automaton has
// become too large to say.
func (a *automaton) match(text string) (matches, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := a.start
	for _, r := range text {
		var next *state
		if r < utf8.RuneSelf {
			next = s.next[a.class[r]]
		} else {
			next = s.wide[r]
		}
		if next == nil {
			if next = a.step(s, r); next == nil {
				return false, false
			}
		}
		if next == matched {
			return true, true
		}
		s = next
	}
	end := s.next[a.classes]
	if end == nil {
		if end = a.step(s, -1); end == nil {
			return false, false
		}
	}
	return end == matched, true
}

// step makes the state that follows a character, or the end of the text (-1),
// and remembers it; nil: there is no memory for more.
func (a *automaton) step(s *state, r rune) *state {
	if spent.Load() > memory {
		return nil
	}
	next := a.follow(s, r)
	switch {
	case r < 0:
		s.next[a.classes] = next
	case r < utf8.RuneSelf:
		s.next[a.class[r]] = next
	default:
		if s.wide == nil {
			s.wide = map[rune]*state{}
		}
		s.wide[r] = next
		spent.Add(32)
	}
	return next
}

func (a *automaton) follow(s *state, r rune) *state {
	// A match may begin anywhere.
	open := append(slices.Clone(s.places), uint32(a.prog.Start))
	flags := syntax.EmptyOpContext(s.before, r)
	reached := make([]bool, len(a.prog.Inst))
	next := make([]bool, len(a.prog.Inst))
	for len(open) > 0 {
		at := open[len(open)-1]
		open = open[:len(open)-1]
		if reached[at] {
			continue
		}
		reached[at] = true
		switch in := &a.prog.Inst[at]; in.Op {
		case syntax.InstMatch:
			return matched
		case syntax.InstAlt, syntax.InstAltMatch:
			open = append(open, in.Out, in.Arg)
		case syntax.InstCapture, syntax.InstNop:
			open = append(open, in.Out)
		case syntax.InstEmptyWidth:
			if syntax.EmptyOp(in.Arg)&^flags == 0 {
				open = append(open, in.Out)
			}
		case syntax.InstFail:
		default:
			if r >= 0 && in.MatchRune(r) {
				next[in.Out] = true
			}
		}
	}
	if r < 0 {
		return unmatched
	}
	var places []uint32
	for at, is := range next {
		if is {
			places = append(places, uint32(at))
		}
	}
	return a.state(places, kindOf(r))
}

func (a *automaton) state(places []uint32, before rune) *state {
	var key strings.Builder
	key.WriteRune(before)
	for _, at := range places {
		key.Write([]byte{byte(at), byte(at >> 8), byte(at >> 16)})
	}
	s, ok := a.states[key.String()]
	if !ok {
		s = &state{places: places, before: before, next: make([]*state, a.classes+1)}
		a.states[key.String()] = s
		spent.Add(int64(8*len(s.next) + 7*len(places) + 120))
	}
	return s
}
