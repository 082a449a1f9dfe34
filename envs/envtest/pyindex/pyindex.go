// Package pyindex is a package index of Python for tests and benchmarks: a web
// server that pip installs from, with wheels that are made in memory from a few
// lines of text. It is no mirror and holds nothing of anybody's; nothing can be
// uploaded.
//
// The one design decision: it is a plain [http.Handler] of the simple repository
// API (packaging.python.org, "Simple repository API"), so that the pip of the
// machine resolves, downloads, checks and installs as it does in the world.
package pyindex

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"html"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Distribution is one version of one package.
type Distribution struct {
	Name     string
	Version  string
	Requires []string          // requirements as pip takes them, "framelet>=1.0"
	Files    map[string]string // by the path below site-packages
}

// Index serves distributions. It is safe for many requests at once.
type Index struct {
	pages  map[string]string // by normalised name
	wheels map[string][]byte // by file name
}

// New makes the wheels. What cannot be a distribution is an error.
func New(all []Distribution) (*Index, error) {
	index := &Index{pages: map[string]string{}, wheels: map[string][]byte{}}
	for _, d := range all {
		file, wheel, err := d.wheel()
		if err != nil {
			return nil, err
		}
		if index.wheels[file] != nil {
			return nil, fmt.Errorf("%s %s is there twice", d.Name, d.Version)
		}
		index.wheels[file] = wheel
		sum := sha256.Sum256(wheel)
		index.pages[normal(d.Name)] += fmt.Sprintf("<a href=\"../../wheels/%s#sha256=%s\">%s</a><br>\n", file, hex.EncodeToString(sum[:]), html.EscapeString(file))
	}
	return index, nil
}

// ServeHTTP answers /simple/, /simple/NAME/ and /wheels/FILE.
func (i *Index) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	folder, name := path.Split(strings.TrimSuffix(r.URL.Path, "/"))
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		http.Error(w, "nothing can be written here", http.StatusMethodNotAllowed)
	case folder == "/" && name == "simple":
		var text strings.Builder
		for _, name := range i.names() {
			fmt.Fprintf(&text, "<a href=%q>%s</a><br>\n", name+"/", name)
		}
		page(w, text.String())
	case folder == "/simple/" && i.pages[name] != "":
		page(w, i.pages[name])
	case folder == "/wheels/" && i.wheels[name] != nil:
		w.Header().Set("Content-Type", "application/octet-stream")
		_, _ = w.Write(i.wheels[name]) // a client that went away needs nothing more
	default:
		http.NotFound(w, r)
	}
}

func (i *Index) names() []string {
	var names []string
	for name := range i.pages {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func page(w http.ResponseWriter, links string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = fmt.Fprintf(w, "<!DOCTYPE html>\n<html><head><meta name=\"pypi:repository-version\" content=\"1.0\"></head><body>\n%s</body></html>\n", links)
}

var (
	separators = regexp.MustCompile(`[-_.]+`)
	named      = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$`)
	versioned  = regexp.MustCompile(`^[0-9]+(\.[0-9]+)*((a|b|rc)[0-9]+)?$`)
)

// normal is a name as the index is asked for it (PEP 503).
func normal(name string) string { return strings.ToLower(separators.ReplaceAllString(name, "-")) }

// wheel packs a distribution (PEP 427) and gives the file's name with it.
func (d Distribution) wheel() (file string, content []byte, err error) {
	if !named.MatchString(d.Name) || !versioned.MatchString(d.Version) {
		return "", nil, fmt.Errorf("%q %q is no name and version of a distribution", d.Name, d.Version)
	}
	stem := strings.ReplaceAll(normal(d.Name), "-", "_") + "-" + d.Version
	info := stem + ".dist-info/"
	metadata := fmt.Sprintf("Metadata-Version: 2.1\nName: %s\nVersion: %s\n", d.Name, d.Version)
	for _, r := range d.Requires {
		metadata += "Requires-Dist: " + r + "\n"
	}
	files := map[string]string{
		info + "METADATA": metadata,
		info + "WHEEL":    "Wheel-Version: 1.0\nGenerator: pyindex\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
	}
	for name, text := range d.Files {
		files[name] = text
	}
	var names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)

	var packed bytes.Buffer
	archive := zip.NewWriter(&packed)
	record := ""
	put := func(name, text string) {
		sum := sha256.Sum256([]byte(text))
		record += fmt.Sprintf("%s,sha256=%s,%d\n", name, base64.RawURLEncoding.EncodeToString(sum[:]), len(text))
		w, failed := archive.Create(name)
		if failed == nil {
			_, failed = w.Write([]byte(text))
		}
		err = errors.Join(err, failed)
	}
	for _, name := range names {
		put(name, files[name])
	}
	put(info+"RECORD", record+info+"RECORD,,\n")
	if err = errors.Join(err, archive.Close()); err != nil {
		return "", nil, fmt.Errorf("pack %s: %w", stem, err)
	}
	return stem + "-py3-none-any.whl", packed.Bytes(), nil
}
