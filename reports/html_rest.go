package reports

import (
	"cmp"
	"strings"

	"github.com/freshinstall/freshinstall/verifier/foreign"
)

type leftView struct {
	Count            int
	Reason, On, Some string
	All              fold // where that is more than some
}

// leftViews tell what was left out for which reason; reasons beyond [mostBoxes] come
// in lines.
func leftViews(d *digest) []leftView {
	var out []leftView
	for i, l := range d.leftMerged() {
		if i == mostBoxes {
			out = append(out, leftView{Reason: "for further reasons"})
		}
		last := len(out) - 1
		if i >= mostBoxes {
			out[last].Count += len(l.steps)
			out[last].All.Lines += l.lines(names(l.environments) + ": " + foreign.Line(l.reason))
			out[last].All.Summary = "all of them"
			continue
		}
		v := leftView{Count: len(l.steps), Reason: foreign.Line(l.reason), On: d.where(l.environments), Some: l.examples()}
		if len(l.steps) > fewSteps {
			v.All = fold{Summary: "all " + count(len(l.steps), "step"), Lines: l.lines("")}
		}
		out = append(out, v)
	}
	return out
}

func (l leftOut) lines(end string) string {
	var b strings.Builder
	for _, s := range l.steps {
		b.WriteString(strings.TrimRight(at(s)+"\t"+foreign.Clip(foreign.Line(s.Command), 160)+"\t"+end, "\t") + "\n")
	}
	return b.String()
}

type machineView struct {
	Name, Class, Sign, Verdict string
	Facts                      []fact
	Declaration                string
}

type fact struct{ Name, Value, Class string }

func machineViews(d *digest) []machineView {
	var out []machineView
	for _, env := range d.result.Environments {
		e := env.Environment
		sign, class := verdictMark(env.Verdict)
		v := machineView{Name: foreign.Line(e.Name), Class: class, Sign: sign, Verdict: verdictWords(env.Verdict), Declaration: strings.Trim(foreign.Text(e.Declaration), "\n")}
		already := ""
		if n := len(e.Packages); n > 0 {
			already = count(n, "package") + ": " + foreign.Line(strings.Join(e.Packages, ", "))
		}
		for _, f := range []fact{
			{"Machine", cmp.Or(machine(e), "was never made ready"), ""},
			{"Image digest", foreign.Line(e.Digest), "digest"},
			{"Added to it", furnished(e), ""},
			{"Declared as already there", already, ""},
			{"Network", strings.TrimPrefix(networkWords(e), "its network: "), ""},
			{"Downloads of earlier runs (--cache)", foreign.Line(e.Downloads), ""},
			{"Got so far", rungWords(env.Rung), ""},
			{"Clean replay", strings.TrimPrefix(d.replayWords(&env), "clean replay with all fixes in place: "), ""},
		} {
			if f.Value != "" {
				v.Facts = append(v.Facts, f)
			}
		}
		out = append(out, v)
	}
	return out
}
