package readme

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// The site generators have marks of their own for tabs and notes, with Markdown
// inside. To goldmark they are text, or, where the inside is indented, code.
// Here they are blocks like any other: what stands inside keeps its positions
// and may stand in lists and quotes, as may they.

// container is such a block.
type container struct {
	ast.BaseBlock
	opening
	at     int  // in the source
	lines  int  // seen inside, blank ones not counted
	margin int  // columns by which the inside is indented, where that says nothing
	tag    bool // the opening tag goes on over this line
}

// opening is what the first line of a container says.
type opening struct {
	role  role
	form  form
	name  string // by which a tag is closed
	count int    // of fence characters
	char  byte
	title string
}

// role is what a container is to the reader.
type role int

const (
	isNote  role = iota // text set off
	isTab               // one of several ways, or a part that is folded away
	isGroup             // around tabs, or fences that are tabs
	isCode              // its lines are code
	isLost              // an end without a beginning: nothing
	isOther             // a document that is included here
)

// form is how the end of a container is told.
type form int

const (
	byIndent form = iota // the inside is indented by four
	byFence              // a run of the same characters
	byTag                // a tag with the same name
	byNext               // the next of its kind, or the end of the group
	byLine               // it is one line long
)

var containerKind = ast.NewNodeKind("Container")

func (c *container) Kind() ast.NodeKind       { return containerKind }
func (c *container) Dump(src []byte, lvl int) { ast.DumpHelper(c, src, lvl, nil, nil) }
func (c *container) IsRaw() bool              { return true }

type containerParser struct{}

func (containerParser) Trigger() []byte             { return []byte("=!?:/`~<{@-") }
func (containerParser) CanInterruptParagraph() bool { return true }

// CanAcceptIndentedLine: an indented end tag ends its container all the same.
func (containerParser) CanAcceptIndentedLine() bool { return false }

func (containerParser) Open(_ ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, segment := reader.PeekLine()
	pos := pc.BlockOffset()
	if pos < 0 || pos >= len(line) {
		return nil, parser.NoChildren
	}
	o, ok := readOpening(bytes.TrimSpace(line[pos:]), inGroup(pc))
	if !ok {
		return nil, parser.NoChildren
	}
	c := &container{opening: o, at: segment.Start + max(0, pos-segment.Padding)}
	reader.AdvanceToEOL()
	if o.form == byTag && o.role != isLost && line[pos] == '<' && !bytes.Contains(line, []byte(">")) {
		c.tag = true
		c.title = string(bytes.TrimSpace(line[pos:]))
	}
	if o.role == isCode || o.form == byLine {
		return c, parser.NoChildren
	}
	return c, parser.HasChildren
}

// inGroup: a group of tabs is open, in which short marks begin a tab.
func inGroup(pc parser.Context) bool {
	for _, b := range pc.OpenedBlocks() {
		if c, ok := b.Node.(*container); ok && c.role == isGroup {
			return true
		}
	}
	return false
}

func (p containerParser) Continue(node ast.Node, reader text.Reader, pc parser.Context) parser.State {
	c := node.(*container)
	line, segment := reader.PeekLine()
	trimmed := bytes.TrimSpace(line)
	switch {
	case c.form == byLine:
		return parser.Close
	case c.tag:
		return c.goOnWithTag(reader, trimmed)
	case c.role == isCode:
		if c.ends(trimmed) {
			reader.AdvanceToEOL()
			return parser.Close
		}
		c.Lines().Append(segment)
		reader.AdvanceToEOL()
		return parser.Continue | parser.NoChildren
	case c.form == byIndent:
		return c.indented(reader, line)
	case c.form == byNext:
		if o, ok := readOpening(trimmed, true); ok && o.form == byNext {
			return parser.Close
		}
	case c.ends(trimmed) && c.innermost(trimmed, pc):
		reader.AdvanceToEOL()
		return parser.Close
	}
	if len(trimmed) == 0 {
		return parser.Continue | parser.HasChildren
	}
	c.lines++
	if c.lines == 1 && c.form == byTag {
		c.margin, _ = util.IndentWidth(line, reader.LineOffset())
	}
	if c.HasChildren() || !isOption(trimmed) || c.form != byFence {
		width, _ := util.IndentWidth(line, reader.LineOffset())
		if width = min(width, c.margin); width > 0 {
			if pos, padding := util.IndentPosition(line, reader.LineOffset(), width); pos >= 0 {
				reader.AdvanceAndSetPadding(pos, padding)
			}
		}
		return parser.Continue | parser.HasChildren
	}
	reader.AdvanceToEOL()
	return parser.Continue | parser.HasChildren
}

// isOption: ":sync: linux", as directives of Sphinx have before their text.
func isOption(line []byte) bool {
	if line[0] != ':' {
		return false
	}
	end := bytes.IndexByte(line[1:], ':')
	return end > 0 && bytes.IndexByte(line[1:end+1], ' ') < 0
}

// maxTag bounds an opening tag that is never finished.
const maxTag = 4096

func (c *container) goOnWithTag(reader text.Reader, line []byte) parser.State {
	if len(line) == 0 || len(c.title) > maxTag {
		c.tag, c.title = false, ""
		return parser.Close
	}
	reader.AdvanceToEOL()
	c.title += " " + string(line)
	if line[len(line)-1] == '>' && !bytes.HasSuffix(line, []byte("=>")) {
		c.tag = false
		empty := strings.HasSuffix(c.title, "/>")
		c.title = attribute(c.title, "label", "title", "value", "name")
		if empty {
			return parser.Close
		}
	}
	return parser.Continue | parser.HasChildren
}

func (c *container) indented(reader text.Reader, line []byte) parser.State {
	if util.IsBlank(line) {
		return parser.Continue | parser.HasChildren
	}
	pos, padding := util.IndentPosition(line, reader.LineOffset(), 4)
	if pos < 0 {
		return parser.Close
	}
	reader.AdvanceAndSetPadding(pos, padding)
	return parser.Continue | parser.HasChildren
}

// ends: the line could end the container.
func (c *container) ends(line []byte) bool {
	if len(line) == 0 {
		return false
	}
	if c.form == byFence {
		return line[0] == c.char && len(line) >= c.count && len(bytes.Trim(line, string(c.char))) == 0
	}
	return closingName(line) == c.name
}

// innermost: no container inside of this one is ended by the line, nor does it
// stand in code.
func (c *container) innermost(line []byte, pc parser.Context) bool {
	blocks := pc.OpenedBlocks()
	for i := len(blocks) - 1; i >= 0; i-- {
		switch n := blocks[i].Node.(type) {
		case *ast.FencedCodeBlock:
			return false
		case *container:
			if n == c {
				return true
			}
			if n.form != byIndent && n.form != byNext && n.ends(line) {
				return false
			}
		}
	}
	return true
}

func (containerParser) Close(ast.Node, text.Reader, parser.Context) {}
