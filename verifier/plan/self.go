package plan

import (
	"path"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
	"github.com/freshinstall/freshinstall/verifier/shell"
)

// cloneKind says what a step has to do with the repository's own checkout.
type cloneKind int

const (
	noClone    cloneKind = iota
	selfClone            // fetches the repository itself
	otherClone           // fetches another one
	enters               // goes into the checkout
)

// identity is what the repository is called, here and elsewhere.
type identity struct {
	name   string
	urls   map[string]bool
	owners map[string]bool
}

func newIdentity(in Input) identity {
	id := identity{name: strings.ToLower(in.Repository), urls: map[string]bool{}, owners: map[string]bool{}}
	for _, u := range in.URLs {
		n := normalURL(u)
		id.urls[n] = true
		if parts := strings.Split(n, "/"); len(parts) > 2 {
			id.owners[parts[len(parts)-2]] = true
		}
	}
	return id
}

var scheme = phrase.Compile(`^(?:[a-z+]+://)?(?:[^@/]+@)?`)

// normalURL strips scheme, user and ".git", so that spellings compare.
func normalURL(u string) string {
	u = strings.ToLower(strings.Trim(strings.TrimSpace(u), `"'`))
	u = scheme.ReplaceAllString(u, "")
	u = strings.Replace(u, ":", "/", 1)
	return strings.TrimSuffix(strings.TrimSuffix(strings.TrimRight(u, "/"), ".git"), "/")
}

// is reports whether a clone address means the repository itself: one of its
// addresses, the same name under another owner (a fork, a former owner), or a
// former name under the same owner.
func (id identity) is(url string) bool {
	n := normalURL(url)
	if id.urls[n] {
		return true
	}
	last := path.Base(n)
	if last == id.name || squeeze(last) == squeeze(id.name) {
		return true
	}
	parts := strings.Split(n, "/")
	return len(parts) > 2 && id.owners[parts[len(parts)-2]] && alike(last, id.name)
}

// squeeze leaves out what people spell differently in one name.
func squeeze(name string) string { return strings.NewReplacer("-", "", "_", "", ".", "").Replace(name) }

// alike: two words and more than half of the longer name are the same.
func alike(a, b string) bool {
	split := func(r rune) bool { return r == '-' || r == '_' || r == '.' }
	x, y := strings.FieldsFunc(a, split), strings.FieldsFunc(b, split)
	same := 0
	for _, w := range x {
		for _, v := range y {
			if w == v {
				same++
				break
			}
		}
	}
	return same > 1 && 2*same > max(len(x), len(y))
}

var ownRepository = phrase.Compile(`(?i)\b(clone|fork|download|check ?out|get)\b.{0,40}\b(this|the|our|your)\b.{0,30}\b(repo|repository|project|fork|source|code)\b`)

// markClones finds the clones of the repository itself, and the change of
// directory that goes with each.
func (p *planner) markClones() {
	for _, d := range p.docs {
		folder := ""
		for _, c := range d.steps {
			if url, dir, ok := cloned(c.cmd); ok {
				c.clone = otherClone
				text := c.block.Lead + " " + c.block.Sentence.Before
				if p.repo.is(url) || len(c.cmd.Holes) > 0 && !strings.Contains(url, "/") || hole(c, url) && ownRepository.MatchString(text) || p.repo.ofReader(c, url) {
					c.clone = selfClone
					folder = dir
					if folder == "" {
						folder = path.Base(normalURL(url))
					}
				}
				continue
			}
			if dir, ok := changesTo(c.cmd); ok && folder != "" {
				if strings.EqualFold(path.Base(dir), folder) || p.repo.names(dir) || len(c.cmd.Holes) > 0 {
					c.clone = enters
				}
			} else if ok && p.repo.names(dir) && !p.hasDir(dir) {
				c.clone = enters
			}
		}
	}
}

// names reports whether a folder is the checkout's.
func (id identity) names(dir string) bool {
	base := strings.ToLower(strings.TrimSuffix(path.Base(strings.TrimRight(dir, "/")), ".git"))
	if base == id.name || squeeze(base) == squeeze(id.name) {
		return true
	}
	switch strings.Trim(base, "<>[]{}") {
	case "project-name", "project_name", "your-repo", "your_repo", "repo-name", "repo_name", "repository-name", "repo", "repository", "project", "your-project", "project-folder", "project-directory":
		return strings.ContainsAny(base, "<[{") || strings.HasPrefix(base, "your")
	}
	return false
}

// ofReader: owner and name are both left to the reader, who has a copy of this
// repository and of no other.
func (id identity) ofReader(c *candidate, url string) bool {
	n := normalURL(url)
	owner, name := path.Base(path.Dir(n)), path.Base(n)
	return hole(c, owner) && hole(c, name)
}

func hole(c *candidate, url string) bool {
	for _, h := range c.cmd.Holes {
		if strings.Contains(strings.ToLower(url), strings.ToLower(h)) {
			return true
		}
	}
	return false
}

// cloned is the address and the folder of a git clone.
func cloned(cmd shell.Command) (url, dir string, ok bool) {
	for _, call := range cmd.Calls {
		if call.Name == "gh" && call.Arg(0) == "repo" && call.Arg(1) == "clone" {
			return call.Arg(2), call.Arg(3), call.Arg(2) != ""
		}
		if call.Name != "git" {
			continue
		}
		args := call.Args
		for len(args) > 1 && (args[0] == "-c" || args[0] == "-C") {
			args = args[2:]
		}
		if len(args) == 0 || args[0] != "clone" {
			continue
		}
		for i := 1; i < len(args); i++ {
			a := args[i]
			switch {
			case a == "-b" || a == "--branch" || a == "--depth" || a == "-c" || a == "--origin" || a == "-o" || a == "-j":
				i++
			case strings.HasPrefix(a, "-"):
			case url == "":
				url = a
			case dir == "":
				dir = a
			}
		}
		return url, dir, url != ""
	}
	return "", "", false
}

// changesTo is the folder that the shell stands in afterwards.
func changesTo(cmd shell.Command) (string, bool) {
	for i := len(cmd.Calls) - 1; i >= 0; i-- {
		if c := cmd.Calls[i]; c.Name == "cd" || c.Name == "pushd" {
			return c.Arg(0), true
		}
	}
	return "", false
}

// start says where the newcomer must stand for the followed steps to make sense.
func (p *planner) start() verifier.Start {
	start := verifier.StartInside
	for _, c := range p.order {
		if !c.followed() {
			continue
		}
		switch c.clone {
		case selfClone:
			return verifier.StartHome
		case enters:
			start = verifier.StartBeside
		}
	}
	return start
}

// hasDir reports whether the checkout holds a folder of this path.
func (p *planner) hasDir(dir string) bool {
	prefix := path.Clean(dir) + "/"
	for f := range p.files {
		if strings.HasPrefix(f, prefix) {
			return true
		}
	}
	return false
}
