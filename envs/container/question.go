package container

import (
	"path"
	"regexp"
	"strings"
)

// controls are terminal codes: CSI, OSC, other escapes, and single control
// characters other than tab and line end.
var controls = regexp.MustCompile(`\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\a\x1b]*(?:\a|\x1b\\)|\x1b[@-_]|\x1b[ -/]*[0-~]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]`)

// question gives what a program that waits shows last: its unfinished line,
// or the finished one before where that is worded as a question.
func question(tail []byte) string {
	text := controls.ReplaceAllString(string(tail), "")
	text = strings.ReplaceAll(text, "\r\n", "\n")
	// What a carriage return overwrites is no longer to be seen.
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if at := strings.LastIndexByte(strings.TrimRight(l, "\r"), '\r'); at >= 0 {
			lines[i] = strings.TrimRight(l, "\r")[at+1:]
		}
	}
	last := strings.TrimSpace(strings.ToValidUTF8(lines[len(lines)-1], "�"))
	if last != "" {
		return last
	}
	for i := len(lines) - 2; i >= 0; i-- {
		l := strings.TrimSpace(strings.ToValidUTF8(lines[i], "�"))
		if l == "" {
			continue
		}
		if strings.ContainsAny(l[len(l)-1:], "?:]>)") {
			return l
		}
		break
	}
	return ""
}

// looksLikeQuestion reports whether the latest output may be a prompt, so
// that it is worth to look at the processes soon.
func looksLikeQuestion(tail []byte) bool {
	if n := len(tail); n == 0 || tail[n-1] == '\n' {
		return false
	}
	q := question(tail)
	return q != "" && strings.ContainsAny(q[len(q)-1:], "?:]>)#$%")
}

// program is a reader's program as a person would name it.
func (r reader) programName() string {
	if len(r.args) > 0 {
		return strings.TrimPrefix(path.Base(r.args[0]), "-")
	}
	return path.Base(r.program)
}

// pager reports whether a reader shows text page by page and leaves on "q".
func (r reader) pager() bool {
	switch r.programName() {
	case "less", "more", "most", "pager", "man", "pg":
		return true
	}
	return false
}

// editor reports whether a reader is a full-screen editor, for which no
// answer in a line makes sense.
func (r reader) editor() bool {
	switch strings.SplitN(r.programName(), ".", 2)[0] {
	case "vi", "vim", "nvim", "nano", "pico", "emacs", "joe", "mcedit", "ed", "editor", "micro", "hx":
		return true
	}
	return false
}
