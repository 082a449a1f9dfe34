package diagnose

import (
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
)

var (
	telling = phrase.Compile(`(?i)\b(?:errors?|fatal|fail(?:ed|ure|s)?|cannot|can't|could not|couldn't|unable|not found|no such|denied|missing|invalid|` +
		`\w*exception|undefined|abort(?:ed|ing)?|panic|refused|unknown|unrecognized|unsupported|required|requires|not allowed|does not exist|illegal|bad)\b|ERR!`)
	// echoes are lines by which one program reports another one's failure, and
	// counts of errors, which tell nothing themselves.
	echoes = phrase.Compile(`(?i)^(?:g?make(?:\[\d+\])?: \*\*\*|make(?:\[\d+\])?: Leaving|ninja: build stopped|npm (?:ERR!|error) (?:A complete log|code |errno |syscall |path )|` +
		`\s*\d+ (?:errors?|warnings?) generated|.*\b0 (?:errors|failed|failures)\b|.*run with .?RUST_BACKTRACE|error: subprocess-exited|note: )`)
)

// unknown is the explanation where no rule speaks. Its blame is docs: the
// rules for network, disk, memory and our own stage have looked first and seen
// nothing, so what is left is a documented command that fails on a clean
// machine, and whoever keeps the documents has to look at it. The category
// "other" says that we do not know more.
func unknown(o Observation) Explanation {
	line, offset := tellingLine(o.Output)
	cause := "The step ended with an error that no rule of the catalogue knows."
	plain := "This step of the instructions did not work, and freshinstall cannot say why. Somebody technical should read its output."
	return Explanation{
		Finding: verifier.Finding{
			Fingerprint: fingerprint(UnknownRule, o.text(), ""),
			Step:        o.Step.ID,
			Rule:        UnknownRule,
			Title:       "not explained",
			Category:    verifier.OtherCategory,
			Blame:       verifier.BlameDocs,
			Evidence:    clip(line, maxEvidence),
			Cause:       cause,
			Plain:       plain,
		},
		Kind:     KindUnknown,
		Captures: map[string]string{},
		Offset:   offset,
	}
}

// tellingLine gives the last line that looks like an error and is no echo of
// one, else the last line with anything on it, and its offset; -1 for none.
func tellingLine(text string) (line string, offset int) {
	last, lastAt := "", -1
	best, bestAt := "", -1
	at := 0
	for l := range strings.Lines(text) {
		trimmed := strings.TrimSpace(l)
		if trimmed != "" {
			last, lastAt = trimmed, at
			if telling.MatchString(trimmed) && !echoes.MatchString(trimmed) {
				best, bestAt = trimmed, at
			}
		}
		at += len(l)
	}
	if bestAt >= 0 {
		return best, bestAt
	}
	return last, lastAt
}
