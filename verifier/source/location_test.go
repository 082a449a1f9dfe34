package source

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAddresses(t *testing.T) {
	for _, tt := range []struct{ name, in, shown, folder string }{
		{"https", "https://forge.example/team/tool.git", "https://forge.example/team/tool.git", "tool"},
		{"trailing slashes", "https://forge.example/team/tool//", "https://forge.example/team/tool//", "tool"},
		{"token as user", "https://ghp_abc@forge.example/team/tool", "https://forge.example/team/tool", "tool"},
		{"user and password", "https://ada:pass@forge.example:8443/tool", "https://forge.example:8443/tool", "tool"},
		{"password with an at", "https://ada:p@ss@forge.example/tool", "https://forge.example/tool", "tool"},
		{"token in the query", "https://forge.example/tool.git?token=abc#x", "https://forge.example/tool.git", "tool"},
		{"ssh", "ssh://git@forge.example:2222/team/tool.git", "ssh://git@forge.example:2222/team/tool.git", "tool"},
		{"ssh with a password", "ssh://git:pw@forge.example/tool", "ssh://git@forge.example/tool", "tool"},
		{"git+ssh", "git+ssh://git@forge.example/tool", "ssh://git@forge.example/tool", "tool"},
		{"like scp", "git@forge.example:team/tool.git", "git@forge.example:team/tool.git", "tool"},
		{"like scp without user", "forge.example:tool", "forge.example:tool", "tool"},
		{"like scp with an address", "git@[::1]:tool", "git@[::1]:tool", "tool"},
		{"folder .git at the end", "ssh://forge.example/srv/tool/.git", "ssh://forge.example/srv/tool/.git", "tool"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, ok := parseAddress(tt.in)
			if !ok || a.String() != tt.shown || a.name() != tt.folder {
				t.Errorf("got %q named %q (%v), want %q named %q", a.String(), a.name(), ok, tt.shown, tt.folder)
			}
		})
	}
	for _, path := range []string{"/srv/x", "./a:b", "dir/a:b", `C:\src\tool`, "tool", "", "../x"} {
		if a, ok := parseAddress(path); ok {
			t.Errorf("%q is a path, got %+v", path, a)
		}
	}
}

func TestFolderNames(t *testing.T) {
	for in, want := range map[string]string{
		"":                       "repository",
		"/":                      "repository",
		"..":                     "repository",
		"a/..":                   "repository",
		".git":                   "repository",
		"team/.git":              "team",
		"team/.github":           ".github",
		"team/tool.git":          "tool",
		"team/--flag":            "flag",
		"team/a b;rm -rf":        "a-b-rm--rf",
		"team/größe":             "gr--e",
		`C:\src\tool`:            "tool",
		strings.Repeat("x", 300): strings.Repeat("x", 100),
	} {
		if got := folderName(in); got != want {
			t.Errorf("folderName(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSpellings(t *testing.T) {
	a, _ := parseAddress("ssh://deploy@forge.example:2222/team/tool.git")
	want := []string{
		"deploy@forge.example:team/tool", "deploy@forge.example:team/tool.git",
		"git://forge.example/team/tool", "git://forge.example/team/tool.git",
		"git@forge.example:team/tool", "git@forge.example:team/tool.git",
		"http://forge.example/team/tool", "http://forge.example/team/tool.git",
		"https://forge.example/team/tool", "https://forge.example/team/tool.git",
		"https://www.forge.example/team/tool", "https://www.forge.example/team/tool.git",
		"ssh://deploy@forge.example/team/tool", "ssh://deploy@forge.example/team/tool.git",
		"ssh://deploy@forge.example:2222/team/tool.git", "ssh://deploy@forge.example:2222/team/tool",
		"ssh://git@forge.example/team/tool", "ssh://git@forge.example/team/tool.git",
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, a.spellings()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, in := range []string{"https://forge.example/team/tool", "git@forge.example:team/tool.git", "https://www.forge.example/team/tool.git/"} {
		a, _ := parseAddress(in)
		for _, one := range []string{"https://forge.example/team/tool", "https://forge.example/team/tool.git"} {
			if !slices.Contains(a.spellings(), one) {
				t.Errorf("%s lacks %s: %q", in, one, a.spellings())
			}
		}
	}
	if got := (address{scheme: "file", path: "x"}).spellings(); got != nil {
		t.Errorf("a file URL has no spellings, got %q", got)
	}
}

func FuzzAddress(f *testing.F) {
	for _, s := range []string{"https://u:p@h/x.git", "git@h:x", "ssh://h:22/x", "a::b", "x", "https://@/", "//", "https://[::1]/..", "h:../../.git"} {
		f.Add(s)
	}
	safe := regexp.MustCompile(`^[A-Za-z0-9._][A-Za-z0-9._-]{0,99}$`)
	f.Fuzz(func(t *testing.T, s string) {
		name := folderName(s)
		if !safe.MatchString(name) || name == "." || name == ".." || name == ".git" {
			t.Errorf("folderName(%q) = %q", s, name)
		}
		a, ok := parseAddress(s)
		if !ok {
			return
		}
		if name := a.name(); !safe.MatchString(name) || strings.Trim(name, ".") == "" {
			t.Errorf("%q is named %q", s, name)
		}
		again, ok := parseAddress(a.String())
		if ok && a.scheme != "scp" && again.String() != a.String() {
			t.Errorf("%q shown as %q, which is read as %q", s, a.String(), again.String())
		}
		if len(again.secret) > 0 && strings.Join(again.secret, "") != "" && (a.scheme == "https" || a.scheme == "http") {
			t.Errorf("%q shown as %q, which holds %q", s, a.String(), again.secret)
		}
		if spelled := a.spellings(); !slices.IsSorted(spelled) {
			t.Errorf("not sorted: %q", spelled)
		}
	})
}

// Foreign addresses end up on screens: what moves a cursor there, or reads as
// an option, is no address.
func TestSober(t *testing.T) {
	for address, want := range map[string]bool{
		"https://git.example.org/a/b": true, "https://git.example.org/ä": true, "https://git.example.org/\u00a0": true,
		"--upload-pack=x": false, "a b": false, "a\x1b[2J": false, "a\x7f": false, "a\u0080": false, "a\u009b2J": false,
	} {
		if got := sober(address); got != want {
			t.Errorf("sober(%q) = %t", address, got)
		}
	}
}
