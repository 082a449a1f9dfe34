package source

import (
	"net/url"
	"path"
	"slices"
	"strings"
)

// maxListed bounds the documents of a folder that a link leads to.
const maxListed = 6

// Linked returns the documents that a link of another one leads to, if the
// repository holds them: a path, the page of a host that shows the repository's
// own file, or a page of published documentation whose source lies in the
// repository. A folder leads to its README or index, else to the documents in
// it. Addresses of others, files that are no documents and files that cannot
// be read lead nowhere.
func (c *Checkout) Linked(from, target string) []Document {
	names := c.led(from, target)
	for _, name := range names {
		if doc, ok := c.readable(name); ok {
			return []Document{doc}
		}
	}
	if len(names) == 0 {
		return nil
	}
	var listed []Document
	folder := path.Clean(names[0]) + "/"
	for _, name := range c.tree.names {
		if rest, inside := strings.CutPrefix(name, folder); inside && !strings.Contains(rest, "/") && path.Ext(name) != "" && path.Ext(name) != ".txt" {
			if doc, ok := c.readable(name); ok && len(listed) < maxListed {
				listed = append(listed, doc)
			}
		}
	}
	return listed
}

// readable gives a file that is a document.
func (c *Checkout) readable(name string) (Document, bool) {
	found, ok := c.resolve(name)
	if !ok {
		return Document{}, false
	}
	if _, _, ok := split(path.Base(found)); !ok {
		return Document{}, false
	}
	doc, err := c.document(found, Install)
	return doc, err == nil
}

// led names the files that a link may mean, the likeliest first.
func (c *Checkout) led(from, target string) []string {
	target = strings.TrimPrefix(strings.TrimSpace(target), "file:") // as Org writes it
	u, err := url.Parse(target)
	if err != nil {
		// "INSTALL.{ext}" and the like are no addresses, but names.
		u = &url.URL{Path: target}
	}
	switch {
	case u.Scheme == "http" || u.Scheme == "https":
		if names, ours := c.shown(u); ours {
			return names
		}
		return c.published(u)
	case u.Scheme != "" || u.Host != "" || u.Path == "":
		return nil
	case strings.HasPrefix(u.Path, "/"):
		return c.spelled(strings.TrimPrefix(u.Path, "/"))
	}
	return c.spelled(path.Join(path.Dir(from), u.Path))
}

// spelled completes a name as documents shorten it: without ending, with the
// ending of the published page, with an attribute for the ending, or a folder.
func (c *Checkout) spelled(name string) []string {
	name = path.Clean(name)
	if name == ".." || strings.HasPrefix(name, "../") {
		return nil
	}
	if _, tracked := c.resolve(name); tracked {
		return []string{name}
	}
	stem := strings.TrimSuffix(name, ".html")
	if i := strings.LastIndex(stem, ".{"); i > 0 && strings.HasSuffix(stem, "}") {
		stem = stem[:i]
	}
	names := []string{name}
	for _, ext := range extensions[:len(extensions)-1] {
		names = append(names, stem+ext)
	}
	folder := stem + "/"
	if stem == "." {
		folder = ""
	}
	for _, base := range []string{"README", "Readme", "readme", "index"} {
		for _, ext := range extensions {
			names = append(names, folder+base+ext)
		}
	}
	return names
}

// shown is the file that a page of the repository's own host shows, branch left
// out. ours is false if the address is another repository's.
func (c *Checkout) shown(u *url.URL) (names []string, ours bool) {
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	if u.Host == "raw.githubusercontent.com" && len(parts) > 3 {
		parts = slices.Insert(parts, 2, "raw")
	}
	if len(parts) < 2 || !c.own(parts[0], parts[1]) || !c.hostKnown(u.Host) {
		return nil, false
	}
	rest := parts[2:]
	if len(rest) > 0 && rest[0] == "-" {
		rest = rest[1:]
	}
	if len(rest) < 3 || !slices.Contains([]string{"blob", "tree", "raw", "src", "edit"}, rest[0]) {
		return nil, true // the front page, the wiki, the issues
	}
	// A branch may hold slashes, so that the path begins at one of several places.
	for i := 2; i < len(rest) && i < 6; i++ {
		names = append(names, c.spelled(strings.Join(rest[i:], "/"))...)
	}
	return names, true
}

// own reports whether owner and name are the repository's, or a fork's of it:
// a fork shows the same files. Of an unpacked folder nobody knows whose it is;
// that the file is there must do.
func (c *Checkout) own(owner, name string) bool {
	if c.loose && len(c.urls) == 0 {
		return true
	}
	for _, address := range c.urls {
		parts := strings.FieldsFunc(strings.TrimSuffix(address, ".git"), func(r rune) bool { return r == '/' || r == ':' })
		if len(parts) < 2 {
			continue
		}
		if strings.EqualFold(parts[len(parts)-1], strings.TrimSuffix(name, ".git")) {
			return true
		}
	}
	return strings.EqualFold(strings.TrimSuffix(name, ".git"), c.Repository.Name) && owner != ""
}

// hostKnown: the host of one of the repository's addresses, or one of those on
// which repositories lie.
func (c *Checkout) hostKnown(host string) bool {
	host = strings.TrimPrefix(strings.ToLower(host), "www.")
	for _, address := range c.urls {
		if a, ok := parseAddress(address); ok && strings.EqualFold(a.host, host) && host != "" {
			return true
		}
	}
	return slices.Contains([]string{"github.com", "raw.githubusercontent.com", "gitlab.com", "codeberg.org", "bitbucket.org"}, host)
}

// published finds the source of a page of documentation: a file of the same
// name in the repository, on a site that bears the project's or its owner's
// name. A page called after nothing ("…/en/latest/") leads nowhere.
func (c *Checkout) published(u *url.URL) []string {
	parts := strings.FieldsFunc(strings.TrimSuffix(u.Path, ".html"), func(r rune) bool { return r == '/' })
	if n := len(parts); n > 0 && (parts[n-1] == "index" || parts[n-1] == "README") {
		parts = parts[:n-1]
	}
	if len(parts) == 0 || !c.bearsName(u) {
		return nil
	}
	last := strings.ToLower(parts[len(parts)-1])
	type place struct {
		name  string
		agree int
	}
	var found []place
	for _, name := range c.tree.names {
		stem, language, ok := split(path.Base(name))
		if !ok || language != "" && language != "en" || path.Dir(name) == "." {
			continue
		}
		dir := path.Dir(name)
		if stem == "index" || stem == "readme" {
			stem, dir = strings.ToLower(path.Base(dir)), path.Dir(dir)
		}
		if stem != last || translated(dir) {
			continue
		}
		found = append(found, place{name, agreement(strings.Split(dir, "/"), parts[:len(parts)-1])})
	}
	slices.SortStableFunc(found, func(a, b place) int { return b.agree - a.agree })
	var names []string
	for _, f := range found[:min(len(found), 3)] {
		names = append(names, f.name)
	}
	return names
}

// bearsName: the site's host, or the first part of its path, holds the name of
// the project or of its owner.
func (c *Checkout) bearsName(u *url.URL) bool {
	squeeze := func(s string) string {
		return strings.NewReplacer("-", "", "_", "", ".", "").Replace(strings.ToLower(s))
	}
	site := squeeze(u.Host)
	if first, _, _ := strings.Cut(strings.Trim(u.Path, "/"), "/"); first != "" {
		site += " " + squeeze(first)
	}
	for _, address := range append([]string{c.Repository.Name}, c.urls...) {
		parts := strings.FieldsFunc(strings.TrimSuffix(address, ".git"), func(r rune) bool { return r == '/' || r == ':' })
		for _, part := range parts[max(0, len(parts)-2):] {
			if name := squeeze(part); len(name) > 3 && strings.Contains(site, name) {
				return true
			}
		}
	}
	return false
}

// translated: a folder of a document in another language than English.
func translated(dir string) bool {
	for _, part := range strings.Split(strings.ToLower(dir), "/") {
		if _, tag := untag("x-" + part); tag != "" && tag != "en" {
			return true
		}
	}
	return false
}

// agreement counts the folders that the end of both paths share.
func agreement(a, b []string) int {
	n := 0
	for n < len(a) && n < len(b) && strings.EqualFold(a[len(a)-1-n], b[len(b)-1-n]) {
		n++
	}
	return n
}
