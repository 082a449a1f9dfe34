package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// told finds the sentence in which the documents ask in words for what a rule
// finds missing: by what the output calls it, or by what would bring it. Who
// reads "you will need gcc" has been told, though not how.
func (r *Rule) told(o Observation, captures map[string]string) (verifier.Prose, bool) {
	if r.Category != verifier.MissingTool && r.Category != verifier.MissingLibrary {
		return verifier.Prose{}, false
	}
	var names []string
	for _, name := range []string{"tool", "library", "package", "compiler", "object"} {
		if v := captures[name]; len(v) > 1 {
			names = append(names, v)
		}
	}
	for _, t := range r.Families[string(verifier.FamilyDeb)] {
		names = append(names, t.Install...)
	}
	for _, asked := range o.Prose {
		if asked.Kind != verifier.ProseInstall {
			continue
		}
		said := strings.FieldsFunc(asked.What, func(r rune) bool { return strings.ContainsRune(" ,;:()[]`'\"/", r) })
		for _, w := range said {
			w = strings.TrimRight(w, ".!?")
			if slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, w) }) {
				return asked, true
			}
		}
	}
	return verifier.Prose{}, false
}

// inWords are cause and plain text of something that was told in words.
func inWords(object string, asked verifier.Prose) (cause, plain string) {
	where := fmt.Sprintf("%s:%d", asked.Document, asked.Line)
	return fmt.Sprintf("%s is not on this machine; %s asks for it in words, and no step that was typed before this one installed it.", object, where),
		fmt.Sprintf("The instructions say in words that “%s” is needed (%s); no command that was typed before this step installed it.", object, where)
}
