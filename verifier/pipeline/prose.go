package pipeline

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

// What documents ask for in words is done where the text says enough. The
// decisions:
//
//   - It is done in the terminal as the newcomer, before the state in front of
//     the step is frozen, so that forks have it; the replay does it again.
//   - Nothing of the document becomes shell text: paths and content stand in
//     single quotes, and a path is walked part by part, through no link.
//   - What exists is kept. What cannot be done is said and never fails the run.
//   - A bare file name means the folder where the newcomer stands, unless the
//     sentence speaks of the root; anything else is seen from the checkout.

// Answers of the script, after its mark.
const (
	proseMark  = "freshinstall-prose="
	proseDone  = proseMark + "done"
	proseKept  = proseMark + "kept"
	proseNone  = proseMark + "nothing-to-copy"
	proseOut   = proseMark + "outside"
	proseLimit = time.Minute
)

// prepare does what the text asks for before a step and tells what it did.
func (v *visit) prepare(ctx context.Context, step verifier.Step) ([]verifier.Deviation, error) {
	var told []verifier.Deviation
	for _, s := range v.plan.Asked()[step.ID] {
		said, err := v.make(ctx, s)
		if err != nil {
			return nil, fmt.Errorf("do what %s:%d asks for: %w", s.Document, s.Line, err)
		}
		if said != "" {
			told = append(told, verifier.Deviation{Kind: verifier.DeviationOther, What: said})
		}
	}
	return told, nil
}

// make makes one file and says so in plain words, never what is in it.
func (v *visit) make(ctx context.Context, s verifier.Prose) (said string, err error) {
	if !below(s.Path) || s.Kind == verifier.ProseCopy && !below(s.From) {
		return fmt.Sprintf("%s:%d asks for a file outside of the checkout, which was not made", s.Document, s.Line), nil
	}
	var out answer
	entry := verifier.Entry{Text: v.script(s), Timeout: proseLimit, Silence: proseLimit}
	if _, err := v.machine.Type(ctx, entry, &out, func(string) (string, bool) { return "", false }); err != nil {
		return "", err
	}
	v.secret = v.secret || v.typist.HoldsSecret(v.filled(s.Content))
	v.before = nil // a snapshot from before lacks the file
	switch text := out.String(); {
	case strings.Contains(text, proseKept):
		return "", nil
	case strings.Contains(text, proseDone) && s.Kind == verifier.ProseCopy:
		return fmt.Sprintf("the text asks for it: copied %s to %s, as %s:%d says", s.From, s.Path, s.Document, s.Line), nil
	case strings.Contains(text, proseDone):
		return fmt.Sprintf("the text asks for it: wrote %s with the %s that %s:%d shows", s.Path, lineCount(s.Content), s.Document, s.Line), nil
	case strings.Contains(text, proseNone):
		return fmt.Sprintf("%s:%d asks to copy %s to %s, and there is no %s", s.Document, s.Line, s.From, s.Path, s.From), nil
	case strings.Contains(text, proseOut):
		return fmt.Sprintf("%s:%d asks for %s, which leads out of the checkout; it was not made", s.Document, s.Line, s.Path), nil
	}
	return fmt.Sprintf("%s:%d asks for %s, which could not be made", s.Document, s.Line, s.Path), nil
}

func lineCount(content string) string {
	if n := strings.Count(strings.TrimRight(content, "\n"), "\n") + 1; n != 1 {
		return fmt.Sprintf("%d lines", n)
	}
	return "line"
}

// below: a plain path that stays below the folder it is seen from. The plan
// says so already; a plan may come from elsewhere.
func below(name string) bool {
	return plainName.MatchString(name) && path.Clean(name) != "." && !strings.Contains("/"+name+"/", "/../")
}

// answer keeps the last of what the script printed: it says one line.
type answer struct{ bytes.Buffer }

func (a *answer) Write(p []byte) (int, error) {
	if a.Len()+len(p) > 1<<16 {
		a.Reset()
	}
	return a.Buffer.Write(p)
}

// tell adds what was done before a step to its result.
func tell(r *verifier.StepResult, done []verifier.Deviation) {
	r.Deviations = append(done, r.Deviations...)
	if len(done) > 0 && r.Outcome == verifier.OutcomeOK {
		r.Outcome = verifier.OutcomeOKWithDeviation
	}
}
