package plan

import (
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
)

var (
	stepHeading = phrase.Compile(`(?i)^\W*(step\b|\d+[.):])`)
	cueText     = phrase.Compile(`(?i)^\W*(or\b|alternatively\b|otherwise\b|instead\b|another (way|option|method)|as an alternative|if you('d| would)? (prefer|rather)|(if|for those) .{0,20}(you are|you're|you|who) (using|use|prefer|have)\b|if you want to use\b|you (can|could|may)( of course)? also\b|(you )?can also be (installed|built|run))|\b(alternatively|or alternatively|as an alternative)\b[^.]*$|\binstead[:.]?\s*$|^\W*(?:ou( bien)?|oder|o bien|oppure|o|u|или|либо|或者?|または|또는)\W*$`)
	ranks       = phrase.Compile(`(?i)\b(alternative(ly)?|otherwise|instead|prefer|rather|also|if you|another)\b|^\W*(?:ou( bien)?|oder|o bien|oppure|o|u|или|либо|或者?|または|또는)\W*$`)
	cueComment  = phrase.Compile(`(?i)^\W*(?:[b-d2-4][).:]\W*)?(or\b|alternatively\b|otherwise\b)`)
)

// byHeadings: sections side by side, each named after its method.
func (p *planner) byHeadings(d *document) {
	type place struct{ level, parent int }
	var order []place
	sections := map[place][]way{}
	kinds := map[place][]string{}
	index := map[int]int{}
	for _, c := range d.steps {
		for level, h := range c.block.Headings {
			name, kind := p.methodOf(h)
			if name == "" || stepHeading.MatchString(h) {
				continue
			}
			at := place{level, -1}
			if level > 0 {
				at.parent = c.block.Sections[level-1]
			}
			key := c.block.Sections[level]
			i, seen := index[key]
			if !seen {
				if len(sections[at]) == 0 {
					order = append(order, at)
				}
				i = len(sections[at])
				index[key] = i
				sections[at] = append(sections[at], way{name: name, recommended: recommends(h)})
				kinds[at] = append(kinds[at], kind)
			}
			sections[at][i].members = append(sections[at][i].members, c)
		}
	}
	for _, at := range order {
		var names []string
		for _, w := range sections[at] {
			names = append(names, w.name)
		}
		all := p.withNeighbours(d, sections[at], at.level, at.parent)
		if distinct(names, kinds[at]) || len(all) > len(sections[at]) && p.allTake(sections[at]) {
			p.choose(all)
		}
	}
}

// withNeighbours adds the ways that no method names beside those that one does:
// what stands under the parent heading itself, and sections that install the
// project too.
func (p *planner) withNeighbours(d *document, ways []way, level, parent int) []way {
	in := map[*candidate]bool{}
	for _, w := range ways {
		for _, c := range w.members {
			in[c] = true
		}
	}
	direct := way{name: "as the text begins"}
	more := map[int]*way{}
	var order []int
	for _, c := range d.steps {
		n := len(c.block.Sections)
		if in[c] || level == 0 || n < level || c.block.Sections[level-1] != parent {
			continue
		}
		if n == level {
			direct.members = append(direct.members, c)
			continue
		}
		key := c.block.Sections[level]
		if more[key] == nil {
			more[key] = &way{name: shorten(c.block.Headings[level])}
			order = append(order, key)
		}
		more[key].members = append(more[key].members, c)
	}
	var all []way
	if p.whole(direct) {
		all = append(all, direct)
	}
	all = append(all, ways...)
	for _, key := range order {
		if p.takes(*more[key]) && !onlyClones(*more[key]) {
			all = append(all, *more[key])
		}
	}
	slices.SortStableFunc(all, func(a, b way) int { return a.members[0].cmd.Span.Start - b.members[0].cmd.Span.Start })
	return all
}

// allTake: each of these ways gets the project itself, so that one beside them
// which does too is another way, whatever its heading says.
func (p *planner) allTake(ways []way) bool {
	return !slices.ContainsFunc(ways, func(w way) bool { return !p.takes(w) })
}

// whole: a way that builds and installs by itself.
func (p *planner) whole(w way) bool {
	for _, c := range w.members {
		words, _ := wordsOf(c.call())
		if makeInstall.match(words) || p.fromRegistry(c) {
			return true
		}
	}
	return false
}

var makeInstall = compile(`make|gmake|ninja|python*|cargo|meson|cmake ... install`)

// takes: a way that gets the project itself.
func (p *planner) takes(w way) bool {
	for _, c := range w.members {
		words := firstWords(c)
		if c.clone == selfClone || p.fromRegistry(c) || downloads.match(words) && p.namesProject(strings.Join(words, " ")) {
			return true
		}
	}
	return false
}

// onlyClones: a section that brings the checkout for all ways.
func onlyClones(w way) bool {
	for _, c := range w.members {
		if c.role != verifier.RoleClone {
			return false
		}
	}
	return true
}

var downloads = compile(`wget|curl`)

// byRows: commands in a table's cells. One of them is taken, and only where the
// document installs by no other means.
func (p *planner) byRows(d *document) {
	var rows, needs []*candidate
	defer func() {
		for _, r := range needs[min(1, len(needs)):] {
			r.leave("another row of the table of packages")
		}
	}()
	for _, c := range d.steps {
		switch {
		case !c.followed():
		case c.block.Table && c.role == verifier.RolePrerequisite:
			needs = append(needs, c)
		case c.block.Table:
			rows = append(rows, c)
		case c.clone == selfClone || c.role == verifier.RoleInstall || c.role == verifier.RoleBuild:
			for _, r := range d.steps {
				if r.block.Table && r.role != verifier.RolePrerequisite {
					r.leave("a row of a table of packages; the document installs otherwise, line " + itoa(c.cmd.Line))
				}
			}
			return
		}
	}
	for _, r := range rows[min(1, len(rows)):] {
		r.leave("another row of the table of packages")
	}
}

// byTabs: tabs, or folded parts, side by side in one section.
func (p *planner) byTabs(d *document) {
	var ways []way
	section := -1
	flush := func() {
		if len(ways) > 1 {
			p.choose(ways)
		}
		ways = nil
	}
	for _, c := range d.steps {
		if s := innermost(c); s != section || c.block.Tab == "" {
			flush()
			section = s
		}
		if c.block.Tab == "" || stepHeading.MatchString(c.block.Tab) {
			continue // "3. Copy the settings", folded: steps to take one after the other
		}
		if n := len(ways); n == 0 || ways[n-1].name != c.block.Tab && !nextTab.MatchString(c.block.Tab) {
			ways = append(ways, way{name: c.block.Tab, recommended: recommends(c.block.Tab)})
		}
		ways[len(ways)-1].members = append(ways[len(ways)-1].members, c)
	}
	flush()
}

// nextTab: what is folded goes on where the one before ends.
var nextTab = phrase.Compile(`(?i)^\W*(once|after|then|next|finally|now|afterwards)\b`)

func innermost(c *candidate) int {
	if n := len(c.block.Sections); n > 0 {
		return c.block.Sections[n-1]
	}
	return -1
}

// byComments: comments inside a block tell options apart, by "or" or by each
// naming a method.
func (p *planner) byComments(d *document) {
	for from := 0; from < len(d.steps); {
		to := from
		for to < len(d.steps) && d.steps[to].block == d.steps[from].block {
			to++
		}
		p.commentWays(d.steps[from:to])
		from = to
	}
}

func (p *planner) commentWays(cs []*candidate) {
	var ways []way
	var names, kinds []string
	for _, c := range cs {
		text := strings.Join(c.cmd.Comments, " ")
		name, kind := p.methodOf(text)
		cue := cueComment.MatchString(text)
		switch {
		case cue && len(ways) == 0:
			continue
		case name != "" || cue || len(ways) == 0:
			if name == "" {
				name = shorten(c.cmd.Text)
			}
			ways = append(ways, way{name: name, cue: cue, recommended: recommends(text)})
			names, kinds = append(names, name), append(kinds, kind)
		}
		w := &ways[len(ways)-1]
		w.members = append(w.members, c)
	}
	if len(ways) < 2 {
		return
	}
	// Commands before the first comment stand for all, unless an "or" follows.
	if len(cs[0].cmd.Comments) == 0 && !ways[1].cue {
		ways, names, kinds = ways[1:], names[1:], kinds[1:]
	}
	any := false
	for _, w := range ways {
		any = any || w.cue
	}
	if any {
		// Only the command right before an "or" is what it is the other way to.
		for i := 1; i < len(ways); i++ {
			if ways[i].cue {
				prior := ways[i-1].members
				p.choose([]way{{name: ways[i-1].name, members: prior[len(prior)-1:], recommended: ways[i-1].recommended}, ways[i]})
			}
		}
		return
	}
	if distinct(names, kinds) {
		p.choose(ways)
	}
}

// byItems: items of one unordered list, each beginning with a method.
func (p *planner) byItems(d *document) {
	lists := map[int][]way{}
	names, kinds := map[int][]string{}, map[int][]string{}
	var order []int
	last := map[int]int{}
	for _, c := range d.steps {
		if len(c.block.List) == 0 {
			continue
		}
		item := c.block.List[len(c.block.List)-1]
		head, _, _ := strings.Cut(item.Text, ":")
		head, _, _ = strings.Cut(head, "`")
		name, kind := p.methodOf(head)
		if item.Ordered || name == "" {
			continue
		}
		if _, seen := last[item.List]; !seen {
			order = append(order, item.List)
		}
		if last[item.List] != item.Number {
			lists[item.List] = append(lists[item.List], way{name: name, recommended: recommends(item.Text)})
			names[item.List], kinds[item.List] = append(names[item.List], name), append(kinds[item.List], kind)
			last[item.List] = item.Number
		}
		ws := lists[item.List]
		ws[len(ws)-1].members = append(ws[len(ws)-1].members, c)
	}
	for _, l := range order {
		if distinct(names[l], kinds[l]) {
			p.choose(lists[l])
		}
	}
}

// byTool: the same thing asked of two tools of one kind, right after another:
// "npm install", "yarn install".
func (p *planner) byTool(d *document) {
	for i := 1; i < len(d.steps); i++ {
		a, b := d.steps[i-1], d.steps[i]
		if !a.followed() || !b.followed() || a.role != b.role || innermost(a) != innermost(b) || a.option != nil || b.option != nil {
			continue
		}
		x, y := a.call(), b.call()
		js := set("npm yarn pnpm bun")
		if x.Name != y.Name && js[x.Name] && js[y.Name] && a.role == verifier.RoleInstall {
			p.choose([]way{{name: x.Name, members: d.steps[i-1 : i]}, {name: y.Name, members: d.steps[i : i+1]}})
		}
		if x.Name != y.Name && a.role == verifier.RoleInstall && p.fromRegistry(a) && p.fromRegistry(b) && a.clone == noClone && b.clone == noClone && a.block == b.block {
			p.choose([]way{{name: x.Name, members: d.steps[i-1 : i]}, {name: y.Name, members: d.steps[i : i+1]}})
		}
	}
}
