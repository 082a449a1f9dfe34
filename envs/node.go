package envs

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A declaration is read from YAML nodes and not into structs: each complaint
// then has its line, an unknown key its suggestion, and a host path its place,
// which the decoder's KnownFields alone cannot give. It is as strict.

// reader turns nodes into declarations and collects what is wrong.
type reader struct {
	file     string // as shown in messages
	dir      string // relative paths of the host start here
	problems []Problem
	faulty   map[string]bool // environments that were declared, but not rightly
	reaches  []Reach
}

func (r *reader) bad(n *yaml.Node, format string, args ...any) {
	line := 0
	if n != nil {
		line = n.Line
	}
	r.problems = append(r.problems, Problem{File: r.file, Line: line, What: fmt.Sprintf(format, args...)})
}

// pair is one key of a mapping with its value.
type pair struct {
	key   string
	at    *yaml.Node // the key
	value *yaml.Node
}

// pairs returns the keys of a mapping in their order. A key that stands twice
// is a problem and counts once.
func (r *reader) pairs(n *yaml.Node, what string) []pair {
	if empty(n) {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		r.bad(n, "%s must be a mapping (key: value), not %s", what, kind(n))
		return nil
	}
	var out []pair
	first := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if k.Kind != yaml.ScalarNode {
			r.bad(k, "a key of %s must be a plain word, not %s", what, kind(k))
			continue
		}
		if line, twice := first[k.Value]; twice {
			r.bad(k, "key %q stands twice in %s (first in line %d)", short(k.Value), what, line)
			continue
		}
		first[k.Value] = k.Line
		out = append(out, pair{k.Value, k, v})
	}
	return out
}

// fields returns the values of a mapping that may only have the known keys.
func (r *reader) fields(n *yaml.Node, what string, known ...string) map[string]*yaml.Node {
	out := map[string]*yaml.Node{}
	for _, p := range r.pairs(n, what) {
		if !slices.Contains(known, p.key) {
			r.bad(p.at, "unknown key %q%s", short(p.key), r.suggest(p.key, known))
			continue
		}
		out[p.key] = p.value
	}
	return out
}

// suggest ends an unknown key's message: what was meant, else what there is.
func (r *reader) suggest(key string, known []string) string {
	if near := nearest(key, known); len(near) > 0 {
		return didYouMean(near)
	}
	return "; known here: " + strings.Join(known, ", ")
}

func (r *reader) list(n *yaml.Node, what string) []*yaml.Node {
	if empty(n) {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		r.bad(n, "%s must be a list, not %s", what, kind(n))
		return nil
	}
	return n.Content
}

// text returns a scalar as it is written: a version such as 1.10 or a number
// stays what the author typed.
func (r *reader) text(n *yaml.Node, what string) (string, bool) {
	if n.Kind != yaml.ScalarNode {
		r.bad(n, "%s must be a text, not %s", what, kind(n))
		return "", false
	}
	if n.Tag == "!!null" {
		r.bad(n, `%s has no value; write "" if it shall be empty`, what)
		return "", false
	}
	return n.Value, true
}

// word is a text that must not be empty.
func (r *reader) word(n *yaml.Node, what string) (string, bool) {
	s, ok := r.text(n, what)
	if ok && strings.TrimSpace(s) == "" {
		r.bad(n, "%s is empty", what)
		return "", false
	}
	return s, ok
}

func (r *reader) flag(n *yaml.Node, what string) (bool, bool) {
	if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" {
		r.bad(n, "%s must be true or false, not %s", what, kind(n))
		return false, false
	}
	return strings.EqualFold(n.Value, "true"), true
}

// number reads a scalar into dst, which is a pointer to an int or a float.
func (r *reader) number(n *yaml.Node, what string, dst any) bool {
	if n.Kind != yaml.ScalarNode || n.Tag != "!!int" && n.Tag != "!!float" || n.Decode(dst) != nil {
		r.bad(n, "%s must be a number, not %s", what, kind(n))
		return false
	}
	return true
}

// plain refuses the parts of YAML that let a small file grow without bound or
// mean more than it shows: anchors, aliases, merge keys and tags.
func (r *reader) plain(n *yaml.Node) bool {
	ok := true
	switch {
	case n.Kind == yaml.AliasNode:
		r.bad(n, "aliases (*%s) are not read here; write it out, or use from: to build on another environment", short(n.Value))
		return false
	case n.Anchor != "":
		r.bad(n, "anchors (&%s) are not read here; write it out, or use from: to build on another environment", short(n.Anchor))
		ok = false
	case n.Tag == "!!merge":
		r.bad(n, "merge keys (<<) are not read here; write it out, or use from: to build on another environment")
		ok = false
	case n.Style&yaml.TaggedStyle != 0:
		r.bad(n, "tags (%s) are not read here; put texts into quotes", short(n.Tag))
		ok = false
	}
	for _, child := range n.Content {
		ok = r.plain(child) && ok
	}
	return ok
}

// empty reports whether a key stands there without a value, as when all items
// of a list are commented out.
func empty(n *yaml.Node) bool {
	return n == nil || n.Kind == 0 || n.Kind == yaml.ScalarNode && n.Tag == "!!null"
}

// kind names what a node is in the words of somebody who wrote it.
func kind(n *yaml.Node) string {
	switch n.Kind {
	case yaml.SequenceNode:
		return "a list"
	case yaml.MappingNode:
		return "a mapping"
	case yaml.ScalarNode:
		if n.Tag == "!!null" {
			return "nothing"
		}
		return fmt.Sprintf("%q", short(n.Value))
	case yaml.DocumentNode, yaml.AliasNode:
		return "something else"
	}
	return "nothing"
}
