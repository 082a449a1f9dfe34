package plan

import (
	"slices"
	"testing"
)

// A folder without git and without an address is called what its own clone
// line calls it, and nothing is guessed where names contradict.
func TestLearnIdentity(t *testing.T) {
	clone := func(url string) string {
		return "# Moss\n\n```sh\ngit clone " + url + "\ncd x\n```\n"
	}
	own := "https://git.example.org/team/moss.git"
	for _, tt := range []struct {
		name, folder, source string
		urls                 []string
		want                 string
		wantURLs             []string
	}{
		{"an address is known", "moss-main", clone(own), []string{"https://other.example.org/a/b"}, "moss-main", []string{"https://other.example.org/a/b"}},
		{"an unpacked archive", "moss-main", clone(own), nil, "moss", []string{own}},
		{"an unpacked release", "moss-v2.1.0", clone(own), nil, "moss", []string{own}},
		{"called like the title", "handed-over", clone(own), nil, "moss", []string{own}},
		{"with options and quotes", "moss", clone(`--depth 1 "` + own + `"`), nil, "moss", []string{own}},
		{"something else is cloned", "handed-over", clone("https://git.example.org/team/peat.git"), nil, "handed-over", nil},
		{"the folder's name says nothing", "docs", clone("https://git.example.org/team/peat.git"), nil, "peat", []string{"https://git.example.org/team/peat.git"}},
		{"two clones of others", "docs", clone("https://git.example.org/team/peat.git") + clone("https://git.example.org/team/turf.git"), nil, "moss", nil},
		{"a placeholder", "docs", clone("https://git.example.org/<you>/moss.git"), nil, "moss", nil},
		{"the badges tell", "docs", "![](https://github.com/team/peat/actions/badge.svg) ![](https://img.example.org/github.com/team/peat)\n" +
			clone("https://git.example.org/other/turf.git"), nil, "peat", []string{"https://github.com/team/peat"}},
		{"the title is a plain word too", "docs", "# Documentation\n", nil, "documentation", nil},
		{"nothing to learn from", "docs", "make\n", nil, "docs", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := learnIdentity(Input{Repository: tt.folder, URLs: tt.urls, Documents: []Document{{Path: "README.md", Source: []byte(tt.source)}}})
			if got.Repository != tt.want || !slices.Equal(got.URLs, tt.wantURLs) {
				t.Errorf("%q %q, want %q %q", got.Repository, got.URLs, tt.want, tt.wantURLs)
			}
		})
	}
}
