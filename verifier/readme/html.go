package readme

import (
	"html"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"

	"github.com/freshinstall/freshinstall/verifier"
)

var (
	htmlPiece   = regexp.MustCompile(`(?is)<!--(.*?)-->|<pre\b[^>]*>(.*?)</pre\s*>|<summary\b[^>]*>(.*?)</summary\s*>|<(details)\b[^>]*>|</(details)\s*>|<h([1-6])\b[^>]*>(.*?)</h[1-6]\s*>|<tabitem\b[^>]*?(?:label|value)="([^"]*)"[^>]*>|</(tabitem)\s*>`)
	htmlTag     = regexp.MustCompile(`(?s)</?[a-zA-Z][^>]*>`)
	htmlCodeTag = regexp.MustCompile(`(?is)^\s*<(?:code|samp|kbd)\b([^>]*)>`)
	htmlLang    = regexp.MustCompile(`(?i)(?:lang|language|class)="(?:[^"]*language-)?([a-z]+)"`)
)

// htmlBlock reads the HTML that people write in Markdown: <pre>, headings,
// <details>, tabs and comments. The rest is running text.
func (m *markdown) htmlBlock(n *ast.HTMLBlock) {
	if n.Lines().Len() == 0 {
		return
	}
	start := n.Lines().At(0).Start
	end := n.Lines().At(n.Lines().Len() - 1).Stop
	if n.HasClosure() && n.ClosureLine.Stop > end {
		end = n.ClosureLine.Stop
	}
	src := string(m.doc.Source)
	at := start
	for _, p := range htmlPiece.FindAllStringSubmatchIndex(src[start:end], -1) {
		m.text(plainHTML(src[at : start+p[0]]))
		group := func(i int) string {
			if p[2*i] < 0 {
				return ""
			}
			return src[start+p[2*i] : start+p[2*i+1]]
		}
		has := func(i int) bool { return p[2*i] >= 0 }
		switch {
		case has(1):
			m.comment(group(1))
		case has(2):
			m.pre(start+p[4], start+p[5])
		case has(3):
			if len(m.tabs) > 0 {
				m.tabs[len(m.tabs)-1] = plainHTML(group(3))
			}
		case has(4):
			m.tabs = append(m.tabs, "")
		case has(5), has(9):
			if len(m.tabs) > 0 {
				m.tabs = m.tabs[:len(m.tabs)-1]
			}
		case has(6):
			m.heading(int(group(6)[0]-'0'), plainHTML(group(7)), start+p[0])
		case has(8):
			m.tabs = append(m.tabs, group(8))
		}
		at = start + p[1]
	}
	m.text(plainHTML(src[at:end]))
}

func plainHTML(s string) string {
	return strings.Join(strings.Fields(html.UnescapeString(htmlTag.ReplaceAllString(s, " "))), " ")
}

// pre adds the text of a <pre> as a block.
func (m *markdown) pre(start, end int) {
	src := string(m.doc.Source)
	lang := ""
	if c := htmlCodeTag.FindStringSubmatchIndex(src[start:end]); c != nil {
		if l := htmlLang.FindStringSubmatch(src[start+c[2] : start+c[3]]); l != nil {
			lang = l[1]
		}
	}
	var lines []Line
	for at := start; at <= end; {
		stop := strings.IndexByte(src[at:end], '\n')
		if stop < 0 {
			stop = end
		} else {
			stop += at
		}
		lines = append(lines, m.htmlLine(at, stop))
		at = stop + 1
	}
	m.block(Block{Kind: Pre, Language: lang, Lines: lines, List: m.items(), Quoted: m.quoted > 0})
}

// htmlLine cuts the tags at both ends of a line off its span; what is left in
// between is decoded in the text alone.
func (m *markdown) htmlLine(start, end int) Line {
	src := string(m.doc.Source)
	for {
		if t := htmlTag.FindStringIndex(src[start:end]); t != nil && strings.TrimSpace(src[start:start+t[0]]) == "" {
			start += t[1]
			continue
		}
		break
	}
	for {
		tags := htmlTag.FindAllStringIndex(src[start:end], -1)
		if len(tags) == 0 {
			break
		}
		t := tags[len(tags)-1]
		if strings.TrimSpace(src[start+t[1]:end]) != "" {
			break
		}
		end = start + t[0]
	}
	l := m.line(start, end)
	for l.Text != "" && (l.Text[0] == ' ' || l.Text[0] == '\t') {
		l.Text = l.Text[1:]
		l.Span = verifier.Span{Start: l.Span.Start + 1, End: l.Span.End}
	}
	l.Text = strings.ReplaceAll(html.UnescapeString(htmlTag.ReplaceAllString(l.Text, "")), "\n", " ")
	return l
}
