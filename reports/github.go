package reports

import (
	"fmt"
	"io"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/foreign"
)

// GitHub reads workflow commands from the log of a step and shows them on the
// lines of a pull request. It takes ten of a kind from a step and drops the
// rest in silence, and a matrix multiplies them: so each root cause gets one,
// merged over environments, and what is dropped is said in the last notice.

// mostOfAKind is how many annotations of one level GitHub takes from a step.
const mostOfAKind = 10

// annotation is one workflow command.
type annotation struct {
	kind  string // "error", "warning", "notice"
	file  string // empty: of the whole run
	line  int
	end   int
	title string
	text  string
}

// GitHub writes a result as annotations for the log of a GitHub Actions step.
func GitHub(w io.Writer, r *verifier.Result) error {
	var out strings.Builder
	for _, a := range fewEnough(annotations(digestOf(r))) {
		out.WriteString(a.String() + "\n")
	}
	if _, err := io.WriteString(w, out.String()); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

func annotations(d *digest) []annotation {
	var out []annotation
	for _, h := range d.hitches() {
		out = append(out, annotation{kind: "warning", title: "Could not be tested", text: h.String()})
	}
	for _, note := range d.result.Notes {
		out = append(out, annotation{kind: "warning", title: "Results that were merged disagree", text: note})
	}
	for _, cause := range d.causes() {
		first := cause[0]
		worst := first.severity()
		a := annotation{title: first.title(), text: first.story()}
		a.file, a.line = d.place(first.step)
		a.end = max(a.line, first.step.EndLine)
		var others []string
		for _, p := range cause[1:] {
			worst = max(worst, p.severity())
			others = append(others, at(p.step))
		}
		if len(others) > 0 {
			a.text += "\nThe same at: " + foreign.Clip(strings.Join(others, ", "), 400)
		}
		switch worst {
		case severityError:
			a.kind = "error"
		case severityWarning:
			a.kind = "warning"
		case severityNote:
			a.kind = "notice"
		}
		out = append(out, a)
	}
	return out
}

// fewEnough keeps what the host shows and says what it would not.
func fewEnough(all []annotation) []annotation {
	total := map[string]int{}
	for _, a := range all {
		total[a.kind]++
	}
	room := map[string]int{"error": mostOfAKind, "warning": mostOfAKind, "notice": mostOfAKind}
	if total["error"] > mostOfAKind || total["warning"] > mostOfAKind || total["notice"] > mostOfAKind {
		room["notice"]-- // for the last one
	}
	var out []annotation
	dropped := map[string]int{}
	for _, a := range all {
		if room[a.kind] == 0 {
			dropped[a.kind]++
			continue
		}
		room[a.kind]--
		out = append(out, a)
	}
	var parts []string
	for _, kind := range []string{"error", "warning", "notice"} {
		if n := dropped[kind]; n > 0 {
			parts = append(parts, count(n, kind))
		}
	}
	if len(parts) == 0 {
		return out
	}
	return append(out, annotation{kind: "notice", title: "More was found than is shown here",
		text: fmt.Sprintf("Left out, since a step can show %d of a kind: %s. The other reports tell all.", mostOfAKind, strings.Join(parts, ", "))})
}

// String is the command. The title is foreign, the text too: what could end a
// property or the line is escaped as the runner reads it.
func (a annotation) String() string {
	var properties []string
	if a.file != "" {
		properties = append(properties, "file="+commandProperty(a.file), fmt.Sprintf("line=%d", a.line), fmt.Sprintf("endLine=%d", a.end))
	}
	properties = append(properties, "title="+commandProperty(foreign.Line(a.title)))
	return "::" + a.kind + " " + strings.Join(properties, ",") + "::" + commandText(foreign.Text(a.text))
}

var (
	commandTextEscapes     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	commandPropertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func commandText(s string) string     { return commandTextEscapes.Replace(s) }
func commandProperty(s string) string { return commandPropertyEscapes.Replace(s) }
