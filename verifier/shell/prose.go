package shell

import (
	"strings"

	"github.com/freshinstall/freshinstall/verifier/phrase"
)

var (
	stopWords = words(`the a an is are was were be to of and in for with your you this that these those will would can should must may
it its if then when on at from or as by into using have has not do does we i our there here all any please also now after before which`)
	fewWords    = words(`the is are was were you your will would should must this that please we our these those which have has can may been`)
	argument    = phrase.Compile(`^(--?[A-Za-z0-9]|\.{0,2}/|~/|\$|\w+[/:=@]|\w[\w-]*\.\w)`)
	programWord = phrase.Compile(`^[A-Za-z0-9_][A-Za-z0-9_.+-]*$`)
	pathWord    = phrase.Compile(`^(\./|\.\./|~/|/|\$\w+/|\$\{\w+\}/)[^\s]+$|^[\w.-]+(/[\w.+-]+)+$`)
	assignment  = phrase.Compile(`^[A-Za-z_][A-Za-z0-9_]*\+?=`)
	statement   = phrase.Compile(`^(CREATE|SELECT|INSERT|ALTER|GRANT|DROP|UPDATE|DELETE|USE|SET|SHOW|BEGIN|COMMIT|FROM|RUN|COPY|ENTRYPOINT|CMD|WORKDIR|EXPOSE|ENV|ARG|ADD|LABEL)\b`)
	source      = phrase.Compile(`^(import|from|def|class|func|function|const|let|var|print|return|package|use|using|require|include|#include|library|module|public|private|struct|type|if __name__)\b.*[\w"';({]$|^[\w.]+\(.*\)\s*;?$|^[\w.]+\s*(<-|=|:=)\s+\S|^[{}\[\]]|^<[a-z/!?]`)
	columns     = phrase.Compile(`^\s*\S+(?: \S+)*(?:\s{2,}|\t+| - )\(?[A-Z][a-z]+ `)
	rule        = phrase.Compile(`[│├└─┌┐┘┤╭╰║═]|^\s*[|+][-|+= ]|^[=_*~-]{4,}$`)
)

// prose reports whether a line reads like a sentence. A known program at its
// start makes the benefit of doubt go the other way.
func prose(line string, program bool) bool {
	line = strings.TrimSpace(line)
	fields := strings.Fields(line)
	if len(fields) < 3 {
		return strings.HasSuffix(line, ":") && !program
	}
	stops, strong, args := 0, 0, 0
	for _, f := range fields[1:] {
		w := strings.ToLower(strings.Trim(f, ".,;:!?()"))
		if stopWords[w] {
			stops++
		}
		if fewWords[w] {
			strong++
		}
		if argument.MatchString(f) {
			args++
		}
	}
	if program {
		return strong >= 1 && args == 0 || strong >= 2 && args < 2 || stops >= 3 && args == 0
	}
	if strings.HasSuffix(line, ":") || strings.HasSuffix(line, ".") && len(fields) > 3 && args == 0 {
		return true
	}
	return stops >= 1 && args <= stops
}

// drawn: a rule or a part of a drawing. Such lines begin with a sign, or are not
// ASCII.
func drawn(line string) bool {
	for i := 0; i < len(line); i++ {
		if line[i] >= 0x80 {
			return rule.MatchString(line)
		}
	}
	return line != "" && strings.IndexByte("|+=_*~- \t", line[0]) >= 0 && rule.MatchString(line)
}

// foreign reports whether a line is of another language: SQL, a Dockerfile,
// source code, a drawing.
func foreign(line string) bool {
	line = strings.TrimSpace(line)
	return statement.MatchString(line) || source.MatchString(line) || drawn(line) || replPrompt.MatchString(line+" ")
}

// gap: there is something between columns.
func gap(line string) bool {
	return strings.Contains(line, "  ") || strings.Contains(line, "\t") || strings.Contains(line, " - ")
}

// table reports whether the lines are a two-column overview: names on the left,
// what they do on the right.
func table(lines []Line) bool {
	n, all := 0, 0
	for _, l := range lines {
		if strings.TrimSpace(l.Text) == "" {
			continue
		}
		all++
		if gap(l.Text) && columns.MatchString(l.Text) && !strings.Contains(l.Text, " # ") && !strings.Contains(l.Text, "  #") {
			n++
		}
	}
	return n >= 2 && 2*n > all
}
