package readme

import (
	"bytes"
	"regexp"
	"slices"
	"sort"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

var ownMark = regexp.MustCompile(`(?m)^[ \t>]*([^\s>].*freshinstall:(begin|end)\b.*)$`)

// dropOwnSection leaves out what stands between our own marks: it is written
// by the tool, and reading its commands as steps would let a report feed the
// next run. A mark inside a block of code is an example, not a mark.
func (b *builder) dropOwnSection() {
	if !bytes.Contains(b.doc.Source, []byte("freshinstall:begin")) {
		return
	}
	own := b.ownSections()
	inOwn := func(at int) bool {
		i := sort.Search(len(own), func(i int) bool { return own[i].End > at })
		return i < len(own) && at >= own[i].Start
	}
	kept := make([]int, len(b.doc.Blocks)+1) // of the blocks before each
	blocks := b.doc.Blocks[:0:0]
	for i, block := range b.doc.Blocks {
		if !inOwn(block.Span.Start) {
			blocks = append(blocks, block)
		}
		kept[i+1] = len(blocks)
	}
	b.doc.Blocks = blocks
	b.doc.Links = slices.DeleteFunc(b.doc.Links, func(l Link) bool { return inOwn(l.Span.Start) })
	b.doc.Headings = slices.DeleteFunc(b.doc.Headings, func(h Heading) bool { return inOwn(h.Offset) })
	b.doc.Paragraphs = slices.DeleteFunc(b.doc.Paragraphs, func(p Paragraph) bool { return inOwn(p.Offset) })
	for i := range b.doc.Paragraphs {
		p := &b.doc.Paragraphs[i]
		p.Next = kept[p.Next]
	}
}

// ownSections are the places between the marks; one without an end goes to the
// end of the document.
func (b *builder) ownSections() (own []verifier.Span) {
	format, open := FormatOf(b.doc.Path), false
	for _, m := range ownMark.FindAllSubmatchIndex(b.doc.Source, -1) {
		line := strings.TrimRight(string(b.doc.Source[m[2]:m[3]]), "\r")
		begins := b.doc.Source[m[4]] == 'b'
		text, ok := format.Commented(line)
		if !ok || strings.TrimSpace(text) != "freshinstall:"+string(b.doc.Source[m[4]:m[5]]) || begins == open || b.insideBlock(m[0]) {
			continue
		}
		if open = begins; begins {
			own = append(own, verifier.Span{Start: m[0], End: len(b.doc.Source)})
		} else {
			own[len(own)-1].End = m[1]
		}
	}
	return own
}

// insideBlock: blocks are in order and stand side by side, so the last one that
// begins before the place is the only one that can hold it.
func (b *builder) insideBlock(at int) bool {
	n := sort.Search(len(b.doc.Blocks), func(i int) bool { return b.doc.Blocks[i].Span.Start > at })
	return n > 0 && b.doc.Blocks[n-1].Kind != Bare && at < b.doc.Blocks[n-1].Span.End
}
