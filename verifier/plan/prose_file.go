package plan

import (
	"path"
	"strings"
	"unicode/utf8"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
	"github.com/freshinstall/freshinstall/verifier/readme"
	"github.com/freshinstall/freshinstall/verifier/shell"
)

// Which of the files that words ask for can be made by us: only those whose
// name and content the text gives in full, at a place in the checkout where
// the authors have nothing. A wrong file would be worse than none.

// maxContent bounds a file that a document shows.
const maxContent = 64 << 10

// notFiles are software and languages whose names look like a file's.
var notFiles = phrase.Compile(`(?i)^(?:(?:node|next|vue|nuxt|express|react|angular|three|d3|ember|backbone|chart|socket|moment|p5|discord|nest|electron|alpine|knockout|meteor|sails|require)\.(?:js|io|ts)|\.(?:net|js|ts|py|php|rb|json|ya?ml|toml|ini|cfg|conf|xml|txt|csv|zip|sh|md|exe|dll|html?|css|sql|jpe?g|png|pdf|tar|gz|deb|rpm|dmg)|config\.default)$`)

// named is a file's name as a sentence gives it; empty: no file can be meant.
func named(text string) string {
	text = strings.TrimPrefix(strings.TrimRight(text, ".,:;"), "./")
	if notFiles.MatchString(text) || len(text) < 3 || len(text) > 200 {
		return ""
	}
	return text
}

// content is what the block behind a sentence shows of a file; empty: there is
// no such block.
func (r *proseReader) content(g *readme.Paragraph, text string) string {
	if !r.leadsTo(g) || !strings.HasSuffix(g.Text, text) && !strings.HasSuffix(g.Text, ":") {
		return ""
	}
	return r.shown(g.Next)
}

// shown is what a block shows of a file; empty: it shows something else.
func (r *proseReader) shown(index int) string {
	b := &r.doc.Blocks[index]
	if b.Kind == readme.Inline || b.Kind == readme.Bare || b.Kind == readme.Quote {
		return ""
	}
	if len(r.blocks[index]) > 0 {
		return "" // commands
	}
	if !dataTags[b.Language] && !settings(b.Lines) {
		return ""
	}
	return indented(r.doc.Source, b.Lines)
}

// dataTags are languages of files. Shell is none of them, although authors
// tag settings so; these are known by their lines.
var dataTags = set("env dotenv json json5 jsonc yaml yml toml ini xml properties conf config cfg python py python3 ruby rb php js javascript ts typescript r nginx apache dockerfile makefile cmake sql html css systemd hcl terraform gitignore editorconfig")

var settingLine = phrase.Compile(`^\s*(?:export )?[A-Za-z_][\w.-]*\s*[=:](?:\s|$|\S)|^\s*[#;]|^\s*//|^\s*\[[\w. :"-]+\]\s*$|^\s*$`)

// settings: every line sets something, so that the block cannot be output.
func settings(lines []readme.Line) bool {
	set := false
	for _, l := range lines {
		if !settingLine.MatchString(l.Text) {
			return false
		}
		set = set || strings.ContainsAny(l.Text, "=:")
	}
	return set
}

// indented are a block's lines with the indentation that is theirs: what all
// of them share belongs to the document.
func indented(source []byte, lines []readme.Line) string {
	share := -1
	blank := make([]string, len(lines))
	for i, l := range lines {
		start := l.Span.Start
		for start > 0 && (source[start-1] == ' ' || source[start-1] == '\t') {
			start--
		}
		rest := strings.TrimLeft(l.Text, " \t")
		blank[i] = string(source[start:l.Span.Start]) + l.Text[:len(l.Text)-len(rest)]
		if rest != "" && (share < 0 || len(blank[i]) < share) {
			share = len(blank[i])
		}
	}
	var out strings.Builder
	for i, l := range lines {
		if rest := strings.TrimSpace(l.Text); rest != "" {
			out.WriteString(blank[i][share:] + rest)
		}
		out.WriteByte('\n')
	}
	return out.String()
}

// doable: the text holds enough, and nothing of the authors' is touched.
func (r *proseReader) doable(s verifier.Prose) bool {
	if m := inFolder.FindStringSubmatch(s.What); m != nil && !strings.Contains(path.Clean(s.Path), "/") {
		return false // said to go into a folder: by hand, rather than into a wrong one
	}
	if !plainPath(s.Path) || homeFile[path.Base(s.Path)] || r.files[path.Clean(s.Path)] || r.hasDir(s.Path) {
		return false
	}
	switch s.Kind {
	case verifier.ProseFile:
		return s.Content != "" && len(s.Content) <= maxContent && printable(s.Content) && len(unfilled(gaps(s.Content), r.in.Values)) == 0
	case verifier.ProseCopy:
		return plainPath(s.From) && !r.hasDir(s.From) && (r.tracked(s.From) || template.MatchString(s.From))
	case verifier.ProseEdit, verifier.ProseInstall, verifier.ProseService, verifier.ProseAccount:
	}
	return false
}

// homeFile are settings that people keep in their home folder, so that a bare
// name means that place.
var homeFile = set(".bashrc .bash_profile .profile .zshrc .netrc .npmrc .yarnrc .pgpass .my.cnf .gitconfig .vimrc .condarc .pypirc .Rprofile .Renviron id_rsa authorized_keys config")

// inFolder: the sentence names a folder that the file belongs into.
var inFolder = phrase.Compile("(?i)\\b(?:in|inside|into|under|within) (?:of )?(?:the |your |our )?[`\"']?[\\w./-]+[`\"']? (?:folder|directory|dir)\\b")

// template are names of files that are there to be copied.
var template = phrase.Compile(`(?i)(?:^|[._-])(?:example|sample|template|tmpl|tpl|dist|defaults?)(?:[._-]|$)`)

// tracked: at the place that is named, seen from the checkout or from the
// document's own folder.
func (r *proseReader) tracked(name string) bool {
	return r.files[path.Clean(name)] || r.files[path.Join(path.Dir(r.doc.path), name)]
}

var pathCharacters = phrase.Compile(`^[A-Za-z0-9._][A-Za-z0-9._@+/-]*$`)

// plainPath: below the checkout, nothing for a shell to expand, nothing of
// git's own.
func plainPath(name string) bool {
	clean := path.Clean(name)
	if name == "" || clean == "." || !pathCharacters.MatchString(name) || strings.HasSuffix(name, "/") || len(shell.Holes(name)) > 0 {
		return false
	}
	for _, part := range strings.Split(name, "/") {
		if part == ".." || strings.EqualFold(part, ".git") {
			return false
		}
	}
	return true
}

// printable: text that an editor shows as it is.
func printable(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(c rune) bool { return c < ' ' && c != '\n' && c != '\t' || c == 0x7f })
}

var gap = phrase.Compile(`(?i)^["']?(?:x{3,}|\*{3,}|\.{3,}|…|change[ _-]?me|to[ _-]?do|tbd|your\b.*|my[_-].*|(?:enter|insert|put|add|replace|paste|choose|fill|some)[ _-].*|<.*>|\[.*\]|.*[_ -]here)["',;]*$|(?:…|\.\.\.)\s*["']?$`)

// gaps are the placeholders in a file's content. The name of a setting is
// none, whatever it looks like.
func gaps(content string) []string {
	var found []string
	for _, line := range strings.Split(content, "\n") {
		value := line
		if m := keyed.FindStringIndex(line); m != nil {
			value = line[m[1]:]
		}
		value = strings.TrimSpace(value)
		found = append(found, shell.Holes(value)...)
		if gap.MatchString(value) {
			found = append(found, value)
		}
	}
	return found
}

var keyed = phrase.Compile(`^\s*(?:export |- )?["']?[\w.-]+["']?\s*(?:=>|=|:)\s*`)
