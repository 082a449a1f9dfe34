package diagnose

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
)

// Bounds of what one observation can yield.
const (
	maxEvidence     = 300 // bytes of a telling line
	maxExplanations = 12
	maxPerRule      = 6
)

// address is what a download is asked for; variables stand in it as they were
// typed.
var address = phrase.Compile(`\b(?:https?|ftp)://[^\s'"<>|;&()]+`)

// UnknownRule is the rule of a finding that no rule explains.
const UnknownRule = "unknown"

// Explain names the causes that the rules see in a failed step, best first:
// network, disk and memory, since they imitate other causes; then causes in
// the order of their lines; then what is often a mere consequence. It never
// comes back empty: where no rule speaks, the one explanation has the rule
// "unknown" and the line that tells most.
func (c *Catalogue) Explain(o Observation) []Explanation {
	found := c.match(o, false)
	if len(found) == 0 {
		return []Explanation{unknown(o)}
	}
	return found
}

// Silent names failures in a step that ended with exit status 0, such as a
// pipe whose first half failed. It is empty for a step that shows none.
func (c *Catalogue) Silent(o Observation) []Explanation { return c.match(o, true) }

func (c *Catalogue) match(o Observation, silent bool) []Explanation {
	var found []Explanation
	ranks := map[int]int{} // offset of a line: best rank seen there
	small := strings.ToLower(o.Output)
	for _, r := range c.rules {
		if silent && !r.Silent {
			continue
		}
		for _, e := range r.match(o, small) {
			if ended := c.OutOfSupport(o.Environment.Release, o.Today); r.Support && ended != "" {
				e.Finding.Cause += " " + ended + "."
			}
			found = append(found, e)
			if best, seen := ranks[e.Offset]; !seen || r.Rank < best {
				ranks[e.Offset] = r.Rank
			}
		}
	}
	found = slices.DeleteFunc(found, func(e Explanation) bool {
		return e.Kind == KindWrapper || e.rule.Rank > ranks[e.Offset]
	})
	slices.SortStableFunc(found, func(a, b Explanation) int {
		if d := precedence(a.Kind) - precedence(b.Kind); d != 0 {
			return d
		}
		return a.Offset - b.Offset
	})
	seen := map[string]bool{}
	found = slices.DeleteFunc(found, func(e Explanation) bool {
		key := e.Finding.Rule + "\x00" + e.Finding.Object
		twice := seen[key]
		seen[key] = true
		return twice
	})
	return found[:min(len(found), maxExplanations)]
}

func precedence(k RuleKind) int {
	switch k {
	case KindNetwork, KindResource:
		return 0
	case KindCause:
		return 1
	case KindWeak:
		return 2
	case KindWrapper, KindUnknown:
		return 3
	}
	return 3
}

// match gives one explanation for each telling line of the rule. small is the
// output in small letters.
func (r *Rule) match(o Observation, small string) []Explanation {
	if !r.applies(o, small) {
		return nil
	}
	base := map[string]string{
		"exit":    strconv.Itoa(o.Execution.Exit),
		"seconds": strconv.FormatFloat(o.Execution.Seconds, 'f', 0, 64),
		"command": oneLine(o.text()),
	}
	if o.Execution.Unmet != "" {
		base["unmet"] = oneLine(o.Execution.Unmet)
	}
	if o.NobodysName != "" {
		base["nobodys_name"] = o.NobodysName
	}
	if addresses := address.FindAllString(o.text(), 2); len(addresses) == 1 {
		base["url"] = addresses[0]
	}
	for _, p := range o.Execution.Prompts {
		if !p.Answered {
			base["prompt"] = oneLine(p.Text)
		}
	}
	if r.typed.Regexp != nil {
		for name, value := range r.typed.captures(o.text(), r.typed.FindStringSubmatchIndex(o.text())) {
			base[name] = value
		}
	}
	if len(r.lines) == 0 {
		return []Explanation{r.explain(o, base, -1, "")}
	}
	var found []Explanation
	for _, p := range r.lines {
		if !p.possible(small) {
			continue
		}
		for _, m := range p.FindAllStringSubmatchIndex(o.Output, maxPerRule) {
			from, to := m[0], m[1]
			if i := p.SubexpIndex("telling"); i >= 0 && m[2*i] >= 0 {
				from, to = m[2*i], m[2*i+1]
			}
			line, start := lineAt(o.Output, from, to)
			if slices.ContainsFunc(r.notOnLine, func(n pattern) bool { return n.MatchString(line) }) {
				continue
			}
			captures := p.captures(o.Output, m)
			for name, value := range base {
				if captures[name] == "" {
					captures[name] = value
				}
			}
			found = append(found, r.explain(o, captures, start, line))
		}
	}
	return found
}

// applies holds an observation against everything of the rule but its lines.
func (r *Rule) applies(o Observation, small string) bool {
	if r.typed.Regexp != nil && !r.typed.MatchString(o.text()) {
		return false
	}
	if len(r.Exits) > 0 && !slices.Contains(r.Exits, o.Execution.Exit) {
		return false
	}
	if len(r.Ended) > 0 && !slices.Contains(r.Ended, o.Execution.Ended) {
		return false
	}
	for _, condition := range r.When {
		if !condition.holds(o) {
			return false
		}
	}
	return !slices.ContainsFunc(r.notIf, func(p pattern) bool { return p.possible(small) && p.MatchString(o.Output) })
}

func (r *Rule) explain(o Observation, captures map[string]string, offset int, line string) Explanation {
	object := strings.TrimSpace(fill(r.Object, captures, ""))
	captures["object"] = object
	cause, plain := fill(r.Cause, captures, "something"), fill(r.Plain, captures, "something")
	if asked, ok := r.told(o, captures); ok {
		cause, plain = inWords(object, asked)
	}
	return Explanation{
		Finding: verifier.Finding{
			Fingerprint: fingerprint(r.ID, o.text(), object),
			Step:        o.Step.ID,
			Rule:        r.ID,
			Title:       r.Title,
			Object:      object,
			Category:    r.Category,
			Blame:       r.Blame,
			Evidence:    clip(line, maxEvidence),
			Cause:       cause,
			Plain:       plain,
		},
		Kind:     r.Kind,
		Captures: captures,
		Offset:   offset,
		rule:     r,
	}
}

// lineAt gives the line that tells: the one in which the match ends, since an
// expression over several lines ends with the most precise one, and the
// offset where it begins.
func lineAt(text string, start, end int) (line string, offset int) {
	last := max(start, end-1)
	if end > start && text[end-1] == '\n' {
		last = max(start, end-2)
	}
	last = min(last, len(text))
	offset = strings.LastIndexByte(text[:last], '\n') + 1
	stop := len(text)
	if i := strings.IndexByte(text[last:], '\n'); i >= 0 {
		stop = last + i
	}
	raw := text[offset:max(offset, stop)]
	line = strings.TrimSpace(raw)
	return line, offset
}

// clip cuts a line to at most n bytes at the border of a rune.
func clip(line string, n int) string {
	if len(line) <= n {
		return line
	}
	for n > 0 && !utf8.RuneStart(line[n]) {
		n--
	}
	return line[:n]
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// fingerprint stays the same over runs, environments and machines: of the
// step's text only spacing and a leading sudo are taken away, so that a
// finding of root and one of a newcomer are the same.
func fingerprint(rule, step, object string) string {
	step = strings.TrimPrefix(oneLine(step), "sudo ")
	return shortHash(rule, step, object)
}
