package main

import (
	"bufio"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"strings"
)

// profile is what the tests reached: stretches by file, as "package/file.go".
type profile map[string][]stretch

// stretch is from a line and column to another, the last one excluded.
type stretch struct{ fromLine, fromCol, toLine, toCol int }

// readProfile reads what go test -coverprofile writes. Each test binary writes
// all stretches; one that any of them reached is reached.
func readProfile(r io.Reader) (profile, error) {
	p := profile{}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		text := lines.Text()
		if n == 1 && strings.HasPrefix(text, "mode:") {
			continue
		}
		colon := strings.LastIndexByte(text, ':')
		var s stretch
		var statements, hits int
		if colon < 0 {
			return nil, fmt.Errorf("line %d is no line of a coverage profile: %q", n, text)
		}
		if _, err := fmt.Sscanf(text[colon+1:], "%d.%d,%d.%d %d %d", &s.fromLine, &s.fromCol, &s.toLine, &s.toCol, &statements, &hits); err != nil {
			return nil, fmt.Errorf("line %d is no line of a coverage profile: %q", n, text)
		}
		if hits > 0 {
			p[text[:colon]] = append(p[text[:colon]], s)
		}
	}
	return p, lines.Err()
}

// has reports whether the tests came by a mutant's place.
func (p profile) has(m mutant) bool {
	for _, s := range p[path.Join(m.pkg.ImportPath, filepath.Base(m.file))] {
		after := m.line > s.fromLine || m.line == s.fromLine && m.col >= s.fromCol
		before := m.line < s.toLine || m.line == s.toLine && m.col < s.toCol
		if after && before {
			return true
		}
	}
	return false
}
