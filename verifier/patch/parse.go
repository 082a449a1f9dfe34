package patch

import (
	"slices"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

// Known reads the entries of a document's section back, by key. A document
// without a section has none. Marks that cannot be read are a [*MarkerError].
func Known(source []byte) (map[string]Entry, error) {
	at, _, err := locate(source)
	if err != nil || at == nil {
		return nil, err
	}
	written, err := readSection(at)
	if err != nil {
		return nil, err
	}
	known := make(map[string]Entry, len(written))
	for _, w := range written {
		known[w.Key] = w.Entry
	}
	return known, nil
}

// written is an entry as it stands in a document.
type written struct {
	Entry
	raw    []string // its lines, from the mark to the last one with text
	intact bool     // everything that [render] writes could be read back
}

// readSection reads all entries, in order.
func readSection(at *section) ([]written, error) {
	var (
		out   []written
		fence fenceState
		seen  = map[string]bool{}
	)
	for i, l := range at.lines {
		inside := fence.inside(l.text, at.first+i)
		if !inside && strings.HasPrefix(l.text, entryMark) {
			e, ok := readMark(l.text)
			switch {
			case !ok:
				return nil, &MarkerError{Line: at.first + i, What: "this entry's mark cannot be read"}
			case seen[e.Key]:
				return nil, &MarkerError{Line: at.first + i, What: "this entry's key stands here a second time"}
			}
			seen[e.Key] = true
			out = append(out, written{Entry: e})
		}
		if len(out) > 0 {
			last := &out[len(out)-1]
			last.raw = append(last.raw, l.text)
		}
	}
	for i := range out {
		w := &out[i]
		for len(w.raw) > 0 && strings.TrimSpace(w.raw[len(w.raw)-1]) == "" {
			w.raw = w.raw[:len(w.raw)-1]
		}
		w.intact = w.readBody()
	}
	return out, nil
}

// readMark reads "<!-- freshinstall:entry KEY first-seen=DAY environments=A,B -->".
func readMark(text string) (e Entry, ok bool) {
	text, ok = strings.CutSuffix(strings.TrimRight(text, " \t"), markClose)
	fields := strings.Fields(strings.TrimPrefix(text, entryMark))
	if !ok || len(fields) < 3 {
		return e, false
	}
	if e.Key, ok = unword(fields[0]); !ok {
		return e, false
	}
	for _, field := range fields[1:] {
		name, value, _ := strings.Cut(field, "=")
		switch name {
		case "first-seen":
			if _, err := time.Parse(time.DateOnly, value); err != nil {
				return e, false
			}
			e.FirstSeen = value
		case "environments":
			if e.Environments, ok = unwords(value); !ok {
				return e, false
			}
			e.Environments = sorted(e.Environments)
		}
	}
	return e, e.FirstSeen != "" && len(e.Environments) > 0
}

// readFix reads "<!-- freshinstall:fix KIND environments=A,B -->".
func readFix(text string) (s Solution, ok bool) {
	text, ok = strings.CutSuffix(strings.TrimRight(text, " \t"), markClose)
	kind, names, cut := strings.Cut(strings.TrimPrefix(text, fixMark), " environments=")
	if !ok || !cut {
		return s, false
	}
	s.Kind = verifier.FixKind(kind)
	if s.Kind != verifier.FixBefore && s.Kind != verifier.FixReplace && s.Kind != verifier.FixDeclare {
		return s, false
	}
	s.Environments, ok = unwords(names)
	s.Environments = sorted(s.Environments)
	return s, ok
}

// readBody reads what the entry shows. It is lenient in wording and strict in
// structure; false means that the entry can only be kept or written anew.
func (w *written) readBody() bool {
	var plain []string
	for i := 1; i < len(w.raw); i++ {
		line := w.raw[i]
		var fence fenceState
		switch {
		case strings.HasPrefix(line, fixMark):
			s, ok := readFix(line)
			if !ok {
				return false
			}
			w.Solutions = append(w.Solutions, s)
		case fence.inside(line, 0):
			from := i + 1
			for i = from; i < len(w.raw) && fence.inside(w.raw[i], 0) && fence.marks != ""; i++ {
			}
			if i == len(w.raw) || !w.take(strings.Trim(line, "`~ "), strings.Join(w.raw[from:i], "\n")) {
				return false
			}
		case w.Title == "" && strings.HasPrefix(line, "### "):
			w.Title = strings.TrimSpace(strings.TrimPrefix(line, "### "))
		case w.Step != "" && len(w.Solutions) == 0 && line != "" && line != excerptLead:
			plain = append(plain, line)
		}
	}
	w.Plain = strings.Join(plain, "\n")
	return w.Title != "" && w.Step != "" && w.Plain != "" && w.covered()
}

// take puts the text of a block where it belongs, by its place and its tag.
func (w *written) take(info, text string) bool {
	switch n := len(w.Solutions); {
	case n > 0 && w.Solutions[n-1].Text == "":
		w.Solutions[n-1].Text = text
	case n == 0 && info == "shell" && w.Step == "":
		w.Step = text
	case n == 0 && info == "text" && w.Excerpt == "":
		w.Excerpt = text
	default:
		return false
	}
	return text != ""
}

// covered says that the solutions tell exactly one text for each environment.
func (w *written) covered() bool {
	var names []string
	for _, s := range w.Solutions {
		if s.Text == "" {
			return false
		}
		names = append(names, s.Environments...)
	}
	slices.Sort(names)
	return slices.Equal(names, w.Environments)
}

func sorted(names []string) []string {
	names = slices.Clone(names)
	slices.Sort(names)
	return slices.Compact(names)
}
