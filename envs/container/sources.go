package container

import (
	"context"
	_ "embed"
	"net/url"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/envs/gate"
)

// listSources asks a system's package managers where their packages come
// from: addresses and bare names, one a line, with much else between them.
//
//go:embed sources.sh
var listSources string

// sources are the hosts that the system's own package managers are set up
// for. They are read before any document is followed, so that no step can
// declare a registry of its own.
func (f *furnisher) sources(ctx context.Context) (gate.Hosts, error) {
	text, err := f.run(ctx, listSources)
	return sourceHosts(text), err
}

// catalogued reports whether a base is one of the catalogue, or is made from
// the archive. Any other may come from the repository that is verified, and
// would name hosts of its author's choice, also in private networks: there only
// what is declared under registries: counts.
func catalogued(b envs.Base) bool {
	if b.Dockerfile != "" || b.Rootfs != "" {
		return false
	}
	return b.Image == "" && b.Bootstrap != nil ||
		slices.ContainsFunc(envs.Catalogue(), func(e envs.Entry) bool { return b.Image != "" && b.Image == e.Image })
}

// sourceHosts finds hosts in what [listSources] prints.
func sourceHosts(text string) gate.Hosts {
	var found gate.Hosts
	for _, word := range strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(" \t\r\n,|'\"<>[]()=", c) }) {
		host := word
		if strings.Contains(word, "://") {
			u, err := url.Parse(word)
			if err != nil || u.Scheme != "http" && u.Scheme != "https" {
				continue // files, disks, other protocols: no proxy passes them on
			}
			host = strings.ToLower(u.Host)
		} else if !strings.Contains(word, ".") {
			continue // "direct", "off" and the like
		}
		if envs.CheckRegistry(host) == nil && !strings.HasPrefix(host, ".") {
			found = append(found, host)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}
