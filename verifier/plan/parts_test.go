package plan

import (
	"testing"

	"github.com/freshinstall/freshinstall/verifier/readme"
	"github.com/freshinstall/freshinstall/verifier/shell"
)

func TestWhatALinkIsFor(t *testing.T) {
	for name, c := range map[string]struct {
		link readme.Link
		want errand
	}{
		"a part of the document":          {readme.Link{Included: true, Target: "parts/intro.rst"}, aboutInstalling},
		"a page that is called so":        {readme.Link{Target: "docs/INSTALL.md", Text: "here"}, aboutInstalling},
		"a page about something else":     {readme.Link{Target: "docs/colours.md", Text: "colours", Sentence: "All colours are listed there."}, noErrand},
		"a place in the same document":    {readme.Link{Target: "#installation", Text: "Installation"}, noErrand},
		"a sentence about the set-up":     {readme.Link{Target: "docs/page.md", Text: "this page", Sentence: "For the installation see this page."}, aboutInstalling},
		"a page for those who develop it": {readme.Link{Target: "CONTRIBUTING.md", Text: "Contributing", Sentence: "Contributing"}, aboutDeveloping},
	} {
		t.Run(name, func(t *testing.T) {
			if got := (&planner{}).sends(nil, c.link); got != c.want {
				t.Errorf("errand %v, want %v", got, c.want)
			}
		})
	}
}

func TestTestsAmongTheStepsOfASetUp(t *testing.T) {
	ordered := &readme.Block{List: []readme.Item{{Ordered: true}}}
	for name, c := range map[string]struct {
		candidate candidate
		want      bool
	}{
		"first of a part to begin with":           {candidate{topic: topicStart, block: &readme.Block{}}, true},
		"first of a part about the install":       {candidate{topic: topicInstall, block: &readme.Block{}}, true},
		"first of a part about running":           {candidate{topic: topicRun, block: &readme.Block{}}, false},
		"after others, in a later block of these": {candidate{topic: topicRun, nth: 1, index: 1, block: &readme.Block{}}, true},
		"first of a later block of these":         {candidate{topic: topicRun, index: 1, block: &readme.Block{}}, false},
		"in a numbered list":                      {candidate{topic: topicRun, block: ordered}, true},
		"in a part about tests":                   {candidate{topic: topicTest, nth: 1, index: 1, block: ordered}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := (&planner{}).testInList(&c.candidate); got != c.want {
				t.Errorf("%v", got)
			}
		})
	}
}

func TestCloned(t *testing.T) {
	const url = "https://git.example.org/team/moss.git"
	call := func(name string, args ...string) shell.Call { return shell.Call{Name: name, Args: args} }
	for name, c := range map[string]struct {
		call     shell.Call
		url, dir string
		ok       bool
	}{
		"an address":              {call("git", "clone", url), url, "", true},
		"into a folder":           {call("git", "clone", "--depth", "1", url, "here"), url, "here", true},
		"with settings before":    {call("git", "-c", "x.y=z", "clone", url), url, "", true},
		"another action":          {call("git", "pull", url), "", "", false},
		"by the forge's client":   {call("gh", "repo", "clone", "team/moss", "here"), "team/moss", "here", true},
		"its other actions":       {call("gh", "repo", "view", "team/moss"), "", "", false},
		"another of its nouns":    {call("gh", "gist", "clone", "abc"), "", "", false},
		"without an address":      {call("gh", "repo", "clone"), "", "", false},
		"by a program of its own": {call("clone", url), "", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			url, dir, ok := cloned(shell.Command{Calls: []shell.Call{c.call}})
			if url != c.url || dir != c.dir || ok != c.ok {
				t.Errorf("%q %q %v", url, dir, ok)
			}
		})
	}
}
