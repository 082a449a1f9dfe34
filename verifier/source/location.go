package source

import (
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
)

// address is a git URL, taken apart.
type address struct {
	raw    string // as git gets it, credentials included
	scheme string // "https", "ssh", "file", …; "scp" for user@host:path
	user   string // without a password
	secret []string
	host   string // with port
	path   string // without leading slash
}

var (
	scpGrammar    = regexp.MustCompile(`^(?:([A-Za-z0-9._+-]+)@)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):(.*)$`)
	helperGrammar = regexp.MustCompile(`^[A-Za-z0-9+.-]+::`) // ext::, fd::, any remote helper
)

// parseAddress takes a location apart; ok is false for what can only be a path.
func parseAddress(s string) (a address, ok bool) {
	if helperGrammar.MatchString(s) {
		return address{raw: s, scheme: s[:strings.Index(s, "::")]}, true
	}
	if strings.Contains(s, "://") {
		return parseURL(s)
	}
	m := scpGrammar.FindStringSubmatch(s)
	// As git reads it: a slash before the colon, or a drive letter, is a path.
	if m == nil || m[1] == "" && len(m[2]) == 1 {
		return address{}, false
	}
	return address{raw: s, scheme: "scp", user: m[1], host: m[2], path: strings.TrimLeft(m[3], "/")}, true
}

func parseURL(s string) (address, bool) {
	scheme, rest, _ := strings.Cut(s, "://")
	a := address{raw: s, scheme: strings.ToLower(scheme)}
	switch a.scheme {
	case "git+ssh", "ssh+git":
		a.scheme = "ssh"
	}
	// Not by net/url: git takes what that refuses, and a password must be
	// found in what does not parse too.
	authority, p, _ := strings.Cut(rest, "/")
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		user, password, has := strings.Cut(authority[:at], ":")
		authority = authority[at+1:]
		a.user = user
		if has {
			a.secret = append(a.secret, password)
		}
		if a.scheme != "ssh" {
			a.secret, a.user = append(a.secret, user), "" // often a token itself
		}
	}
	p, query, _ := strings.Cut(p, "?")
	p, fragment, _ := strings.Cut(p, "#")
	a.secret = append(a.secret, query, fragment)
	a.host, a.path = authority, strings.TrimLeft(p, "/")
	return a, true
}

// String is the address for people and reports: no password, token or query.
func (a address) String() string {
	user := ""
	if a.user != "" {
		user = a.user + "@"
	}
	switch a.scheme {
	case "scp":
		return user + a.host + ":" + a.path
	case "https", "http", "ssh", "git", "file":
		return a.scheme + "://" + user + a.host + "/" + a.path
	}
	return a.raw
}

// redact removes from a message what String leaves out.
func (a address) redact(s string) string {
	for _, secret := range a.secret {
		for _, form := range []string{secret, unescaped(secret)} {
			if len(form) > 2 {
				s = strings.ReplaceAll(s, form, "***")
			}
		}
	}
	return s
}

func unescaped(s string) string {
	if u, err := url.PathUnescape(s); err == nil {
		return u
	}
	return s
}

// name is the folder that a clone makes, made safe.
func (a address) name() string {
	return folderName(a.path)
}

// folderName is the last element of a path as git names a clone after it, in
// letters that are safe in every shell: [A-Za-z0-9._-], never "." or "..",
// never a leading dash.
func folderName(p string) string {
	p = strings.TrimRight(strings.ReplaceAll(p, `\`, "/"), "/")
	p = strings.TrimRight(strings.TrimSuffix(p, "/.git"), "/")
	base := p[strings.LastIndexAny(p, "/:")+1:]
	if trimmed := strings.TrimSuffix(base, ".git"); trimmed != "" {
		base = trimmed
	}
	base = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '_', r == '-':
			return r
		}
		return '-'
	}, base)
	base = strings.TrimLeft(base, "-")
	if len(base) > 100 {
		base = base[:100]
	}
	if strings.Trim(base, ".") == "" || base == ".git" {
		return "repository"
	}
	return base
}

// spellings are the ways in which documents write this address, so that a
// clone of any of them can be mapped to the checkout. Sorted, no credentials.
func (a address) spellings() []string {
	if a.host == "" || a.path == "" || a.scheme == "file" {
		return nil
	}
	host, bare := a.host, a.host // a port belongs to its own scheme only
	if i := strings.LastIndexByte(host, ':'); i > 0 && !strings.HasSuffix(host, "]") {
		bare = host[:i]
	}
	web := bare
	if a.scheme == "https" || a.scheme == "http" {
		web = host
	}
	p := strings.TrimSuffix(path.Clean(a.path), ".git")
	user := "git"
	if a.user != "" {
		user = a.user
	}
	var out []string
	for _, ending := range []string{"", ".git"} {
		out = append(out,
			"https://"+web+"/"+p+ending,
			"http://"+web+"/"+p+ending,
			"git://"+bare+"/"+p+ending,
			"git@"+bare+":"+p+ending,
			"ssh://git@"+bare+"/"+p+ending,
			user+"@"+bare+":"+p+ending,
			"ssh://"+user+"@"+bare+"/"+p+ending,
		)
		if a.scheme == "ssh" && host != bare {
			out = append(out, "ssh://"+user+"@"+host+"/"+p+ending)
		}
		if !strings.HasPrefix(web, "www.") {
			out = append(out, "https://www."+web+"/"+p+ending)
		} else {
			out = append(out, "https://"+strings.TrimPrefix(web, "www.")+"/"+p+ending)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// webLike guesses that a person left out "https://".
func webLike(s string) bool {
	host, rest, ok := strings.Cut(s, "/")
	return ok && rest != "" && strings.Contains(host, ".") && !strings.HasPrefix(host, ".") && !strings.HasSuffix(host, ".")
}
