package source

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// extensions of documents, the one that is preferred first.
var extensions = []string{".md", ".markdown", ".mdown", ".mkd", ".rst", ".adoc", ".asciidoc", ".asc", ".org", ".txt", ""}

// languages that READMEs are translated into, as they are tagged.
var languages = func() map[string]bool {
	set := map[string]bool{}
	for _, code := range strings.Fields("ar az be bg bn ca cn cs cz da de el en eo es et eu fa fi fr gl gr he hi hr hu hy id it ja jp ka kk ko kr lt lv " +
		"mk ml mn mr ms my ne nl no pa pl pt ptbr ro ru se si sk sl sq sr sv sw ta te tg th tl tr tw ua uk ur uz vi vn zh zhcn zhtw chs cht " +
		"chinese english french german japanese korean portuguese russian spanish italian turkish arabic persian cjk") {
		set[code] = true
	}
	return set
}()

var languageTag = regexp.MustCompile(`^(.+?)[._-]([a-z]{2,10})(?:[_-](?:[a-z]{2}|hans|hant|latn|cyrl))?$`)

// split takes a file name apart, in small letters: stem without a language
// tag, and the tag. ok is false if its extension is no document's.
func split(base string) (stem, language string, ok bool) {
	base = strings.ToLower(base)
	ext := path.Ext(base)
	if !slices.Contains(extensions, ext) {
		// "README.de" and "README.zh-CN" have a tag and no extension.
		stem, language = untag(base)
		return stem, language, language != ""
	}
	stem, language = untag(strings.TrimSuffix(base, ext))
	return stem, language, true
}

func untag(stem string) (string, string) {
	m := languageTag.FindStringSubmatch(stem)
	if m == nil || !languages[m[2]] {
		return stem, ""
	}
	return m[1], m[2]
}

// readme finds the README that a host would show: at the top, else under docs
// or .github, in the preferred markup; a translated one only if there is no
// other, English before all.
func (c *Checkout) readme() string {
	best, bestRank := "", -1
	for _, name := range c.tree.names {
		folder := slices.Index([]string{".", "docs", "doc", ".github"}, strings.ToLower(path.Dir(name)))
		stem, language, ok := split(path.Base(name))
		if folder < 0 || !ok || !slices.Contains([]string{"readme", "read_me", "read-me"}, stem) {
			continue
		}
		foreign := 0
		switch language {
		case "":
		case "en", "english":
			foreign = 1
		default:
			foreign = 2
		}
		exact := 1
		if strings.HasPrefix(path.Base(name), "README") {
			exact = 0
		}
		markup := max(slices.Index(extensions, strings.ToLower(path.Ext(name))), 0)
		rank := foreign<<16 | folder<<12 | markup<<4 | exact
		if best == "" || rank < bestRank {
			best, bestRank = name, rank
		}
	}
	return best
}

// Stems of install documents, as in INSTALL, install-linux, getting_started.
var (
	installStem = regexp.MustCompile(`^(install(ation|ing)?|setup|set-up|quick-?start|getting-?started|how-?to-?install|build(ing)?|compil(e|ing))(-.*)?$`)
	workStem    = regexp.MustCompile(`^(contributing|hacking|develop(ment|ing|er)?(-guide|-setup)?|dev-?setup)$`)
)

// numbered is how documents are kept in order: "020_installation.rst".
var numbered = regexp.MustCompile(`^[0-9]{1,4}[._-]+`)

// docDepth says how deep in a folder of documents dir lies, 1 for the folder
// itself. 0 means that it is none, too deep, or a translation.
func docDepth(dir string) int {
	parts := strings.Split(dir, "/")
	if len(parts) > 3 || !slices.Contains([]string{"doc", "docs", "documentation"}, parts[0]) {
		return 0
	}
	for _, part := range parts[1:] {
		_, tag := untag("x-" + part)
		if tag != "" && tag != "en" {
			return 0
		}
	}
	return len(parts)
}

// classify says whether a file may be an install document by its name alone,
// and its place in reading order. The README itself is not classified here.
func classify(name string) (DocumentKind, int) {
	stem, language, ok := split(path.Base(name))
	if !ok || language != "" {
		return "", 0
	}
	stem = strings.NewReplacer("_", "-", " ", "-").Replace(numbered.ReplaceAllString(stem, ""))
	dir := strings.ToLower(path.Dir(name))
	plain := path.Ext(name) == ""
	// docs/installation/index.md is what docs/installation.md is elsewhere.
	if stem == "index" || stem == "readme" {
		stem, dir = path.Base(dir), path.Dir(dir)
		stem = strings.ReplaceAll(numbered.ReplaceAllString(stem, ""), "_", "-")
		if dir == "." || plain {
			return "", 0
		}
	}
	depth := docDepth(dir)
	switch {
	case plain && path.Base(name) != strings.ToUpper(path.Base(name)):
		return "", 0 // "install" and "build" without extension are scripts
	case plain && strings.HasPrefix(stem, "build"):
		return "", 0 // a build tool's file
	case dir == "." && installStem.MatchString(stem):
		return Install, 1
	case depth > 0 && installStem.MatchString(stem):
		return Install, 1 + depth
	case dir == "." && workStem.MatchString(stem):
		return Contributing, 5
	case (depth == 1 || dir == ".github") && workStem.MatchString(stem):
		return Contributing, 6
	}
	return "", 0
}

// manifests describe something that is installed by itself.
var manifests = []string{"package.json", "requirements.txt", "pyproject.toml", "setup.py", "go.mod", "Cargo.toml", "pom.xml", "build.gradle",
	"Gemfile", "composer.json", "mix.exs", "Makefile", "CMakeLists.txt", "Dockerfile"}

// part reports whether a file is the README of a part of the software: of a
// folder at the top with a manifest of its own, such as a front end.
func (c *Checkout) part(name string) bool {
	dir := path.Dir(name)
	stem, language, ok := split(path.Base(name))
	if !ok || language != "" || stem != "readme" || dir == "." || strings.Contains(dir, "/") || strings.HasPrefix(dir, ".") {
		return false
	}
	return slices.ContainsFunc(manifests, func(m string) bool { _, there := c.tree.modes[dir+"/"+m]; return there })
}
