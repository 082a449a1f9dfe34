package readme

import (
	"regexp"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// builder holds the context that a person has in mind at a place of a
// document, whatever its markup; the readers tell it what they meet, in order.
type builder struct {
	doc        Document
	lines      lineStarts
	headings   []heading
	lead       string
	opening    string
	opened     bool
	label      string
	tabs       []string
	directives map[string]string
}

type heading struct {
	level  int
	text   string
	offset int
}

// labelLevel is the level of a label in bold: below every real heading.
const labelLevel = 99

func newBuilder(name string, source []byte) *builder {
	return &builder{doc: Document{Path: name, Source: source, Title: -1}, lines: newLineStarts(source)}
}

func (b *builder) heading(level int, text string, offset int) {
	text = strings.Join(strings.Fields(text), " ")
	for n := len(b.headings); n > 0 && b.headings[n-1].level >= level; n-- {
		b.headings = b.headings[:n-1]
	}
	if b.doc.Title < 0 {
		b.doc.Title = offset
	}
	b.headings = append(b.headings, heading{level, strings.TrimRight(text, ":"), offset})
	b.lead, b.label, b.directives = "", "", nil
	b.opening, b.opened = "", false
}

// text tells of a paragraph.
func (b *builder) text(t string) {
	t = strings.TrimSpace(t)
	if t == "" {
		return
	}
	if !b.opened {
		b.opening, b.opened = t, true
	}
	b.label = ""
	if isLabel(b.lead) {
		b.label = b.lead
	}
	b.lead = t
}

// isLabel: a word or two and a colon, the way platforms and variants are named.
func isLabel(t string) bool {
	return len(t) <= 60 && strings.HasSuffix(t, ":") && len(strings.Fields(t)) <= 5
}

func (b *builder) titles() (titles []string, offsets []int) {
	for _, h := range b.headings {
		titles = append(titles, h.text)
		offsets = append(offsets, h.offset)
	}
	return titles, offsets
}

// line makes a Line of a piece of one source line, white space at its ends cut.
func (b *builder) line(start, end int) Line {
	src := b.doc.Source
	for end > start && (src[end-1] == '\n' || src[end-1] == '\r' || src[end-1] == ' ' || src[end-1] == '\t') {
		end--
	}
	return Line{Text: string(src[start:end]), Span: verifier.Span{Start: start, End: end}, Number: b.lines.number(start)}
}

// block adds a block; its context is filled in here. Blocks without text are
// left out.
func (b *builder) block(block Block) {
	first, last := -1, -1
	for i, l := range block.Lines {
		if strings.TrimSpace(l.Text) != "" {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first < 0 {
		return
	}
	block.Lines = block.Lines[first : last+1]
	block.Span = verifier.Span{Start: block.Lines[0].Span.Start, End: block.Lines[len(block.Lines)-1].Span.End}
	block.Headings, block.Sections = b.titles()
	block.Opening = b.opening
	block.Language = strings.ToLower(block.Language)
	if len(b.tabs) > 0 {
		block.Tab = b.tabs[len(b.tabs)-1]
	}
	block.Directives = b.directives
	if block.Kind != Inline && block.Kind != Bare {
		block.Lead, block.Label = b.lead, b.label
		b.lead, b.label, b.directives = "", "", nil
		b.opened = true
	}
	b.doc.Blocks = append(b.doc.Blocks, block)
}

var (
	directiveText = regexp.MustCompile(`^\s*freshinstall:\s*([^\n]*?)\s*$`)
	directiveWord = regexp.MustCompile(`([a-z_-]+)(?:=("[^"]*"|\S+))?`)
	ownSection    = regexp.MustCompile(`(?m)^[ \t>]*(?:<!--|\.\.|//|#)\s*freshinstall:(begin|end)\b`)
)

// comment tells of a comment; those of ours hold for the block that follows.
func (b *builder) comment(text string) {
	m := directiveText.FindStringSubmatch(text)
	if m == nil {
		return
	}
	found := map[string]string{}
	for _, w := range directiveWord.FindAllStringSubmatch(m[1], -1) {
		if w[1] != "begin" && w[1] != "end" {
			found[w[1]] = strings.Trim(w[2], `"`)
		}
	}
	if len(found) > 0 {
		b.directives = found
	}
}

// dropOwnSection leaves out what stands between our own marks: it is written
// by the tool, and reading its commands as steps would let a report feed the
// next run. A mark inside a block of code is an example, not a mark.
func (b *builder) dropOwnSection() {
	var own []verifier.Span
	for _, m := range ownSection.FindAllSubmatchIndex(b.doc.Source, -1) {
		if b.insideBlock(m[0]) {
			continue
		}
		if string(b.doc.Source[m[2]:m[3]]) == "begin" {
			own = append(own, verifier.Span{Start: m[0], End: len(b.doc.Source)})
		} else if len(own) > 0 && own[len(own)-1].End == len(b.doc.Source) {
			own[len(own)-1].End = m[1]
		}
	}
	inOwn := func(at int) bool {
		for _, s := range own {
			if at >= s.Start && at < s.End {
				return true
			}
		}
		return false
	}
	blocks := b.doc.Blocks[:0:0]
	for _, block := range b.doc.Blocks {
		if !inOwn(block.Span.Start) {
			blocks = append(blocks, block)
		}
	}
	links := b.doc.Links[:0:0]
	for _, link := range b.doc.Links {
		if !inOwn(link.Span.Start) {
			links = append(links, link)
		}
	}
	b.doc.Blocks, b.doc.Links = blocks, links
}

func (b *builder) insideBlock(at int) bool {
	for _, block := range b.doc.Blocks {
		if block.Kind != Bare && at >= block.Span.Start && at < block.Span.End {
			return true
		}
	}
	return false
}
