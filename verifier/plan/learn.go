package plan

import (
	"path"
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
// the README's title is its own. Where the folder's name says nothing, the only
// clone is, and else the title is the name.
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
	urls := map[string]bool{}
	first := ""
	for _, m := range cloneLine.FindAllStringSubmatch(source, 20) {
		url := strings.TrimRight(m[1], ".,")
		if strings.ContainsAny(url, "<>[]{}$") {
			continue
		}
		if name := squeeze(strings.ToLower(path.Base(normalURL(url)))); name == squeeze(folder) || name == squeeze(title) {
			in.Repository, in.URLs = path.Base(normalURL(url)), []string{url}
			return in
		}
		if first == "" {
			first = url
		}
		urls[normalURL(url)] = true
	}
	switch {
	case !plainWord[folder]:
	case len(urls) == 1:
		in.Repository, in.URLs = path.Base(normalURL(first)), []string{first}
	case title != "" && !plainWord[title]:
		in.Repository = title
	}
	return in
}
