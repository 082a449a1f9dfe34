package reports

import (
	"cmp"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/foreign"
)

// Hosts take pages up to a size and drop what is larger as a whole, or refuse
// it. A page is cut by whole sections, so that no block is left open, and says
// what is missing.

const (
	// summaryLimit is what GitHub takes as the summary of one step, in bytes.
	summaryLimit = 1 << 20
	// commentLimit is what GitHub takes as a comment, in characters; here it
	// is bytes, of which there are never fewer.
	commentLimit = 65_536
)

// Summary writes a result for the summary page of a CI job: [Markdown], cut to
// 1 MiB.
func Summary(w io.Writer, r *verifier.Result) error {
	return writePage(w, fit(sheetOf(digestOf(r)), summaryLimit))
}

// Comment writes a result as a comment of a pull request or an issue:
// [Markdown], cut to 65,536 bytes. Its first line is hidden; it says which
// comment this is and what it tells, so that the next run can update it in
// place, and knows whether there is anything new.
func Comment(w io.Writer, r *verifier.Result) error {
	d := digestOf(r)
	marker := d.marker() + "\n\n"
	return writePage(w, marker+fit(sheetOf(d), commentLimit-len(marker)))
}

func writePage(w io.Writer, page string) error {
	if _, err := io.WriteString(w, page); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// marker is the hidden line. Its key names the repository and stays the same
// over commits and environments; its state changes with verdicts and problems.
func (d *digest) marker() string {
	repo := d.result.Repository
	subject := repo.Name
	if u, err := url.Parse(repo.URL); err == nil && u.Host != "" { // a folder is another one on each machine
		subject = u.Host + strings.TrimSuffix(u.Path, ".git")
	}
	var state []string
	for _, t := range d.tallies {
		state = append(state, t.environment, string(t.verdict))
	}
	for _, p := range d.problems {
		state = append(state, p.identity(), names(p.environments))
		for _, r := range p.remedies {
			state = append(state, r.lead())
		}
	}
	return fmt.Sprintf("<!-- freshinstall-comment key=%s state=%s -->", hash("comment", subject), hash(state...))
}

// noteRoom is kept free for the sentence that tells what was cut.
const noteRoom = 1000

// fit is the page in at most limit bytes. The answer and the closing line are
// always there; of the rest, each section that still fits, in order.
func fit(m *sheet, limit int) string {
	if whole := m.String(); len(whole) <= limit {
		return whole
	}
	free := limit - noteRoom
	for _, s := range m.sections {
		if s.name == "" {
			free -= s.out.Len() + 1
		}
	}
	kept := &sheet{}
	var cut []string
	for i, s := range m.sections {
		if i == len(m.sections)-1 { // above the closing line
			kept.section("")
			kept.para(cutNote(cut))
		}
		if s.name != "" && s.out.Len()+1 > free {
			cut = append(cut, s.name)
			continue
		}
		if s.name != "" {
			free -= s.out.Len() + 1
		}
		kept.sections = append(kept.sections, s)
	}
	return kept.String()
}

// cutNote names what was left out; it is never longer than noteRoom.
func cutNote(cut []string) string {
	const most = 12
	named := foreign.Inline(strings.Join(cut[:min(most, len(cut))], ", "))
	if more := len(cut) - most; more > 0 {
		named += fmt.Sprintf(" and %d more sections", more)
	}
	return "**This page is cut**, since the host takes no larger one. Left out: " + cmp.Or(named, "nothing") +
		". The whole page: " + foreign.Code("freshinstall report --from RESULT --report markdown=FILE") + "."
}
