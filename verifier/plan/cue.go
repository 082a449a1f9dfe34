package plan

import "slices"

// byCue: a block introduced by "or", "alternatively" and the like is another
// way to what the block before it does.
func (p *planner) byCue(d *document) {
	blocks := byBlock(d.steps)
	for i := 1; i < len(blocks); i++ {
		c := blocks[i][0]
		text := c.block.Lead
		if c.inline() {
			text = c.block.Sentence.Before
		}
		if text == "" || !cueText.MatchString(text) && !cueText.MatchString(lastSentence(text)) || innermost(c) != innermost(blocks[i-1][0]) {
			continue
		}
		second := way{name: shorten(blocks[i][0].cmd.Text), members: blocks[i], cue: ranks.MatchString(text), recommended: recommends(text)}
		for j := i + 1; j < len(blocks) && blocks[j][0].block.Lead == "" && !blocks[j][0].inline() && innermost(blocks[j][0]) == innermost(c); j++ {
			second.members = append(second.members, blocks[j]...)
		}
		second.members = append(second.members, goesOn(i, blocks)...)
		first := way{name: shorten(blocks[i-1][0].cmd.Text), members: blocks[i-1]}
		if len(stillFollowed(second.members)) == 0 {
			continue
		}
		if len(stillFollowed(first.members)) == 0 && blocks[i-1][0].option != nil && !blocks[i-1][0].option.primary {
			// A third way: the second was left already for the first.
			for _, m := range stillFollowed(second.members) {
				m.leave("another way to the same end: " + second.name)
			}
			continue
		}
		if first.members[0].option != nil && first.members[0].option.primary {
			for _, m := range stillFollowed(second.members) {
				m.option = &option{group: first.members[0].option.group, name: second.name}
				m.leave("another way to the same end: " + second.name)
			}
			continue
		}
		p.choose([]way{first, second})
	}
}

// goesOn are later blocks of the section that call the tool of the second way,
// which the first way does without.
func goesOn(i int, blocks [][]*candidate) []*candidate {
	tool := blocks[i][0].call().Name
	uses := func(block []*candidate, all bool) bool {
		with := func(c *candidate) bool { return c.call().Name == tool }
		if all {
			return !slices.ContainsFunc(block, func(c *candidate) bool { return !with(c) })
		}
		return slices.ContainsFunc(block, with)
	}
	if blocks[i][0].inline() || !builders[tool] || uses(blocks[i-1], false) {
		return nil
	}
	var more []*candidate
	for j := i + 1; j < len(blocks) && innermost(blocks[j][0]) == innermost(blocks[i][0]) && uses(blocks[j], true); j++ {
		if blocks[j][0].block.Lead != "" {
			more = append(more, blocks[j]...)
		}
	}
	return more
}

// builders each get and build a project by themselves.
var builders = set("cabal stack cargo pip pip3 pipx poetry conda mamba npm yarn pnpm gem bundle composer mvn gradle cmake meson make brew nix go luarocks cpan cpanm opam dotnet")

func byBlock(cs []*candidate) [][]*candidate {
	var blocks [][]*candidate
	for _, c := range cs {
		if n := len(blocks); n > 0 && blocks[n-1][0].block == c.block {
			blocks[n-1] = append(blocks[n-1], c)
		} else {
			blocks = append(blocks, []*candidate{c})
		}
	}
	return blocks
}
