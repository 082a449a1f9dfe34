package plan

import (
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
)

// managers are package managers that one platform has.
var managers = map[string]verifier.Platform{
	"apt": verifier.PlatformDebian, "apt-get": verifier.PlatformDebian, "aptitude": verifier.PlatformDebian, "dpkg": verifier.PlatformDebian,
	"add-apt-repository": verifier.PlatformDebian, "apt-add-repository": verifier.PlatformDebian, "apt-key": verifier.PlatformDebian,
	"dnf": verifier.PlatformFedora, "yum": verifier.PlatformFedora, "rpm": verifier.PlatformFedora, "rpm-ostree": verifier.PlatformFedora,
	"pacman": verifier.PlatformArch, "yay": verifier.PlatformArch, "paru": verifier.PlatformArch,
	"apk": verifier.PlatformAlpine, "zypper": verifier.PlatformSuse,
	"brew": verifier.PlatformMacOS, "port": verifier.PlatformMacOS, "xcode-select": verifier.PlatformMacOS, "launchctl": verifier.PlatformMacOS,
	"xcodebuild": verifier.PlatformMacOS, "pod": verifier.PlatformMacOS,
	"choco": verifier.PlatformWindows, "winget": verifier.PlatformWindows, "scoop": verifier.PlatformWindows, "setx": verifier.PlatformWindows,
	"pkg": verifier.PlatformOther, "pkg_add": verifier.PlatformOther, "pkgin": verifier.PlatformOther, "emerge": verifier.PlatformOther,
	"eopkg": verifier.PlatformOther, "xbps-install": verifier.PlatformOther, "swupd": verifier.PlatformOther, "nix-env": verifier.PlatformAny,
}

// spoken are the names of platforms in running text.
var spoken = []struct {
	platform verifier.Platform
	match    *phrase.Expr
}{
	{verifier.PlatformMacOS, phrase.Compile(`(?i)\b(mac ?os( ?x)?|os ?x|macs?|macbook|homebrew|darwin|m1|apple silicon)\b`)},
	{verifier.PlatformWindows, phrase.Compile(`(?i)\b(windows|win(10|11|32|64)|powershell|cmd\.exe|git bash|mingw\w*|msys2?|cygwin|chocolatey|scoop|winget|visual studio)\b`)},
	{verifier.PlatformDebian, phrase.Compile(`(?i)\b(debian|ubuntu|linux mint|mint|raspbian|raspberry ?pi( os)?|apt(-get)?|pop!?_os|kali)\b`)},
	{verifier.PlatformFedora, phrase.Compile(`(?i)\b(fedora|centos|rhel|red ?hat|rocky( ?linux)?|alma( ?linux)?|dnf|yum|epel)\b`)},
	{verifier.PlatformArch, phrase.Compile(`(?i)\b(arch( ?linux)?|manjaro|pacman|aur)\b`)},
	{verifier.PlatformAlpine, phrase.Compile(`(?i)\balpine\b`)},
	{verifier.PlatformSuse, phrase.Compile(`(?i)\b(open)?suse\b`)},
	{verifier.PlatformOther, phrase.Compile(`(?i)\b(gentoo|freebsd|openbsd|netbsd|nixos|solus|void linux|solaris|haiku|termux|android)\b`)},
	{verifier.PlatformLinux, phrase.Compile(`(?i)\b(linux|gnu/linux|unix|wsl2?|\*nix|posix)\b`)},
}

// spokenOf is any name of them. Most texts have none, and are asked often.
var spokenOf = func() *phrase.Expr {
	var all []string
	for _, s := range spoken {
		all = append(all, s.match.String())
	}
	return phrase.Compile(strings.Join(all, "|"))
}()

var (
	notFor    = phrase.Compile(`(?i)\b(doesn'?t|does not|don'?t|do not|not|isn'?t|except|unlike|without|especially|particularly|including|even)\b[^.]*$`)
	forWhom   = phrase.Compile(`(?i)(\b(on|for|in|under|using|with|via|from|if you('re| are)?( on| use| using| have| run| running)?( an?| the)?|users?( of| on)?)\s*\W*$)|(^\W*(an?|the|and|or|/)?\W*$)|(\b(and|or|,|/|&)\s*\W*$)`)
	afterward = phrase.Compile(`^\W*(\d[\w.]*\W*)?(users?|only|machines?|systems?|:|$|\(|\)|and|or|,|/|&|-|with|using|based|11|10)`)
)

// mentioned finds the platforms that a short text is about. strict wants words
// around them that make the text hold for them ("on macOS:"), as a sentence
// needs; a heading or a label does not.
func mentioned(text string, strict bool) []verifier.Platform {
	if !spokenOf.MatchString(text) {
		return nil
	}
	var found []verifier.Platform
	for _, s := range spoken {
		for _, m := range s.match.FindAllStringIndex(text, -1) {
			if notFor.MatchString(text[:m[0]]) {
				continue
			}
			if strict && !(forWhom.MatchString(text[:m[0]]) && (afterward.MatchString(text[m[1]:]) || forWhom.MatchString(text[:m[0]]))) {
				continue
			}
			found = append(found, s.platform)
			break
		}
	}
	return found
}

// settle makes one platform of those that a text names: a text that names
// several systems is for all of them.
func settle(found []verifier.Platform) verifier.Platform {
	linux, others := verifier.Platform(""), 0
	for _, f := range found {
		switch f {
		case verifier.PlatformMacOS, verifier.PlatformWindows, verifier.PlatformOther:
			others++
		default:
			if linux == "" || f == verifier.PlatformDebian {
				linux = f
			}
		}
	}
	switch {
	case linux != "" && others > 0:
		return verifier.PlatformAny
	case linux != "":
		return linux
	case others == 1:
		return found[0]
	case others > 1:
		return verifier.PlatformOther
	}
	return ""
}

// platformOf finds for which system a command is: by its package manager, its
// dialect, the comment that it stands under, what leads to it, and the headings.
func (p *planner) platformOf(c *candidate) verifier.Platform {
	for _, call := range c.cmd.Calls {
		if m, ok := managers[call.Name]; ok && m != verifier.PlatformAny {
			if m == verifier.PlatformMacOS && linuxToo(c, call.Name) {
				return verifier.PlatformAny
			}
			return m
		}
	}
	if c.cmd.Dialect != "sh" && !neutral(c) {
		return verifier.PlatformWindows
	}
	if strings.Contains(c.cmd.Text, "/Scripts/activate") || c.call().Name == "py" {
		return verifier.PlatformWindows // where Python puts it there
	}
	if strings.HasSuffix(c.call().Name, ".bat") || strings.HasSuffix(c.call().Name, ".ps1") || strings.HasSuffix(c.call().Name, ".exe") || strings.Contains(c.call().Name, `\`) {
		return verifier.PlatformWindows
	}
	places := []struct {
		text   string
		strict bool
	}{
		{aside(c.cmd.Remark), false}, {strings.Join(c.cmd.Comments, " "), true}, {c.cmd.Under, true}, {c.block.Tab, false},
	}
	if c.inline() {
		places = append(places, struct {
			text   string
			strict bool
		}{c.block.Sentence.Before, true})
	} else {
		places = append(places, struct {
			text   string
			strict bool
		}{forOthers.ReplaceAllString(lastSentence(c.block.Lead), ""), true}, struct {
			text   string
			strict bool
		}{c.block.Label, true})
	}
	for _, pl := range places {
		if neutral(c) && exampleOf.MatchString(pl.text) {
			continue // "e.g. in a terminal of macOS" says where, not for whom
		}
		if got := settle(mentioned(pl.text, pl.strict)); got != "" {
			return got
		}
	}
	if n := len(c.block.List); n > 1 {
		// What a list is for stands in the item that it belongs to.
		if text := c.block.List[n-2].Text; len(text) < 160 {
			if got := settle(mentioned(text, true)); got != "" {
				return got
			}
		}
	}
	if n := len(c.block.List); n > 0 && !c.inline() {
		if text := c.block.List[n-1].Text; len(text) < 60 {
			if got := settle(mentioned(text, true)); got != "" {
				return got
			}
		}
	}
	for i := len(c.block.Headings) - 1; i >= 0; i-- {
		if i == 0 && len(c.block.Headings) > 1 {
			break
		}
		if got := settle(mentioned(c.block.Headings[i], false)); got != "" {
			return got
		}
	}
	return verifier.PlatformAny
}

// forOthers: "(use that program if you are on macOS)" tells some readers what
// they have instead; the sentence around it is for all.
var forOthers = phrase.Compile(`(?i)\((use|try|see|on|in|with|for|if|or)\b[^()]*\b(if|when) (you|you're|your|one)\b[^()]*\)`)

var exampleOf = phrase.Compile(`(?i)\be\.g\.|\bfor (example|instance)\b`)

// aside is a remark behind a command if it may tell for whom the command is:
// "(Fedora)". "On Windows: that.bat" tells what others type instead.
func aside(remark string) string {
	if strings.ContainsAny(remark, ":`\\") || len(strings.Fields(remark)) > 4 {
		return ""
	}
	return remark
}

// linuxToo: a port of the manager, told of as one for Linux as well.
func linuxToo(c *candidate, manager string) bool {
	return manager == "brew" && settle(mentioned(lastSentence(c.block.Lead), true)) == verifier.PlatformAny &&
		len(mentioned(lastSentence(c.block.Lead), true)) > 0
}

// neutral: a command in a Windows block that runs the same anywhere.
func neutral(c *candidate) bool {
	switch c.call().Name {
	case "npm", "npx", "yarn", "pnpm", "node", "git", "cd", "python", "pip", "docker", "docker-compose", "cargo", "go", "dotnet", "composer", "php", "mvn", "java", "mkdir":
		return !strings.Contains(c.cmd.Text, `\`) && !strings.Contains(c.cmd.Text, "$env:")
	}
	return false
}

// familyPlatform is the platform that a target's package manager belongs to.
var familyPlatform = map[verifier.Family]verifier.Platform{
	verifier.FamilyDeb: verifier.PlatformDebian, verifier.FamilyRPM: verifier.PlatformFedora, verifier.FamilyApk: verifier.PlatformAlpine,
	verifier.FamilySuse: verifier.PlatformSuse, verifier.FamilyArch: verifier.PlatformArch,
}

// fits reports whether a command for this platform is typed at the target.
func (p *planner) fits(platform verifier.Platform) bool {
	return platform == verifier.PlatformAny || platform == verifier.PlatformLinux || platform == familyPlatform[p.in.Target.Family]
}

var platformNames = map[verifier.Platform]string{
	verifier.PlatformDebian: "Debian and its relatives", verifier.PlatformFedora: "Fedora and its relatives", verifier.PlatformArch: "Arch Linux",
	verifier.PlatformAlpine: "Alpine", verifier.PlatformSuse: "SUSE", verifier.PlatformMacOS: "macOS", verifier.PlatformWindows: "Windows",
	verifier.PlatformOther: "another system", verifier.PlatformLinux: "Linux", verifier.PlatformAny: "any system",
}
