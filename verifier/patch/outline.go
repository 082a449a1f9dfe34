package patch

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier/readme"
)

// outline is what a section must know of the document around it: which titles
// there are, how they look, and under which one the section belongs.
//
// A document that has a chapter about problems keeps its own title: the
// section stands at that chapter's end. Else it is a chapter of its own at the
// document's end, of the same rank as the others.
type outline struct {
	format readme.Format
	source []byte
	titles []readme.Heading // the author's, at the margin
	own    int              // index of the chapter about problems; -1: none
}

func outlineOf(name string, source []byte) outline {
	o := outline{format: readme.FormatOf(name), source: source, own: -1}
	for _, h := range readme.Read(name, source).Headings {
		if !h.Nested && o.atMargin(h.Offset) {
			o.titles = append(o.titles, h)
		}
	}
	o.own = slices.IndexFunc(o.titles, func(h readme.Heading) bool { return h.Level > 0 && troubleTitle.MatchString(h.Text) })
	return o
}

// troubleTitle is the title of a chapter about problems and nothing else, in
// the languages in which the planner knows such chapters.
var troubleTitle = regexp.MustCompile(`(?i)^\W*(?:[\d.]+[.):]?\s+)?(?:` +
	`trouble[- ]?shooting(?: guide)?|(?:known|common)(?: install(?:ation)?)? (?:issues|problems|errors)|(?:install(?:ation)? )?problems` +
	`|soluci[oó]n de problemas|resoluci[oó]n de problemas|problemas(?: comunes| conocidos)?` +
	`|(?:re)?solu[cç][aã]o de problemas|problemas conhecidos` +
	`|d[ée]pannage|probl[èe]mes(?: connus| courants)?|r[ée]solution des? probl[èe]mes` +
	`|fehlerbehebung|problembehebung|bekannte (?:probleme|fehler)|häufige probleme|problemlösung` +
	`|risoluzione dei problemi|problemi noti|решение проблем|известные проблемы|проблемы` +
	`|常见问题|常見問題|故障排除|疑难解答|トラブルシューティング|문제 해결)\W*$`)

// atMargin leaves out titles in HTML and in containers: what would be put
// beside them could end up inside of something.
func (o outline) atMargin(at int) bool {
	line := o.source[bytes.LastIndexByte(o.source[:at], '\n')+1 : at]
	lead := strings.TrimPrefix(string(line), bom)
	if strings.Contains(lead, "\x00") {
		return false
	}
	switch o.format {
	case readme.Markdown:
		return strings.Trim(lead, "# ") == "" && !strings.HasPrefix(lead, "    ")
	case readme.RST, readme.AsciiDoc, readme.Org, readme.Plain:
	}
	return strings.TrimSpace(lead) == ""
}

// level is the rank of the section's own title, or of the chapter that it
// stands in.
func (o outline) level() int {
	if o.own >= 0 {
		return o.titles[o.own].Level
	}
	absolute := o.format == readme.Markdown || o.format == readme.AsciiDoc
	if len(o.titles) == 0 {
		if absolute && len(bytes.TrimSpace(bytes.TrimPrefix(o.source, []byte(bom)))) > 0 {
			return 2 // level 1 is the title of a document, which it has in another form
		}
		return 1
	}
	top, count := o.titles[0].Level, 0
	for _, h := range o.titles {
		top = min(top, h.Level)
	}
	for _, h := range o.titles {
		if h.Level == top {
			count++
		}
	}
	isTitle := count == 1 && o.titles[0].Level == top && (!absolute || top == 1)
	if isTitle || o.format == readme.AsciiDoc && top == 1 {
		return top + 1
	}
	return max(1, top)
}

// levels are the ranks of the section's title and of its entries'.
func (o outline) levels(deepest int) [2]int {
	return [2]int{min(deepest, o.level()), min(deepest, o.level()+1)}
}

// titleStyle is a way to mark titles by lines.
type titleStyle struct {
	mark     byte
	over     bool // a line above too
	capitals bool // no line, but capital letters
}

// ranks are the styles that the document has for the two ranks, or new ones:
// there a style's rank is that of its first appearance.
func (o outline) ranks() [2]titleStyle {
	known := map[int]titleStyle{}
	used := ""
	for _, h := range o.titles {
		style := o.styleAt(h.Offset)
		used += string(style.mark)
		if _, have := known[h.Level]; !have {
			known[h.Level] = style
		}
	}
	fresh := func() titleStyle {
		for _, mark := range "=-~^+*#" {
			if !strings.ContainsRune(used, mark) {
				used += string(mark)
				return titleStyle{mark: byte(mark)}
			}
		}
		return titleStyle{mark: '-'}
	}
	var out [2]titleStyle
	for i := range out {
		style, have := known[o.level()+i]
		if !have || i == 1 && style.capitals {
			style = fresh()
		}
		out[i] = style
	}
	return out
}

// styleAt reads the lines around a title.
func (o outline) styleAt(at int) titleStyle {
	start := bytes.LastIndexByte(o.source[:at], '\n') + 1
	title, rest := cutLine(o.source[start:])
	under, _ := cutLine(rest)
	if under = strings.TrimSpace(under); !isRule(under, titleMarks, 3) {
		return titleStyle{mark: '=', capitals: o.format == readme.Plain && strings.ToUpper(title) == title}
	}
	style := titleStyle{mark: under[0]}
	if start > 0 {
		above := o.source[:start-1]
		over := strings.TrimSpace(string(above[bytes.LastIndexByte(above, '\n')+1:]))
		style.over = isRule(over, under[:1], 3)
	}
	return style
}

// underlined reports whether the document's titles have a line under them, for
// formats that know both forms.
func (o outline) underlined(marks string) bool {
	n := 0
	for _, h := range o.titles {
		if h.Level == 0 || h.Level > len(marks) {
			continue
		}
		if style := o.styleAt(h.Offset); style.capitals || !isRule(o.under(h.Offset), marks[h.Level-1:h.Level], 2) {
			return false
		}
		n++
	}
	return n > 0
}

// under is the line under the one that holds at.
func (o outline) under(at int) string {
	_, rest := cutLine(o.source[at:])
	line, _ := cutLine(rest)
	return strings.TrimSpace(line)
}

func cutLine(text []byte) (line string, rest []byte) {
	l, rest, _ := bytes.Cut(text, []byte("\n"))
	return strings.TrimSuffix(string(l), "\r"), rest
}

// attached are lines that belong to the title below them.
var attached = map[readme.Format]*regexp.Regexp{
	readme.Markdown: regexp.MustCompile(`^<(?:a[ >]|!--)`),
	readme.RST:      regexp.MustCompile(`^\.\. (?:_.*:|index::|[^:]*$)`),
	readme.AsciiDoc: regexp.MustCompile(`^(?:\[.*\]$|//|:[\w-]+:)`),
	readme.Org:      regexp.MustCompile(`^(?:# |#\+(?:attr_|html:|latex:|name:|index:))`),
	readme.Plain:    regexp.MustCompile(`^[-=~*^#_]{3,}$`),
}

// settled says for good whether the section stands in the chapter about
// problems: one that is there already tells by its place, and a new one must not
// change how the author's own text is read.
func (o outline) settled(name string, f form, at *section) outline {
	if o.own < 0 {
		return o
	}
	place := o.place()
	var in bool
	if at != nil {
		in = o.titles[o.own].Offset < at.start && (place == len(o.source) || at.end <= place)
	} else {
		probe := []string{f.mark(beginMark), "", f.mark(endMark)}
		in = place == len(o.source) || readsTheSame(name, o.source, with(o.source, nil, place, probe))
	}
	if !in {
		o.own = -1
	}
	return o
}

// place is where a new section goes: behind the last line of the chapter about
// problems, or at the end of the document.
func (o outline) place() int {
	if o.own < 0 {
		return len(o.source)
	}
	next := slices.IndexFunc(o.titles[o.own+1:], func(h readme.Heading) bool { return h.Level <= o.titles[o.own].Level })
	if next < 0 {
		return len(o.source)
	}
	lines := splitLines(o.source)
	at := o.titles[o.own+1+next].Offset
	i, _ := slices.BinarySearchFunc(lines, at, func(l textLine, at int) int { return l.end - at - 1 })
	if i > 0 && (o.format == readme.RST || o.format == readme.Plain) && isRule(strings.TrimSpace(lines[i-1].text), titleMarks, 3) {
		i--
	}
	end := i // one behind the chapter's last line
	for j := i - 1; j >= 0; j-- {
		switch text := strings.TrimSpace(lines[j].text); {
		case text == "":
			continue
		case attached[o.format].MatchString(lines[j].text):
			end = j
			continue
		}
		for end = min(end, i); end > j+1 && strings.TrimSpace(lines[end-1].text) == ""; end-- {
		}
		break
	}
	if end == 0 {
		return len(o.source)
	}
	return lines[end-1].end
}
