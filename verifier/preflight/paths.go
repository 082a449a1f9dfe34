package preflight

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
	"github.com/freshinstall/freshinstall/verifier/shell"
)

// kind is what a path is read as: how likely it is that somebody tracks it.
type kind int

const (
	// tracked: a script, a list of requirements; nobody but the repository has it.
	tracked kind = iota
	// data: may come from anywhere, so that only a near name in the tree tells.
	data
	// folder: as data, for a change of directory.
	folder
)

// brought are files that a newcomer makes, downloads or is sent.
var brought = phrase.Compile(`(?i)^\.env|^env$|\.env$|\.local\b|local\.|\.(?:key|pem|crt|cer|p12|sql|dump|zip|gz|tgz|bz2|xz|tar|whl|deb|rpm|jar|war|phar|csv|tsv|db|sqlite3?|pkl|h5|ckpt|pt|pth|npz|model|iso|img|appimage|exe|bin)$|credential|secret|token|password|settings|config(?:uration)?\b|^get-|conda\d|anaconda|nodesource|installer|-setup\.php$`)

// local are folders that are made by whoever works in the checkout.
var local = phrase.Compile(`(?i)(?:^|/)(?:data|datasets?|raw|outputs?|results?|build|dist|bin|obj|out|target|models?|logs?|te?mp|downloads?|uploads?|cache|\.?v?env|node_modules|vendor|certs?|keys|release|workspace|projects?)(?:/|$)`)

// invented are names of scripts that a reader of examples writes.
var invented = phrase.Compile(`(?i)^(?:hello|example|script|test|demo|sample|my|your|program|file|foo|bar|main_script)[\w-]*\.\w+$`)

// needs checks a path that the call reads. It reports at most one finding.
func (w *walk) needs(word string, k kind, a shell.Act) {
	p, ok := w.resolve(word)
	if !ok || w.quiet || w.look(p) == present {
		return
	}
	inside, is := w.inside(p)
	if !is {
		w.outside(word, k)
		return
	}
	if w.tree.look(inside) != absent || w.filled(p) || w.ownFolderHas(word) {
		return
	}
	base := path.Base(inside)
	if w.ignored(inside) || k != folder && brought.MatchString(base) && !templateWord.MatchString(base) {
		return
	}
	if w.said(RuleFile, word) || w.fromOtherFolder(word, k) {
		return
	}
	if k == folder && local.MatchString(inside) {
		return
	}
	near := w.tree.nearest(inside, k == folder)
	if k == tracked && near == "" && brief(base) {
		k = data
	}
	if near == "" && (w.step.Role == verifier.RoleUsage || w.step.Role == verifier.RoleRun) && invented.MatchString(base) {
		return
	}
	if near == "" && (k == data || w.wild || w.step.Role == verifier.RoleUsage) || k == folder && near == "" && !w.entered {
		return
	}
	f := fault{rule: RuleFile, object: word, certain: near != "" && path.Dir(near) == path.Dir(inside) || k == tracked && w.step.Role != verifier.RoleRun}
	noun := "file"
	if k == folder {
		f.rule, noun = RuleFolder, "folder"
		f.certain = near != "" && path.Dir(near) == path.Dir(inside)
	}
	f.cause = fmt.Sprintf("%s reads %s, and the repository has no such %s.", a.Name, inside, noun)
	f.plain = fmt.Sprintf("The command needs a %s called %s. It is not part of what one downloads here, and no earlier step makes it.", noun, word)
	if k == folder {
		f.cause = fmt.Sprintf("%s goes into %s, and the repository has no such folder.", a.Name, inside)
		f.plain = fmt.Sprintf("The instructions go into a folder called %s, which is not part of what one downloads here.", word)
	}
	if near != "" {
		f.plain += fmt.Sprintf(" The nearest name is %s: probably that is meant.", near)
		old := word
		if next := a.Arg(0); next != "" && near == inside+"."+next {
			old += " " + next // the dot before the ending became a space
		}
		f.fixes = w.instead(old, asTyped(word, w.typed(near)), near+" is in the repository")
	}
	w.report(f)
}

// brief: a name so plain that it may be a command of the system.
func brief(base string) bool { return path.Ext(base) == "" && !wellKnown[base] }

var wellKnown = map[string]bool{"artisan": true, "gradlew": true, "mvnw": true, "Dockerfile": true, "Makefile": true, "manage": true}

// asTyped keeps a leading "./", without which a program is not found.
func asTyped(old, with string) string {
	if strings.HasPrefix(old, "./") && with != "" && !strings.HasPrefix(with, ".") {
		return "./" + with
	}
	return with
}

// filled: an earlier step put what cannot be known there.
func (w *walk) filled(p string) bool {
	return slices.ContainsFunc(w.below, func(dir string) bool { return p == dir || strings.HasPrefix(p, dir+"/") })
}

// ownFolderHas: a document in a folder of its own may well mean that folder.
func (w *walk) ownFolderHas(word string) bool {
	dir := path.Dir(w.step.Document)
	if dir == "." || w.tree.look(path.Join(dir, word)) == absent {
		return false
	}
	w.at = place{}
	return true
}

// fromOtherFolder: the path is right, but for another folder than the one in
// which the shell stands. The text around may have led the reader there, so
// that it is never certain. It reports whether that is so.
func (w *walk) fromOtherFolder(word string, k kind) bool {
	here, _ := w.here()
	clean := path.Clean(word)
	var dirs []string
	if here != "." && w.tree.look(clean) == present {
		dirs = []string{"."}
	} else if !strings.HasPrefix(clean, "../") {
		for _, p := range w.tree.named(path.Base(clean)) {
			if strings.HasSuffix(p, "/"+clean) && w.tree.is(p, k == folder) {
				dirs = append(dirs, strings.TrimSuffix(p, "/"+clean))
			}
		}
		slices.SortFunc(dirs, shallow)
	}
	if len(dirs) == 0 {
		return false
	}
	if len(dirs) <= 3 && !w.wandered() && !w.wild && !w.toldInPassing() {
		to := w.typed(dirs[0])
		f := fault{rule: RuleElsewhere, object: word,
			cause: fmt.Sprintf("The shell stands in %s, and %s lies in %s.", folderName(here), clean, folderName(dirs[0])),
			plain: fmt.Sprintf("The command needs %s, which is in %s of the repository. No earlier step goes there.", word, folderName(dirs[0])),
			fixes: first(clean+" is there", "cd "+to)}
		if k == folder {
			f.fixes = w.instead(word, w.typed(path.Join(dirs[0], clean)), "the folder is there")
		}
		w.report(f)
	}
	w.at = place{} // where the reader really stands is not known
	return true
}

// toldInPassing: the sentence around the command, which is not seen here, may
// say where it is to be typed.
func (w *walk) toldInPassing() bool { return w.step.Has(verifier.FlagInline) }

func folderName(dir string) string {
	if dir == "." {
		return "the top folder"
	}
	return "the folder " + dir
}

// outside: the shell does not stand in the checkout, and the checkout has what
// is asked for.
func (w *walk) outside(word string, k kind) {
	clean := path.Clean(word)
	if w.tree.look(clean) != present || w.wild || brought.MatchString(path.Base(clean)) {
		return
	}
	w.notEntered(word, k == tracked)
}

// maxSilence is in how many lines after a clone a reader still expects to be
// told of the folder by a command.
const maxSilence = 24

// notEntered reports a step that needs the checkout while the shell stands
// beside it, and goes on as if the reader had gone there.
func (w *walk) notEntered(object string, certain bool) {
	if w.checkout == "" {
		w.beforeClone(object, certain)
		return
	}
	name := path.Base(w.checkout)
	if w.entered || w.at.dir != path.Dir(w.checkout) {
		return
	}
	w.at.dir, w.entered = w.checkout, true
	// Without a clone, a later "cd" may just say again where one is; and the
	// more text lies between, the likelier it says where to go.
	if w.cloned == nil || w.toldInPassing() || w.cloned.document != w.step.Document || w.step.Line-w.cloned.line > maxSilence {
		return
	}
	w.report(fault{rule: RuleNotEntered, object: name,
		cause: fmt.Sprintf("The step needs %s, which lies in %s; no step goes there.", object, name),
		plain: fmt.Sprintf("The repository was downloaded into a folder called %s, and one has to go into it before this step.", name),
		fixes: first("the clone made that folder", "cd "+name)})
}

// beforeClone reports a step that needs the checkout before there is one.
func (w *walk) beforeClone(object string, certain bool) {
	for _, s := range w.next {
		acts, ok := shell.Acts(s.Command)
		if !s.Follow || !ok {
			continue
		}
		c := clonesItself(s, acts)
		if c == nil {
			continue
		}
		f := fault{rule: RuleBeforeClone, object: object, certain: certain && s.Document == w.step.Document && s.Section == w.step.Section && s.Line > w.step.Line,
			cause: fmt.Sprintf("The step needs %s of the repository, which is cloned only in line %d.", object, s.Line),
			plain: fmt.Sprintf("The command needs %s, which comes with the download. The download is described only after this step.", object)}
		if c.folder != "" {
			f.fixes = first("a later step clones the repository", s.Command, "cd "+c.folder)
		}
		w.report(f)
		w.at = place{}
		return
	}
}

// ignored: the repository says that it does not want the path tracked, so
// that everybody has to make it.
func (w *walk) ignored(p string) bool {
	for line := range strings.Lines(w.tree.read(".gitignore")) {
		pattern := strings.Trim(strings.TrimSpace(line), "/")
		if pattern == "" || pattern[0] == '#' || pattern[0] == '!' {
			continue
		}
		for q := p; q != "."; q = path.Dir(q) {
			// A pattern that is none matches nothing.
			if is, _ := path.Match(pattern, q); is {
				return true
			}
			if is, _ := path.Match(pattern, path.Base(q)); is {
				return true
			}
		}
	}
	return false
}
