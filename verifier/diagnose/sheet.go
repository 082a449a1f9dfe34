package diagnose

import (
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// Words says what a match of the kind is worth.
func (k RuleKind) Words() string {
	switch k {
	case KindCause:
		return "as a cause: the first one in the output explains the failure"
	case KindWeak:
		return "as a cause only where no other one is seen, since it often follows from one"
	case KindWrapper:
		return "never as an explanation: it reports another program's failure"
	case KindNetwork:
		return "before all others, since a network that fails looks like other causes"
	case KindResource:
		return "before all others, since a machine that is too small looks like other causes"
	case KindUnknown:
		return "where no rule speaks"
	}
	return ""
}

// Words says what shows that a fix helps.
func (p Proof) Words() string {
	switch p {
	case ProofRerun:
		return "the unchanged step passes once the fix is in place"
	case ProofStandIn:
		return "the same, with a stand-in for a service or a value"
	case ProofDeclaration:
		return "only with a changed declaration of the environment"
	case ProofRepository:
		return "only on a changed checkout"
	case ProofRetry:
		return "the step passes when it is tried later"
	case ProofHuman:
		return "only somebody with the right access can tell"
	case ProofNone:
		return "none"
	}
	return ""
}

// Helps lists what is tried, a line each, with the families of systems that it
// is for; families that are helped in the same way share a line.
func (r *Rule) Helps() []string {
	var lines []string
	at := map[string]int{} // what helps → its place in lines
	var who [][]string
	for _, family := range slices.Concat([]verifier.Family{anyFamily}, families) {
		for _, t := range r.Families[string(family)] {
			words := t.words()
			if t.NeverRun(family) {
				words += " (never run by the authors: not called proven)"
			}
			i, seen := at[words]
			if !seen {
				i, at[words] = len(lines), len(lines)
				lines, who = append(lines, words), append(who, nil)
			}
			who[i] = append(who[i], string(family))
		}
	}
	for i := range lines {
		lines[i] = strings.Join(who[i], ", ") + ": " + lines[i]
	}
	return lines
}

func (t Template) words() string {
	text := ""
	switch {
	case t.Lookup != nil:
		text = "install the package that the distribution's index names for the " + string(t.Lookup.Kind)
	case t.Table != "":
		text = "install what the bundled table of " + t.Table + " names"
	case len(t.Install) > 0:
		text = "install " + strings.Join(t.Install, ", ")
	case len(t.Before) > 0:
		text = "first " + strings.Join(t.Before, "; ")
	case t.Rewrite == "declare-service":
		text = "declare the server under services: of the environment, with the account that the repository shows"
	case t.Rewrite == "keep-path":
		text = "write the command that changes PATH into ~/.profile as well"
	case t.Rewrite != "":
		text = "change the command: " + string(t.Rewrite)
	}
	if len(t.Then) > 0 {
		text += ", then " + strings.Join(t.Then, "; ")
	}
	if t.Why != "" {
		text += " — " + t.Why
	}
	if t.Workaround {
		text += " (a workaround: shows the cause, is never written into documents)"
	}
	return text
}
