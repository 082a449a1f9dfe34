package readme

import (
	"strings"
)

// codeRoles are the roles under which people write what is to be typed.
var codeRoles = setOf("code command kbd samp program file bash sh shell console literal option envvar cmd cli")

// rstInline knows “code“, roles, links, substitutions and addresses.
func (r *rstReader) rstInline(text string, p *prose) {
	for at := 0; at < len(text); {
		next := strings.IndexAny(text[at:], "`|_h")
		if next < 0 {
			return
		}
		at += next
		switch text[at] {
		case 'h':
			end := address(text, at)
			if end > at {
				p.link(at, end, text[at:end], text[at:end])
			}
			at = max(at+1, end)
		case '|':
			at = r.substitution(text, at, p)
		case '_':
			at = r.reference(text, at, p)
		default:
			at = r.backquoted(text, at, p)
		}
	}
}

func (r *rstReader) substitution(text string, at int, p *prose) (next int) {
	name, _, ok := strings.Cut(text[at+1:min(len(text), at+maxSpan)], "|")
	value, known := r.replaced[name]
	if !ok || !known {
		return at + 1
	}
	next = at + len(name) + 2
	p.instead(at, next, value)
	return next
}

// reference reads "name_" and "name__" behind a word.
func (r *rstReader) reference(text string, at int, p *prose) (next int) {
	end := at + 1
	if end < len(text) && text[end] == '_' {
		end++
	}
	if at == 0 || !isNameByte(text[at-1]) || end < len(text) && strings.IndexByte(" .,;:!?)-/'\"", text[end]) < 0 {
		return end
	}
	start := at
	for start > p.at && start > at-60 && isNameByte(text[start-1]) {
		start--
	}
	name := text[start:at]
	target, ok := r.targets[strings.ToLower(name)]
	if end-at == 2 {
		target, ok = r.nextAnonymous()
	}
	if ok {
		p.link(start, end, name, r.resolved(target))
	}
	return end
}

func isNameByte(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c >= 0x80
}

func (r *rstReader) nextAnonymous() (target string, ok bool) {
	if len(r.anonymous) == 0 {
		return "", false
	}
	target = r.anonymous[0]
	r.anonymous = r.anonymous[1:]
	return target, true
}

// resolved follows a target that is the name of another.
func (r *rstReader) resolved(target string) string {
	if name, ok := strings.CutSuffix(target, "_"); ok {
		if other, ok := r.targets[strings.ToLower(strings.Trim(name, "`"))]; ok {
			return other
		}
	}
	return target
}

// backquoted reads what begins with a backquote.
func (r *rstReader) backquoted(text string, at int, p *prose) (next int) {
	rest := text[at:min(len(text), at+maxSpan)]
	if strings.HasPrefix(rest, "``") {
		end := strings.Index(rest[2:], "``")
		if end <= 0 {
			return at + 2
		}
		for 2+end+2 < len(rest) && rest[2+end+2] == '`' {
			end++ // a backquote that ends the code itself
		}
		p.mark(at, at+end+4, at+2, at+2+end)
		return at + end + 4
	}
	end := strings.IndexByte(rest[1:], '`')
	if end <= 0 || rest[1] == ' ' {
		return at + 1
	}
	inner := rest[1 : 1+end]
	next = at + end + 2
	role, roleStart := roleBefore(text[p.at:at])
	roleStart += p.at
	switch {
	case codeRoles[role]:
		p.mark(roleStart, next, at+1, at+1+end)
	case role == "doc", role == "ref", role == "numref", role == "download", role == "any":
		r.roleLink(role, inner, roleStart, next, p)
	case role != "":
		p.instead(roleStart, next, inner)
	case next < len(text) && text[next] == '_':
		return r.quotedReference(text, inner, at, next, p)
	case at == 0 || strings.IndexByte(" (['\"/-", text[at-1]) >= 0:
		p.mark(at, next, at+1, at+1+end) // the default role: what Markdown means by it
	}
	return next
}

// roleBefore is the role whose name ends a text: ":command:".
func roleBefore(text string) (role string, start int) {
	if !strings.HasSuffix(text, ":") {
		return "", len(text)
	}
	open := strings.LastIndexByte(text[max(0, len(text)-40):len(text)-1], ':')
	if open < 0 {
		return "", len(text)
	}
	open += max(0, len(text)-40)
	role = text[open+1 : len(text)-1]
	if role == "" || strings.ContainsAny(role, " \t`") {
		return "", len(text)
	}
	// A domain before the role: ":std:doc:".
	if before := strings.LastIndexByte(text[:open], ':'); before >= 0 && open-before > 1 && !strings.ContainsAny(text[before:open], " `") {
		return strings.ToLower(role), before
	}
	return strings.ToLower(role), open
}

func (r *rstReader) roleLink(role, inner string, from, to int, p *prose) {
	label, target := inner, inner
	if title, end, ok := strings.Cut(strings.TrimSuffix(inner, ">"), "<"); ok {
		label, target = strings.TrimSpace(title), end
	}
	switch role {
	case "doc":
		target = r.document(target)
	case "ref", "numref", "any":
		target = "#" + target
	}
	p.link(from, to, label, target)
}

// quotedReference reads "`text <target>`_" and "`name`_".
func (r *rstReader) quotedReference(text, inner string, at, next int, p *prose) int {
	nameless := next+1 < len(text) && text[next+1] == '_'
	next++
	if nameless {
		next++
	}
	if label, target, ok := strings.Cut(inner, "<"); ok && strings.HasSuffix(target, ">") {
		target = strings.TrimSuffix(target, ">")
		if label = strings.TrimSpace(label); label == "" {
			label = target
		}
		p.link(at, next, label, r.resolved(strings.ReplaceAll(target, " ", "")))
		return next
	}
	target, ok := r.targets[strings.ToLower(inner)]
	if nameless {
		target, ok = r.nextAnonymous()
	}
	if !ok {
		target = "#" + strings.ToLower(strings.ReplaceAll(inner, " ", "-"))
	}
	p.link(at, next, inner, r.resolved(target))
	return next
}
