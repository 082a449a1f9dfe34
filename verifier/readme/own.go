package readme

import (
	"bytes"
	"regexp"
	"sort"

	"github.com/freshinstall/freshinstall/verifier"
)

var ownSection = regexp.MustCompile(`(?m)^[ \t>]*(?:<!--|\.\.|//|#)\s*freshinstall:(begin|end)\b`)

// dropOwnSection leaves out what stands between our own marks: it is written
// by the tool, and reading its commands as steps would let a report feed the
// next run. A mark inside a block of code is an example, not a mark.
func (b *builder) dropOwnSection() {
	if !bytes.Contains(b.doc.Source, []byte("freshinstall:begin")) {
		return
	}
	var own []verifier.Span
	open := false
	for _, m := range ownSection.FindAllSubmatchIndex(b.doc.Source, -1) {
		begins := b.doc.Source[m[2]] == 'b'
		if begins == open || b.insideBlock(m[0]) {
			continue
		}
		if open = begins; begins {
			own = append(own, verifier.Span{Start: m[0], End: len(b.doc.Source)})
		} else {
			own[len(own)-1].End = m[1]
		}
	}
	inOwn := func(at int) bool {
		i := sort.Search(len(own), func(i int) bool { return own[i].End > at })
		return i < len(own) && at >= own[i].Start
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

// insideBlock: blocks are in order and stand side by side, so the last one that
// begins before the place is the only one that can hold it.
func (b *builder) insideBlock(at int) bool {
	n := sort.Search(len(b.doc.Blocks), func(i int) bool { return b.doc.Blocks[i].Span.Start > at })
	return n > 0 && b.doc.Blocks[n-1].Kind != Bare && at < b.doc.Blocks[n-1].Span.End
}
