package main

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"
)

// products are what READMEs and environments name, by the project's names, and
// as os-release or common use has them where that differs.
var products = []struct{ theirs, ours string }{
	{"debian", ""}, {"ubuntu", ""}, {"fedora", ""}, {"rhel", ""}, {"rocky-linux", "rocky"}, {"almalinux", ""}, {"centos", ""},
	{"amazon-linux", "amzn"}, {"alpine-linux", "alpine"}, {"opensuse", "opensuse-leap"}, {"sles", ""},
	{"python", ""}, {"nodejs", ""}, {"ruby", ""}, {"php", ""}, {"go", ""}, {"rust", ""}, {"eclipse-temurin", "openjdk"}, {"dotnet", ""}, {"perl", ""},
	{"postgresql", ""}, {"mysql", ""}, {"mariadb", ""}, {"redis", ""}, {"mongodb", ""}, {"elasticsearch", ""}, {"nginx", ""}, {"tomcat", ""},
	{"django", ""}, {"rails", ""}, {"laravel", ""}, {"symfony", ""}, {"angular", ""}, {"openssl", ""},
}

// cycle is a release in the front matter of a product's page. An end is a day,
// or true or false where none is known.
type cycle struct {
	Release string    `yaml:"releaseCycle"`
	End     yaml.Node `yaml:"eol"`
	Longest yaml.Node `yaml:"eoes"`
}

// longest are the products whose longer support costs nothing.
var longest = []string{"debian"}

// endsOfSupport makes lines of releases whose last day is known.
func endsOfSupport(repo repository) ([]string, [][]string, error) {
	var rows [][]string
	for _, p := range products {
		file := "products/" + p.theirs + ".md"
		data, err := repo.show(file)
		if err != nil {
			continue // a product that the snapshot has under another name, or not
		}
		_, rest, ok := bytes.Cut(data, []byte("---\n"))
		front, _, closed := bytes.Cut(rest, []byte("\n---"))
		if !ok || !closed {
			return nil, nil, fmt.Errorf("%s: no front matter", file)
		}
		var page struct{ Releases []cycle }
		if err := yaml.Unmarshal(front, &page); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", file, err)
		}
		name := p.ours
		if name == "" {
			name = p.theirs
		}
		for _, c := range page.Releases {
			until, more := lastDay(c.End), none
			if slices.Contains(longest, p.theirs) {
				more = lastDay(c.Longest)
			}
			if until != none && goodName.MatchString(c.Release) {
				rows = append(rows, []string{name, c.Release, until, more})
			}
		}
	}
	return []string{"product", "release", "until", "longest"}, rows, nil
}

func lastDay(node yaml.Node) string {
	if _, err := time.Parse(time.DateOnly, node.Value); err != nil {
		return none
	}
	return node.Value
}
