package patch

import (
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/foreign"
	"github.com/freshinstall/freshinstall/verifier/readme"
)

// agree settles one finding over all environments. A reason says why its fix
// cannot be put into the document for every reader.
func agree(r *verifier.Result, step, document, key string) (p placed, reason string) {
	var unproven, differ []string
	words := formOf(outline{format: readme.FormatOf(document), own: -1})
	for _, env := range r.Environments {
		i := slices.IndexFunc(env.Findings, func(f verifier.Finding) bool { return f.Step == step && f.Fingerprint == key })
		if i < 0 {
			continue
		}
		f, name := env.Findings[i], env.Environment.Name
		fix, ok := proven(f)
		a := answer{fix.Kind, fixText(fix), len(fix.Moved) > 0}
		switch {
		case !ok:
			unproven = append(unproven, name)
		case len(p.environments) == 0:
			p = placed{answer: a, commands: fix.Commands, replace: strings.Trim(fix.Replace, "\n"), environments: []string{name},
				entry: Entry{Key: key, Title: words.title(f), Excerpt: excerpt(f), Plain: words.plain(f)}}
		case a != p.answer:
			differ = append(differ, name)
			p.environments = append(p.environments, name)
		default:
			p.environments = append(p.environments, name)
		}
	}
	p.environments = sorted(p.environments)
	switch {
	case len(p.environments) == 0:
		return p, ""
	case len(differ) > 0:
		reason = "the fixes differ between " + list(p.environments)
	case len(unproven) > 0:
		reason = "there is no proven fix on " + list(unproven)
	case p.answer.kind == verifier.FixDeclare:
		reason = "no command brings it: it must be there; the section with known problems says what"
	case p.answer.moves:
		reason = "steps have to change their places, which is the author's to do: " + foreign.Line(p.answer.text) + " belongs before it"
	case !writable(p.answer.text):
		reason = "the fix holds characters that cannot be shown in a document"
	default:
		reason = harm(r, step, p)
	}
	p.entry.Environments = p.environments
	p.entry.Solutions = []Solution{{Environments: p.environments, Kind: p.answer.kind, Text: p.answer.text}}
	return p, reason
}

// harm says where a fix would do harm, or could: in environments that ran the
// step and have no such finding.
func harm(r *verifier.Result, step string, p placed) string {
	var untried, others, sudoless []string
	family := verifier.FamilyUnknown
	for _, env := range r.Environments {
		if slices.Contains(p.environments, env.Environment.Name) {
			family = env.Environment.Family
		}
	}
	for _, env := range r.Environments {
		name := env.Environment.Name
		if slices.Contains(p.environments, name) || !ran(env.Steps, step) {
			continue
		}
		untried = append(untried, name)
		if env.Environment.Family != family {
			others = append(others, name)
		}
		if !env.Environment.Sudo {
			sudoless = append(sudoless, name)
		}
	}
	switch {
	case p.answer.kind == verifier.FixReplace && len(untried) > 0:
		return "the step passes as it is written on " + list(untried) + ", where the replacement was not tried"
	case p.answer.kind == verifier.FixBefore && len(others) > 0 && usesWord(p.answer.text, packageManagers...):
		return "it is for another package manager than the one on " + list(others)
	case p.answer.kind == verifier.FixBefore && len(sudoless) > 0 && usesWord(p.answer.text, "sudo"):
		return "it needs sudo, which is not on " + list(sudoless)
	}
	return ""
}

var packageManagers = []string{"apt", "apt-get", "dpkg", "dnf", "yum", "microdnf", "rpm", "apk", "zypper", "pacman"}

func usesWord(text string, any ...string) bool {
	return slices.ContainsFunc(strings.Fields(text), func(w string) bool { return slices.Contains(any, w) })
}

func ran(steps []verifier.StepResult, step string) bool {
	return slices.ContainsFunc(steps, func(s verifier.StepResult) bool {
		return s.Step == step && (s.Outcome.Passed() || s.Outcome == verifier.OutcomeFailed)
	})
}

// list names environments in plain text.
func list(environments []string) string {
	return foreign.Line(strings.Join(environments, ", "))
}
