package plan

import (
	"path"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier/phrase"
)

var (
	cloneLine = phrase.Compile("git clone (?:-\\S+ (?:\\d+ )?)*[\"']?([^\\s\"'`]+/[^\\s\"'`]+)")
	firstHead = phrase.Compile(`(?m)^#{1,2} +[^\w\n]*([A-Za-z][\w.-]*)|^([A-Za-z][\w.-]*)\n[=]{3,}`)
	snapshot  = phrase.Compile(`(?i)-(?:main|master|develop|dev|v?\d[\w.]*)$`)
)

// learnIdentity names the project where nobody says whose it is: a folder that
// was unpacked, without git and without an address. A clone in the README whose
// repository is called like the folder ("tool-main" is an unpacked tool) or like
// the README's title is its own. Where the folder's name says nothing, it is the
// repository that the README links to most, in its badges and lists of issues,
// else the only one that is cloned, else the title names it.
func learnIdentity(in Input) Input {
	if len(in.URLs) > 0 || len(in.Documents) == 0 {
		return in
	}
	source := string(in.Documents[0].Source[:min(len(in.Documents[0].Source), maxNamed)])
	folder := strings.ToLower(snapshot.ReplaceAllString(in.Repository, ""))
	title := ""
	if m := firstHead.FindStringSubmatch(source); m != nil {
		title = strings.ToLower(m[1] + m[2])
	}
	clones := clonedFrom(source)
	for _, url := range clones {
		if name := squeeze(strings.ToLower(path.Base(normalURL(url)))); name == squeeze(folder) || name == squeeze(title) {
			return in.of(url)
		}
	}
	if !plainWord[folder] {
		return in
	}
	if url := mostLinked(source); url != "" {
		return in.of(url)
	}
	switch {
	case len(clones) == 1:
		return in.of(clones[0])
	case title != "" && !plainWord[title]:
		in.Repository = title
	}
	return in
}

// of is the input of the repository at an address.
func (in Input) of(url string) Input {
	in.Repository, in.URLs = path.Base(normalURL(url)), []string{url}
	return in
}

// clonedFrom are the addresses that a text clones from, each once.
func clonedFrom(source string) []string {
	var urls []string
	for _, m := range cloneLine.FindAllStringSubmatch(source, 20) {
		url := strings.TrimRight(m[1], ".,")
		known := slices.ContainsFunc(urls, func(u string) bool { return normalURL(u) == normalURL(url) })
		if !known && !strings.ContainsAny(url, "<>[]{}$") {
			urls = append(urls, url)
		}
	}
	return urls
}

// mostLinked is the repository that a text links to in two of five links at
// least, and twice, if there is one: its own.
func mostLinked(source string) string {
	count := map[string]int{}
	best, all := "", 0
	for _, m := range hosted.FindAllStringSubmatch(source, 500) {
		url := "https://" + strings.ToLower(m[1]+"/"+m[2]+"/"+strings.TrimSuffix(m[3], ".git"))
		all++
		if count[url]++; count[url] > count[best] {
			best = url
		}
	}
	if n := count[best]; n >= 2 && 5*n >= 2*all {
		return best
	}
	return ""
}

// hosted is the address of a repository, or of something in it.
var hosted = phrase.Compile(`(?i)\b(github\.com|gitlab\.com|codeberg\.org|bitbucket\.org)[/:]([\w-]+)/([\w.-]*\w)`)
