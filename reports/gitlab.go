package reports

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/foreign"
)

// codeQuality is an issue of GitLab's Code Quality report, a part of the Code
// Climate format: all of these keys are needed, and no two issues of a report
// may have the same fingerprint.
type codeQuality struct {
	Description string          `json:"description"`
	Check       string          `json:"check_name"`
	Severity    string          `json:"severity"` // info, minor, major, critical, blocker
	Fingerprint string          `json:"fingerprint"`
	Location    qualityLocation `json:"location"`
}

type qualityLocation struct {
	Path  string       `json:"path"`
	Lines qualityLines `json:"lines"`
}

type qualityLines struct {
	Begin int `json:"begin"`
}

// GitLab writes a result as a Code Quality report. An empty list would say
// that all is well: what could not be tested stands in it too, as information
// on the first document.
func GitLab(w io.Writer, r *verifier.Result) error {
	d := digestOf(r)
	issues := []codeQuality{}
	taken := map[string]int{}
	add := func(check, severity, text, identity string, step verifier.Step) {
		document, line := d.place(step)
		key := hash(check, identity, document)
		taken[key]++
		if n := taken[key]; n > 1 { // the same step at another line of the document
			key = hash(key, fmt.Sprint(n))
		}
		issues = append(issues, codeQuality{foreign.Clip(foreign.Line(text), 2000), check, severity, key, qualityLocation{document, qualityLines{line}}})
	}
	for _, h := range d.hitches() {
		add("inconclusive", "info", h.String(), names(h.environments), verifier.Step{})
	}
	for _, note := range r.Notes {
		add("merge", "info", note, note, verifier.Step{})
	}
	for _, p := range d.problems {
		add(p.rule(), qualitySeverity(p.severity()), p.brief()+" On "+names(p.environments)+".", p.identity(), p.step)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(issues); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

func qualitySeverity(s severity) string {
	switch s {
	case severityError:
		return "major"
	case severityWarning:
		return "minor"
	case severityNote:
		return "info"
	}
	return "info"
}
