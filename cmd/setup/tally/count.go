package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// event is one line of "go test -json".
type event struct {
	Action, Package, Test, Output string
	ImportPath                    string // of build-output
	FailedBuild                   string
	Elapsed                       float64 // seconds
}

type counts struct{ passed, failed, skipped int }

// leaf is a test as far as it is known.
type leaf struct {
	parent bool
	output strings.Builder
}

// stream is the state between events. Output is kept until its test has
// ended, and shown only when it failed.
type stream struct {
	out    io.Writer
	tests  map[[2]string]*leaf         // by package and test
	rest   map[string]*strings.Builder // output outside of tests, by package
	failed map[string]bool             // packages with a failed test
	counts counts
	each   bool // also those that passed
}

// count reads the whole stream and shows what is worth a look.
func count(in io.Reader, out io.Writer, each bool) (counts, error) {
	s := &stream{out: out, each: each, tests: map[[2]string]*leaf{}, rest: map[string]*strings.Builder{}, failed: map[string]bool{}}
	for decoder := json.NewDecoder(in); ; {
		var e event
		err := decoder.Decode(&e)
		if errors.Is(err, io.EOF) {
			return s.counts, nil
		}
		if err != nil {
			return s.counts, fmt.Errorf("read the stream of go test: %w", err)
		}
		if e.Test == "" {
			s.ofPackage(e)
		} else {
			s.ofTest(e)
		}
	}
}

func (s *stream) ofTest(e event) {
	key := [2]string{e.Package, e.Test}
	if s.tests[key] == nil {
		s.tests[key] = &leaf{}
	}
	test := s.tests[key]
	switch e.Action {
	case "run":
		if i := strings.LastIndexByte(e.Test, '/'); i >= 0 {
			// A name may hold a slash of its own; the nearest known test is
			// the parent then.
			for ; i >= 0; i = strings.LastIndexByte(e.Test[:i], '/') {
				if up := s.tests[[2]string{e.Package, e.Test[:i]}]; up != nil {
					up.parent = true
					break
				}
			}
		}
	case "output":
		if !strings.HasPrefix(e.Output, "=== ") {
			test.output.WriteString(e.Output)
		}
	case "pass":
		if !test.parent {
			s.counts.passed++
			if s.each {
				fmt.Fprintf(s.out, "ok      %s %.1fs\n", e.Test, e.Elapsed)
			}
		}
		delete(s.tests, key)
	case "skip":
		if !test.parent {
			s.counts.skipped++
			fmt.Fprintf(s.out, "skipped %s %s: %s\n", e.Package, e.Test, reason(test.output.String()))
		}
		delete(s.tests, key)
	case "fail":
		s.failed[e.Package] = true
		if !test.parent {
			s.counts.failed++
		}
		fmt.Fprintf(s.out, "FAILED  %s %s\n%s", e.Package, e.Test, test.output.String())
		delete(s.tests, key)
	}
}

func (s *stream) ofPackage(e event) {
	name := e.Package
	if e.Action == "build-output" {
		name = e.ImportPath
	}
	if s.rest[name] == nil {
		s.rest[name] = &strings.Builder{}
	}
	switch e.Action {
	case "output", "build-output":
		s.rest[name].WriteString(e.Output)
	case "pass":
		fmt.Fprintf(s.out, "ok      %s %.1fs\n", e.Package, e.Elapsed)
	case "fail":
		// What had begun and never ended was cut off, by a panic or the clock.
		for key, test := range s.tests {
			if key[0] == e.Package && !test.parent {
				fmt.Fprintf(s.out, "cut off %s %s\n%s", e.Package, key[1], test.output.String())
				delete(s.tests, key)
			}
		}
		if !s.failed[e.Package] {
			s.counts.failed++
			fmt.Fprintf(s.out, "FAILED  %s\n%s", e.Package, s.rest[name].String())
			if built := s.rest[e.FailedBuild]; e.FailedBuild != "" && built != nil {
				fmt.Fprint(s.out, built.String())
			}
		}
	}
}

// reason is why a test was skipped: the last line of its own, since it ends
// with it.
func reason(output string) string {
	why := "no reason given"
	for line := range strings.Lines(output) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "--- ") {
			why = line
		}
	}
	return why
}
