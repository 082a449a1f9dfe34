package readme

import (
	"bytes"
	"sync"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"github.com/yuin/goldmark"
)

// Bounds on what is read of Markdown that nobody writes. Beyond them goldmark's
// time, or its memory, grows with the square of the document.
const (
	maxDepth     = 32       // blocks inside each other
	maxLine      = 16 << 10 // what is longer is an image in base64
	maxInline    = 16 << 10 // bytes of a paragraph that are searched for markup
	maxCodes     = 500      // code spans of one paragraph
	maxSpan      = 1000     // bytes of one code span or link
	priorityOurs = 50       // before all of goldmark's own block parsers
)

// markdownParser is built at the first Markdown document and then shared: it
// keeps no state of a document, and building it costs more than a short README.
var markdownParser = sync.OnceValue(func() parser.Parser {
	p := parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(nested{containerParser{}}, priorityOurs),
			util.Prioritized(parser.NewSetextHeadingParser(), 100),
			util.Prioritized(parser.NewThematicBreakParser(), 200),
			util.Prioritized(nested{parser.NewListParser()}, 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewCodeBlockParser(), 500),
			util.Prioritized(parser.NewATXHeadingParser(), 600),
			util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
			util.Prioritized(nested{parser.NewBlockquoteParser()}, 800),
			util.Prioritized(htmlParser{parser.NewHTMLBlockParser()}, 900),
			util.Prioritized(parser.NewParagraphParser(), 1000),
		),
		parser.WithInlineParsers(parser.DefaultInlineParsers()...),
		parser.WithParagraphTransformers(append(parser.DefaultParagraphTransformers(),
			util.Prioritized(shortener{}, 900))...),
	)
	md := goldmark.New(goldmark.WithParser(p), goldmark.WithExtensions(extension.GFM))
	return md.Parser()
})

// parseMarkdown gives goldmark's tree of a document; its positions are those of
// the source.
func parseMarkdown(source []byte) ast.Node {
	reader := text.NewReader(withoutEndlessLines(source))
	for range bytes.Count(source[:frontMatter(source)], []byte("\n")) {
		reader.AdvanceLine()
	}
	return markdownParser().Parse(reader)
}

// frontMatter is the length of a YAML or TOML head, with its last line.
func frontMatter(source []byte) int {
	for _, mark := range []string{"---", "+++"} {
		first, rest, _ := bytes.Cut(source, []byte("\n"))
		if string(bytes.TrimRight(first, "\r \t")) != mark {
			continue
		}
		end := bytes.Index(source[3:], []byte("\n"+mark))
		if end < 0 || !bytes.ContainsAny(rest[:max(0, 3+end-len(first))], ":=") {
			return 0
		}
		end += 3 + 4
		if line := bytes.IndexByte(source[end:], '\n'); line >= 0 && len(bytes.TrimSpace(source[end:end+line])) == 0 {
			return end + line + 1
		}
		return end
	}
	return 0
}

// withoutEndlessLines blanks out what stands behind the first maxLine bytes of
// a line, so that positions stay.
func withoutEndlessLines(source []byte) []byte {
	masked := source
	for start := 0; start < len(source); {
		end := bytes.IndexByte(source[start:], '\n')
		if end < 0 {
			end = len(source) - start
		}
		if end > maxLine {
			if &masked[0] == &source[0] {
				masked = bytes.Clone(source)
			}
			for i := start + maxLine; i < start+end; i++ {
				masked[i] = ' '
			}
		}
		start += end + 1
	}
	return masked
}

// nested keeps a parser of blocks that hold blocks from going too deep.
type nested struct{ parser.BlockParser }

func (n nested) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	if len(pc.OpenedBlocks()) > maxDepth {
		return nil, parser.NoChildren
	}
	return n.BlockParser.Open(parent, reader, pc)
}

// shortener cuts a paragraph that is no table to what is searched for markup.
type shortener struct{}

func (shortener) Transform(n *ast.Paragraph, _ text.Reader, _ parser.Context) {
	lines, size := n.Lines(), 0
	for i := range lines.Len() {
		seg := lines.At(i)
		size += seg.Len()
		if size > maxInline {
			lines.SetSliced(0, i)
			return
		}
	}
}

// htmlParser differs from CommonMark in what a person sees differently: a fence
// ends HTML, and <pre> inside of HTML goes on over blank lines.
type htmlParser struct{ parser.BlockParser }

// preState is what is known of the <pre> in an open block of HTML.
type preState struct {
	node ast.Node
	read int // lines looked at
	open bool
}

var preKey = parser.NewContextKey()

func (p htmlParser) Continue(node ast.Node, reader text.Reader, pc parser.Context) parser.State {
	kind := node.(*ast.HTMLBlock).HTMLBlockType
	if kind != ast.HTMLBlockType6 && kind != ast.HTMLBlockType7 {
		return p.BlockParser.Continue(node, reader, pc)
	}
	state, _ := pc.Get(preKey).(*preState)
	if state == nil || state.node != node {
		state = &preState{node: node}
		pc.Set(preKey, state)
	}
	for ; state.read < node.Lines().Len(); state.read++ {
		seg := node.Lines().At(state.read)
		state.open = preOpen(seg.Value(reader.Source()), state.open)
	}
	line, segment := reader.PeekLine()
	if state.open {
		node.Lines().Append(segment)
		reader.AdvanceToEOL()
		return parser.Continue | parser.NoChildren
	}
	if trimmed := bytes.TrimLeft(line, " \t"); bytes.HasPrefix(trimmed, []byte("```")) || bytes.HasPrefix(trimmed, []byte("~~~")) {
		return parser.Close
	}
	return p.BlockParser.Continue(node, reader, pc)
}

// preOpen reports whether a <pre> is open behind a line.
func preOpen(line []byte, open bool) bool {
	if bytes.IndexByte(line, '<') < 0 {
		return open
	}
	lower := bytes.ToLower(line)
	begin, end := bytes.LastIndex(lower, []byte("<pre")), bytes.LastIndex(lower, []byte("</pre"))
	if begin < 0 && end < 0 {
		return open
	}
	return begin > end
}
