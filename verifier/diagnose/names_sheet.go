package diagnose

import (
	"bufio"
	"bytes"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/verifier/phrase"
)

// A sheet is a bundled table with columns: tab-separated, one heading, and
// before it comments. Comments of the form "# source: …" say where a sheet
// comes from; one without a source was written for this program.
type sheet struct {
	file    string
	source  string    // project it was made from; empty: our own
	licence string    // of the source, by its SPDX identifier
	commit  string    // of the source
	date    time.Time // of what it says; zero where that does not grow old
	heading []string
	rows    [][]string
}

// none in a cell says that nothing is known, or that there is nothing.
const none = "-"

var remark = phrase.Compile(`^# (source|licence|commit|date): (\S.*)$`)

// readSheets reads the sheets of the folder "tables", our own first, then by
// name.
func readSheets(fsys fs.FS) ([]sheet, error) {
	files, err := fs.Glob(fsys, "tables/*.tsv")
	if err != nil {
		return nil, fmt.Errorf("read tables: %w", err)
	}
	var sheets []sheet
	for _, file := range files {
		data, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, err
		}
		s, err := readSheet(file, data)
		if err != nil {
			return nil, err
		}
		sheets = append(sheets, s)
	}
	slices.SortStableFunc(sheets, func(a, b sheet) int { return min(len(a.source), 1) - min(len(b.source), 1) })
	return sheets, nil
}

func readSheet(file string, data []byte) (sheet, error) {
	s := sheet{file: file}
	lines := bufio.NewScanner(bytes.NewReader(data))
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		if m := remark.FindStringSubmatch(line); m != nil {
			switch m[1] {
			case "source":
				s.source = m[2]
			case "licence":
				s.licence = m[2]
			case "commit":
				s.commit = m[2]
			case "date":
				day, err := time.Parse(time.DateOnly, m[2])
				if err != nil {
					return s, fmt.Errorf("%s:%d: %w", file, n, err)
				}
				s.date = day
			}
			continue
		}
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "\t")
		if s.heading == nil {
			s.heading = cells
			continue
		}
		if len(cells) != len(s.heading) || slices.Contains(cells, "") {
			return s, fmt.Errorf("%s:%d: want %d cells, %q for none", file, n, len(s.heading), none)
		}
		s.rows = append(s.rows, cells)
	}
	if err := lines.Err(); err != nil {
		return s, fmt.Errorf("%s: %w", file, err)
	}
	if s.heading == nil {
		return s, fmt.Errorf("%s: there is no heading", file)
	}
	if s.source != "" && (s.licence == "" || s.commit == "" || s.date.IsZero()) {
		return s, fmt.Errorf("%s: a sheet with a source also names its licence, commit and date", file)
	}
	return s, nil
}
