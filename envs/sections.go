package envs

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/freshinstall/freshinstall/verifier"
)

// Bounds of a declaration. They are far above what a person writes and keep
// what follows (machines, documents, look-ups) bounded too.
const (
	maxEnvironments = 50
	maxDocuments    = 20
	maxRules        = 100
	maxEntries      = 1000 // of any other list or mapping
)

var topKeys = []string{"environments", "documents", "values", "answers", "steps", "acceptance", "rules", "settings"}

func (r *reader) sections(top *yaml.Node, f *File) {
	if top.Kind != yaml.MappingNode {
		r.bad(top, "a declaration is a mapping with the keys %s, not %s", strings.Join(topKeys, ", "), kind(top))
		return
	}
	s := r.fields(top, "the declaration", topKeys...)
	f.Environments = r.environments(s["environments"])
	f.Documents = r.documents(s["documents"])
	f.Values = r.values(s["values"])
	f.Answers = r.answers(s["answers"])
	f.Steps = r.corrections(s["steps"])
	f.Acceptance = r.acceptance(s["acceptance"])
	f.Rules = r.rules(s["rules"])
	f.Settings = r.settings(s["settings"])
}

// few reports whether a section has a sensible number of entries.
func (r *reader) few(n *yaml.Node, what string, have, limit int) bool {
	if have > limit {
		r.bad(n, "%s has %d entries; %d are the limit", what, have, limit)
		return false
	}
	return true
}

func (r *reader) documents(n *yaml.Node) []string {
	items := r.list(n, "documents")
	if !r.few(n, "documents", len(items), maxDocuments) {
		return nil
	}
	var out []string
	first := map[string]int{}
	for _, item := range items {
		s, ok := r.word(item, "a document")
		if !ok {
			continue
		}
		clean, err := treePath(s)
		if err != nil {
			r.bad(item, "documents: %v", err)
			continue
		}
		if line, twice := first[clean]; twice {
			r.bad(item, "document %q is named twice (first in line %d)", clean, line)
			continue
		}
		first[clean] = item.Line
		out = append(out, clean)
	}
	return out
}

func (r *reader) answers(n *yaml.Node) map[string]string {
	pairs := r.pairs(n, "answers")
	if len(pairs) == 0 || !r.few(n, "answers", len(pairs), maxEntries) {
		return nil
	}
	out := map[string]string{}
	for _, p := range pairs {
		if strings.TrimSpace(p.key) == "" {
			r.bad(p.at, "answers: the question is empty; write a part of its text")
			continue
		}
		reply, ok := r.text(p.value, "the answer to \""+short(p.key)+"\"")
		if !ok {
			continue
		}
		if !oneLine(reply) {
			r.bad(p.value, "the answer to %q must be one line", short(p.key))
			continue
		}
		out[p.key] = reply
	}
	return out
}

func (r *reader) corrections(n *yaml.Node) []Correction {
	items := r.list(n, "steps")
	if !r.few(n, "steps", len(items), maxEntries) {
		return nil
	}
	var out []Correction
	for _, item := range items {
		if item.Kind != yaml.MappingNode {
			r.bad(item, "a step must be a mapping with match: or line:, and follow:, not %s", kind(item))
			continue
		}
		if c, ok := r.correction(item); ok {
			out = append(out, c)
		}
	}
	return out
}

func (r *reader) correction(item *yaml.Node) (Correction, bool) {
	before := len(r.problems)
	s := r.fields(item, "a step", "match", "document", "line", "follow", "why", "ready", "expect")
	c := Correction{At: item.Line}
	if n := s["match"]; n != nil {
		c.Match, _ = r.word(n, "match")
	}
	if n := s["line"]; n != nil && r.number(n, "line", &c.Line) && c.Line < 1 {
		r.bad(n, "line: the first line of a document is 1")
	}
	if n := s["document"]; n != nil {
		if name, ok := r.word(n, "document"); ok {
			clean, err := treePath(name)
			if err != nil {
				r.bad(n, "document: %v", err)
			}
			c.Document = clean
		}
	}
	if n := s["why"]; n != nil {
		c.Why, _ = r.word(n, "why")
	}
	if s["match"] == nil && s["line"] == nil {
		r.bad(item, "a step needs match: (a part of the command) or line: (of the document)")
	}
	if n := s["ready"]; n != nil {
		if text, ok := r.word(n, "ready"); ok {
			ready, err := verifier.ParseReady(text)
			if err != nil {
				r.bad(n, "%v", err)
			}
			c.Ready = &ready
		}
	}
	if n := s["expect"]; n != nil {
		c.Expect, _ = r.word(n, "expect")
	}
	switch n := s["follow"]; {
	case n != nil:
		c.Follow, _ = r.flag(n, "follow")
	case s["ready"] != nil || s["expect"] != nil:
		c.Keeps = true
	default:
		r.bad(item, "a step needs follow: true or follow: false, or ready: or expect:")
	}
	return c, len(r.problems) == before
}

func (r *reader) acceptance(n *yaml.Node) []Check {
	items := r.list(n, "acceptance")
	if !r.few(n, "acceptance", len(items), maxEntries) {
		return nil
	}
	var out []Check
	for _, item := range items {
		if item.Kind != yaml.MappingNode {
			r.bad(item, "an acceptance check must be a mapping with run:, not %s", kind(item))
			continue
		}
		s := r.fields(item, "an acceptance check", "run")
		if s["run"] == nil {
			r.bad(item, "an acceptance check needs run: (a command)")
			continue
		}
		command, ok := r.word(s["run"], "run")
		if ok && strings.ContainsRune(command, 0) {
			r.bad(s["run"], "run holds a NUL character")
			continue
		}
		if ok {
			out = append(out, Check{Run: command, At: item.Line})
		}
	}
	return out
}

// rules keeps each rule as it is written: what it may hold is known where
// failures are explained.
func (r *reader) rules(n *yaml.Node) []Rule {
	items := r.list(n, "rules")
	if !r.few(n, "rules", len(items), maxRules) {
		return nil
	}
	var out []Rule
	for _, item := range items {
		if item.Kind != yaml.MappingNode {
			r.bad(item, "a rule must be a mapping with id:, lines: and what `freshinstall explain` prints of one, not %s", kind(item))
			continue
		}
		text, err := yaml.Marshal(item)
		if err != nil {
			r.bad(item, "rules: %v", err)
			continue
		}
		out = append(out, Rule{Text: text, At: item.Line})
	}
	return out
}

// settings keeps the free map for the tool's own preferences. Keys must be
// texts all the way down, since a setting's name is a path of words.
func (r *reader) settings(n *yaml.Node) map[string]any {
	if empty(n) || !r.stringKeys(n, "settings") {
		return nil
	}
	var out map[string]any
	if err := n.Decode(&out); err != nil {
		r.bad(n, "settings: %s", strings.TrimPrefix(err.Error(), "yaml: "))
		return nil
	}
	return out
}

func (r *reader) stringKeys(n *yaml.Node, what string) bool {
	before := len(r.problems)
	switch n.Kind {
	case yaml.MappingNode:
		for _, p := range r.pairs(n, what) {
			if p.at.Tag != "!!str" {
				r.bad(p.at, "%s: the key %s must be a word", what, short(p.key))
			}
			r.nested(p.value, what)
		}
	case yaml.SequenceNode, yaml.ScalarNode, yaml.DocumentNode, yaml.AliasNode:
		r.bad(n, "%s must be a mapping (key: value), not %s", what, kind(n))
	}
	return len(r.problems) == before
}

func (r *reader) nested(n *yaml.Node, what string) {
	switch n.Kind {
	case yaml.MappingNode:
		r.stringKeys(n, what)
	case yaml.SequenceNode:
		for _, item := range n.Content {
			r.nested(item, what)
		}
	case yaml.ScalarNode, yaml.DocumentNode, yaml.AliasNode:
	}
}
