package patch

import (
	"slices"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

// Known reads the entries of a document's section back, by key. A document
// without a section has none. Marks that cannot be read are a [*MarkerError].
func Known(name string, source []byte) (map[string]Entry, error) {
	if !Supports(name) {
		return nil, nil
	}
	f := formOf(outlineOf(name, source))
	at, _, err := f.locate(source)
	if err != nil || at == nil {
		return nil, err
	}
	_, written, err := f.readSection(at)
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
	intact bool     // everything that [form.render] writes could be read back
}

// readSection reads all entries, in order. head is what stands before them.
func (f form) readSection(at *section) (head []string, out []written, err error) {
	blocks, seen := fences{format: f.format}, map[string]bool{}
	entry, _, _ := strings.Cut(f.mark(entryMark+"\x00"), "\x00")
	for i, l := range at.lines {
		if !blocks.inside(l.text, at.first+i) && strings.HasPrefix(l.text, entry) {
			mark, ok := f.marked(l.text)
			e, readable := readMark(mark)
			switch {
			case !ok || !readable:
				return nil, nil, &MarkerError{Line: at.first + i, What: "this entry's mark cannot be read"}
			case seen[e.Key]:
				return nil, nil, &MarkerError{Line: at.first + i, What: "this entry's key stands here a second time"}
			}
			seen[e.Key] = true
			out = append(out, written{Entry: e})
		}
		if len(out) == 0 {
			head = append(head, l.text)
			continue
		}
		last := &out[len(out)-1]
		last.raw = append(last.raw, l.text)
	}
	for i := range out {
		w := &out[i]
		w.raw = withoutEmptyEnd(w.raw)
		w.intact = f.readBody(w)
	}
	return withoutEmptyEnd(head), out, nil
}

func withoutEmptyEnd(lines []string) []string {
	for len(lines) > 0 && strings.TrimSpace(lines[len(lines)-1]) == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// readMark reads "entry KEY first-seen=DAY environments=A,B".
func readMark(text string) (e Entry, ok bool) {
	fields := strings.Fields(strings.TrimPrefix(text, entryMark))
	if len(fields) < 3 {
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

// readFix reads "fix KIND environments=A,B".
func readFix(text string) (s Solution, ok bool) {
	kind, names, cut := strings.Cut(strings.TrimPrefix(text, fixMark), " environments=")
	if !cut {
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
func (f form) readBody(w *written) bool {
	var plain []string
	for rest := w.raw[1:]; len(rest) > 0; {
		line := rest[0]
		if strings.TrimSpace(line) == "" {
			rest = rest[1:]
			continue
		}
		if mark, ok := f.marked(line); ok && strings.HasPrefix(mark, fixMark) {
			s, ok := readFix(mark)
			if !ok {
				return false
			}
			w.Solutions = append(w.Solutions, s)
			rest = rest[1:]
			continue
		}
		lead, text, n := f.readBlock(rest)
		if n > 0 {
			if lead != "" && w.Step != "" && len(w.Solutions) == 0 && lead != excerptLead {
				plain = append(plain, lead)
			}
			if !w.take(text) {
				return false
			}
			rest = rest[n:]
			continue
		}
		if w.Title == "" {
			if title, n := f.readHeading(rest); n > 0 {
				w.Title, rest = title, rest[n:]
				continue
			}
		}
		if w.Step != "" && len(w.Solutions) == 0 && line != excerptLead {
			plain = append(plain, line)
		}
		rest = rest[1:]
	}
	w.Plain = strings.Join(plain, "\n")
	return w.Title != "" && w.Step != "" && w.Plain != "" && w.covered()
}

// take puts the text of a block where it belongs, by its place.
func (w *written) take(text string) bool {
	switch n := len(w.Solutions); {
	case n > 0 && w.Solutions[n-1].Text == "":
		w.Solutions[n-1].Text = text
	case n == 0 && w.Step == "":
		w.Step = text
	case n == 0 && w.Excerpt == "":
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
