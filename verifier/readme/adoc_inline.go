package readme

import (
	"strings"
)

// adocInline knows `code`, `+code+`, +code+, links, references and attributes.
func (r *adocReader) adocInline(text string, p *prose) {
	for at := 0; at < len(text); {
		next := strings.IndexAny(text[at:], "`+lxh<{")
		if next < 0 {
			return
		}
		at += next
		switch text[at] {
		case '`':
			at = r.monospace(text, at, p)
		case '+':
			at = r.passthrough(text, at, p)
		case '<':
			at = r.crossReference(text, at, p)
		case '{':
			at = r.filled(text, at, p)
		default:
			at = r.link(text, at, p)
		}
	}
}

// monospace reads `code`, “code“ and `+code+`; between quotes the backquotes
// only make the quotes round.
func (r *adocReader) monospace(text string, at int, p *prose) (next int) {
	rest := text[at:min(len(text), at+maxSpan)]
	width := 1
	if strings.HasPrefix(rest, "``") {
		width = 2
	}
	end := strings.Index(rest[width:], rest[:width])
	if end <= 0 || rest[width] == ' ' {
		return at + width
	}
	start, stop := at+width, at+width+end
	next = stop + width
	if width == 1 && at > 0 && next < len(text) && text[at-1] == text[next] && (text[next] == '"' || text[next] == '\'') {
		p.instead(at, next, text[start:stop])
		return next
	}
	if stop-start > 2 && text[start] == '+' && text[stop-1] == '+' {
		p.mark(at, next, start+1, stop-1)
		return next
	}
	p.markAs(at, next, start, stop, r.fill(text[start:stop]))
	return next
}

func (r *adocReader) passthrough(text string, at int, p *prose) (next int) {
	if at+2 >= len(text) || text[at+1] == ' ' || text[at+1] == '+' || at > 0 && strings.IndexByte(" (", text[at-1]) < 0 {
		return at + 1
	}
	limit := min(len(text), at+maxSpan)
	for end := at + 2; end < limit; end++ {
		if text[end] == '+' && text[end-1] != ' ' && (end+1 == len(text) || strings.IndexByte(" .,;:!?)", text[end+1]) >= 0) {
			p.mark(at, end+1, at+1, end)
			return end + 1
		}
	}
	return at + 1
}

// crossReference reads <<target,text>>.
func (r *adocReader) crossReference(text string, at int, p *prose) (next int) {
	rest := text[at:min(len(text), at+maxSpan)]
	if !strings.HasPrefix(rest, "<<") {
		return at + 1
	}
	inner, _, ok := strings.Cut(rest[2:], ">>")
	if !ok || inner == "" || inner[0] == ' ' || inner[0] == '<' {
		return at + 2
	}
	target, label, ok := strings.Cut(inner, ",")
	if !ok {
		label = target
	}
	next = at + len(inner) + 4
	p.link(at, next, strings.TrimSpace(label), r.fill(target))
	return next
}

func (r *adocReader) filled(text string, at int, p *prose) (next int) {
	name, _, ok := strings.Cut(text[at+1:min(len(text), at+80)], "}")
	value, known := r.vars[strings.ToLower(name)]
	if !ok || !known {
		return at + 1
	}
	next = at + len(name) + 2
	if strings.HasPrefix(value, "http") {
		for next < len(text) && strings.IndexByte(" \t<>[]\"`", text[next]) < 0 {
			next++
		}
		return r.labelled(text, at, next, r.fill(text[at:next]), p)
	}
	p.instead(at, next, value)
	return next
}

// link reads link:target[text], xref:target[text], address[text].
func (r *adocReader) link(text string, at int, p *prose) (next int) {
	rest := text[at:]
	start := at
	switch {
	case strings.HasPrefix(rest, "link:"):
		start += len("link:")
	case strings.HasPrefix(rest, "xref:"):
		start += len("xref:")
	case rest[0] == 'h':
		end := address(text, at)
		if end == at {
			return at + 1
		}
		// An attribute may stand inside of the address.
		for end < len(text) && text[end] == '{' {
			stop := strings.IndexByte(text[end:min(len(text), end+80)], '}')
			if stop < 0 {
				break
			}
			end += stop + 1
			for end < len(text) && strings.IndexByte(" \t<>[]{}\"`", text[end]) < 0 {
				end++
			}
		}
		return r.labelled(text, at, end, r.fill(text[at:end]), p)
	default:
		return at + 1
	}
	open := strings.IndexByte(text[start:min(len(text), start+maxSpan)], '[')
	if open <= 0 || strings.IndexByte(text[start:start+open], ' ') >= 0 {
		return start
	}
	return r.labelled(text, at, start+open, r.fill(text[start:start+open]), p)
}

// labelled adds a link whose text in brackets may follow.
func (r *adocReader) labelled(text string, from, to int, target string, p *prose) (next int) {
	label := target
	if to < len(text) && text[to] == '[' {
		if end := strings.IndexByte(text[to:min(len(text), to+maxSpan)], ']'); end > 0 {
			if inner := strings.Trim(text[to+1:to+end], `"^`); inner != "" {
				label = r.fill(inner)
			}
			to += end + 1
		}
	}
	p.link(from, to, label, target)
	return to
}
