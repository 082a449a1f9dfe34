package mutant

import (
	"math/rand/v2"
	"strings"
)

// otherInterpreters are names by which other systems know the same program.
var otherInterpreters = map[string][]string{
	"python":  {"python2"},
	"python3": {"python", "python2"},
	"pip":     {"pip2"},
	"pip3":    {"pip2"},
	"node":    {"nodejs"},
	"bash":    {"zsh"},
	"make":    {"gmake"},
}

// oldNames are names that packages of Debian had in earlier releases, or have in
// another family; what is there today is found out by trying.
var oldNames = map[string][]string{
	"gcc":                 {"gcc-8"},
	"nodejs":              {"nodejs-legacy"},
	"golang-go":           {"golang"},
	"pkg-config":          {"pkgconfig"},
	"sqlite3":             {"sqlite"},
	"libsqlite3-dev":      {"sqlite-devel"},
	"zlib1g-dev":          {"zlib-devel"},
	"libreadline-dev":     {"libreadline6-dev"},
	"libexpat1-dev":       {"expat-devel"},
	"libjansson-dev":      {"jansson-devel"},
	"libncurses-dev":      {"libncurses5-dev"},
	"libssl-dev":          {"libssl1.0-dev"},
	"libpcre2-dev":        {"libpcre3-dev"},
	"cmake":               {"cmake3"},
	"bsdextrautils":       {"bsdmainutils"},
	"libc6-dev":           {"glibc-devel"},
	"tidy":                {"tidy-html5"},
	"python3-venv":        {"python-virtualenv"},
	"build-essential":     {"base-devel"},
	"libjpeg-dev":         {"libjpeg8-dev"},
	"libcurl4-gnutls-dev": {"libcurl3-gnutls-dev"},
}

// otherNames gives names that a package does not bear here, most likely: one
// that it had elsewhere, and one near its own.
func otherNames(name string, r *rand.Rand) []string {
	all := append([]string(nil), oldNames[name]...)
	if rest, ok := strings.CutPrefix(name, "python3-"); ok && len(all) == 0 {
		all = append(all, "python-"+rest)
	}
	return append(all, near(name, r))
}

// near is a name as somebody has it in mind who does not look it up.
func near(name string, r *rand.Rand) string {
	var all []string
	if rest, ok := strings.CutPrefix(name, "lib"); ok {
		all = append(all, rest)
	} else if strings.HasSuffix(name, "-dev") {
		all = append(all, "lib"+name)
	}
	if rest, ok := strings.CutSuffix(name, "-dev"); ok && strings.HasPrefix(name, "lib") {
		all = append(all, rest+"-devel")
	}
	if strings.Contains(name, "-") {
		all = append(all, strings.Replace(name, "-", "", 1), strings.Replace(name, "-", "_", 1))
	}
	all = append(all, typo(name, r))
	return all[r.IntN(len(all))]
}

// typo leaves out, doubles, or changes the place of, one letter behind the first.
func typo(name string, r *rand.Rand) string {
	letters := []byte(name)
	for range 100 {
		at := 1 + r.IntN(max(1, len(letters)-1))
		var wrong string
		switch r.IntN(3) {
		case 0:
			wrong = name[:at] + name[min(at+1, len(name)):]
		case 1:
			wrong = name[:at] + name[at-1:at] + name[at:]
		default:
			if at+1 < len(letters) {
				wrong = name[:at] + name[at+1:at+2] + name[at:at+1] + name[at+2:]
			}
		}
		if wrong != "" && wrong != name && !strings.HasSuffix(wrong, "-") {
			return wrong
		}
	}
	return name + name[len(name)-1:]
}

// plural is the folder's name in its other number, as it is easily mixed up.
func plural(folder string) string {
	if rest, ok := strings.CutSuffix(folder, "s"); ok {
		return rest
	}
	return folder + "s"
}

// nextExt is an extension that is taken for another.
func nextExt(ext string) string {
	others := map[string]string{".csv": ".tsv", ".json": ".yml", ".yaml": ".yml", ".txt": ".md", ".xml": ".json", ".md": ".txt", ".py": ".sh", ".sh": ".py", ".js": ".mjs"}
	if other := others[ext]; other != "" {
		return other
	}
	return ext + "x"
}
