package reports

import (
	"bufio"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/foreign"
)

// JUnit XML has no official specification. This keeps to what the consumers'
// own schemas share (Jenkins' junit-10.xsd, the common format that
// testmoapp/junitxml describes), with file and line as attributes of a case.
//
//   - A suite is an environment, a case is a step.
//   - A failure is a step that fails because of documents or repository. What
//     the documents tell a fix for, and what passed when it was tried again,
//     passes and says so: the program's exit code is 0 there too.
//   - An error is what could not be tested. A suite that did not come out well
//     never looks green: what no step shows gets a case of its own.

type junitRoot struct {
	XMLName xml.Name `xml:"testsuites"`
	Name    string   `xml:"name,attr"`
	junitCounts
	Time   string       `xml:"time,attr"`
	Suites []junitSuite `xml:"testsuite"`
}

type junitCounts struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Errors   int `xml:"errors,attr"`
	Skipped  int `xml:"skipped,attr"`
}

type junitSuite struct {
	Name string `xml:"name,attr"`
	junitCounts
	Time       string          `xml:"time,attr"`
	Timestamp  string          `xml:"timestamp,attr,omitempty"`
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase     `xml:"testcase"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Name    string     `xml:"name,attr"`
	Class   string     `xml:"classname,attr"`
	File    string     `xml:"file,attr,omitempty"`
	Line    int        `xml:"line,attr,omitempty"`
	Time    string     `xml:"time,attr"`
	Skipped *junitText `xml:"skipped"`
	Error   *junitText `xml:"error"`
	Failure *junitText `xml:"failure"`
	Out     *junitBody `xml:"system-out"`
}

type junitText struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	junitBody
}

// junitBody is text that is escaped already: encoding/xml would write line
// ends as "&#xA;", which nobody can read.
type junitBody struct {
	Text string `xml:",innerxml"`
}

// JUnit writes a result as JUnit XML.
func JUnit(w io.Writer, r *verifier.Result) error {
	root := junitRoot{Name: "freshinstall"}
	seconds := 0.0
	for i := range r.Environments {
		root.add(junitSuiteOf(r, &r.Environments[i]))
		seconds += r.Environments[i].Seconds
	}
	for _, h := range digestOf(r).hitches() {
		if len(h.environments) == 0 {
			whole := junitSuite{Name: "the whole run", Time: junitTime(0)}
			whole.add(junitCase{Name: "the run came to its end", Class: whole.Name, Time: junitTime(0), Error: junitNote(h.what, "", "")})
			root.add(whole)
		}
	}
	root.Time = junitTime(seconds)
	out := bufio.NewWriterSize(w, 64<<10)
	enc := xml.NewEncoder(out)
	enc.Indent("", "  ")
	// What bufio could not write, Flush tells.
	_, _ = out.WriteString(xml.Header)
	err := enc.Encode(root)
	_, _ = out.WriteString("\n")
	if err := errors.Join(err, out.Flush()); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

func (r *junitRoot) add(s junitSuite) {
	r.Suites = append(r.Suites, s)
	r.Tests += s.Tests
	r.Failures += s.Failures
	r.Errors += s.Errors
	r.Skipped += s.Skipped
}

func (s *junitSuite) add(c junitCase) {
	s.Cases = append(s.Cases, c)
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
}

// junitTime writes seconds as every consumer's schema takes them.
func junitTime(seconds float64) string { return fmt.Sprintf("%.3f", max(0, seconds)) }

func junitNote(message, kind, text string) *junitText {
	return &junitText{Message: foreign.Clip(xmlLine(message), 400), Type: xmlLine(kind), junitBody: junitBody{xmlEscape(text)}}
}

func xmlLine(s string) string { return strings.Join(strings.Fields(xmlText(s)), " ") }

// xmlText drops what XML 1.0 forbids in a document beside what [foreign.Text]
// drops: the control characters are gone with that.
func xmlText(s string) string {
	return strings.Map(func(r rune) rune {
		if r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, foreign.Text(s))
}
