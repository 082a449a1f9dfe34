package shell

import (
	"strings"

	"github.com/freshinstall/freshinstall/verifier/phrase"
)

// A prompt is what a terminal prints before the place where one types. The
// sign alone is told from an ordinary character by the blank after it.
var (
	dollarPrompt  = phrase.Compile(`^\s*(?:\([\w .:/~-]+\)\s*)?(?:\[?[\w.-]+@[\w.-]+[: ]?[^$#%>\]]*\]?|bash-[\d.]+|sh-[\d.]+|~[\w/.-]*|[A-Za-z][\w.-]{1,24})?\s?(\$:?|❯|➜|»|λ|▶|▸|➤)\s+(\S)`)
	percentPrompt = phrase.Compile(`^\s*(?:\([\w .:/~-]+\)\s*)?(?:[\w.-]+@[\w.-]+[: ]?[^$#%>]*)?\s?(%)\s+(\S)`)
	rootPrompt    = phrase.Compile(`^\s*(?:\[?[\w.-]+@[\w.-]+[: ]?[^$#%>\]]*\]?|bash-[\d.]+|sh-[\d.]+)\s?(#)\s+(\S)`)
	hashPrompt    = phrase.Compile(`^\s*(#)\s+(\S)`)
	venvPrompt    = phrase.Compile(`^\s*\([\w.-]*(?:env|venv|base)[\w.-]*\)\s*([$%>#]?)\s*(\S)`)
	anglePrompt   = phrase.Compile(`^\s*(>)\s*(\S)`)
	psPrompt      = phrase.Compile(`^\s*(PS(?: ?[A-Za-z]:[^>]*| [^>]*)?>)\s*(\S)`)
	dosPrompt     = phrase.Compile(`^\s*([A-Za-z]:\\[^>]*>)\s*(\S)`)
	tightPrompt   = phrase.Compile(`^\s*(\$)([a-z][\w.-]*)\s`)
	replPrompt    = phrase.Compile(`^\s*(>>>|\.\.\.|In ?\[\d*\]:|mysql>|sqlite>|\w*[=-][#>]|irb.*>|iex\(\d+\)>|julia>|ghci>|pdb>|redis.*>|mongo>)\s`)
)

type prompt struct {
	sign    string
	at      int // where the command begins in the line
	dialect Dialect
}

// prompted finds the prompt of a line by the strict forms, which nothing but
// a terminal prints.
func prompted(line string) (prompt, bool) {
	for _, re := range []*phrase.Expr{psPrompt, dosPrompt, dollarPrompt, rootPrompt, percentPrompt, venvPrompt} {
		m := re.FindStringSubmatchIndex(line)
		if m == nil {
			continue
		}
		p := prompt{sign: line[m[2]:m[3]], at: m[4], dialect: Posix}
		switch re {
		case psPrompt:
			p.dialect = PowerShell
		case dosPrompt:
			p.dialect = Batch
		}
		return p, true
	}
	return prompt{}, false
}

// prompts finds the prompt of every line of a block. The signs that have other
// meanings ("# " opens a comment, "> " quotes) count only where the whole block
// uses them so.
func (s *splitter) prompts() (at []prompt, is []bool, any bool) {
	at, is = make([]prompt, len(s.in.Lines)), make([]bool, len(s.in.Lines))
	for i, l := range s.in.Lines {
		at[i], is[i] = prompted(l.Text)
		any = any || is[i]
	}
	if any {
		s.hashBetween(at, is)
		return at, is, true
	}
	for _, form := range []*phrase.Expr{anglePrompt, tightPrompt, hashPrompt} {
		if s.allHave(form) {
			for i, l := range s.in.Lines {
				if m := form.FindStringSubmatchIndex(l.Text); m != nil {
					at[i], is[i] = prompt{l.Text[m[2]:m[3]], m[4], Posix}, true
				}
			}
			return at, is, true
		}
	}
	return at, is, false
}

// hashBetween: where others have a prompt, "# apt install" is the superuser's,
// unless the block has comments: one sign has one meaning in it.
func (s *splitter) hashBetween(at []prompt, is []bool) {
	for i, l := range s.in.Lines {
		if m := hashPrompt.FindStringSubmatchIndex(l.Text); m != nil && !is[i] && !s.reads(l.Text[m[4]:]) {
			return
		}
	}
	for i, l := range s.in.Lines {
		if m := hashPrompt.FindStringSubmatchIndex(l.Text); m != nil && !is[i] && s.reads(l.Text[m[4]:]) {
			at[i], is[i] = prompt{"#", m[4], Posix}, true
		}
	}
}

// allHave: every line of the block that is not blank has this form, and reads
// as a command behind it; a line that continues the one before counts as it.
func (s *splitter) allHave(form *phrase.Expr) bool {
	n, doubtful, titles := 0, 0, 0
	continued := false
	for _, l := range s.in.Lines {
		t := strings.TrimSpace(l.Text)
		if t == "" {
			continue
		}
		m := form.FindStringSubmatchIndex(l.Text)
		switch {
		case continued:
		case m == nil:
			if form == hashPrompt && s.class == session {
				continue // output after the superuser's command
			}
			if form == hashPrompt && s.titles(t) {
				titles++ // the name of a system over what its users type
				continue
			}
			return false
		case !s.reads(l.Text[m[4]:]):
			// In a block that is tagged as a shell's, "> " is a prompt even before
			// a misspelt program, as long as most lines read like commands.
			// So is "# " where one program among many is not known.
			if form == tightPrompt || prose(l.Text[m[4]:], false) || form == hashPrompt && !strings.Contains(l.Text, " -") {
				return false
			}
			doubtful++
		default:
			n++
		}
		continued = strings.HasSuffix(t, "\\")
	}
	if form == anglePrompt && n == 0 && s.class == script && doubtful > 0 {
		return true // no line of a shell begins by writing into a file
	}
	if form == hashPrompt {
		return n > 0 && 4*doubtful <= n && titles <= n && (titles == 0 || doubtful == 0)
	}
	return n > 0 && doubtful <= n
}

// titles: a few words that begin like a name and that nobody can type.
func (s *splitter) titles(line string) bool {
	first, _, _ := strings.Cut(line, " ")
	return capital(first) && len(strings.Fields(line)) <= 4 && !s.program(first) && !strings.ContainsAny(line, "=:;|$")
}

// reads: text that begins with a program and does not read like prose.
func (s *splitter) reads(text string) bool {
	first, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	return s.program(first) && !prose(text, true)
}
