package reports

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/freshinstall/freshinstall/verifier"
)

// The facts of Jenkins' junit-10.xsd and of the format that testmoapp/junitxml
// describes, as far as both hold: which attributes an element must and may
// have, and which children, in this order.
var junitElements = map[string]struct {
	must, may, children []string
	text                bool
}{
	"testsuites": {may: []string{"name", "time", "tests", "failures", "errors", "skipped"}, children: []string{"testsuite"}},
	"testsuite": {must: []string{"name", "tests", "failures", "errors"}, may: []string{"time", "skipped", "timestamp"},
		children: []string{"properties", "testcase"}},
	"properties": {children: []string{"property"}},
	"property":   {must: []string{"name", "value"}},
	"testcase": {must: []string{"name"}, may: []string{"classname", "time", "file", "line"},
		children: []string{"skipped", "error", "failure", "system-out"}},
	"skipped":    {may: []string{"message"}, text: true},
	"error":      {may: []string{"message", "type"}, text: true},
	"failure":    {may: []string{"message", "type"}, text: true},
	"system-out": {text: true},
}

var junitSeconds = regexp.MustCompile(`^[0-9]+\.[0-9]{3}$`)
var junitMoment = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}$`)

// junitFaults names what consumers would not take, and sums that are wrong.
func junitFaults(text []byte) (faults []string) {
	type open struct {
		name  string
		last  int // index of the last child among the allowed ones
		attrs map[string]string
		seen  map[string]int
	}
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	var stack []open
	dec := xml.NewDecoder(bytes.NewReader(text))
	for {
		token, err := dec.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return append(faults, err.Error())
		}
		switch token := token.(type) {
		case xml.StartElement:
			name := token.Name.Local
			rule, known := junitElements[name]
			if !known {
				fault("unknown element %s", name)
			}
			if len(stack) == 0 && name != "testsuites" {
				fault("the root is %s", name)
			}
			if len(stack) > 0 {
				parent := &stack[len(stack)-1]
				at := slices.Index(junitElements[parent.name].children, name)
				if at < parent.last || at < 0 {
					fault("%s in %s, out of order", name, parent.name)
				}
				parent.last = at
				parent.seen[name]++
				// What a case counts as is counted at the suite and the root.
				for i := range stack {
					stack[i].seen["all "+name]++
				}
			}
			attrs := map[string]string{}
			for _, a := range token.Attr {
				attrs[a.Name.Local] = a.Value
				if !slices.Contains(rule.must, a.Name.Local) && !slices.Contains(rule.may, a.Name.Local) {
					fault("%s has the attribute %s", name, a.Name.Local)
				}
				if strings.ContainsAny(a.Value, "\n\r\t") {
					fault("%s of %s has several lines", a.Name.Local, name)
				}
			}
			for _, must := range rule.must {
				if attrs[must] == "" && must != "value" {
					fault("%s lacks %s", name, must)
				}
			}
			if seconds, ok := attrs["time"]; ok && !junitSeconds.MatchString(seconds) {
				fault("time %q", seconds)
			}
			if moment, ok := attrs["timestamp"]; ok && !junitMoment.MatchString(moment) {
				fault("timestamp %q", moment)
			}
			stack = append(stack, open{name: name, attrs: attrs, seen: map[string]int{}})
		case xml.EndElement:
			at := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if at.name == "testsuite" || at.name == "testsuites" {
				for attr, element := range map[string]string{"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"} {
					if at.attrs[attr] != strconv.Itoa(at.seen["all "+element]) {
						fault("%s of %s %s is %s, there are %d", attr, at.name, at.attrs["name"], at.attrs[attr], at.seen["all "+element])
					}
				}
			}
			if at.name == "testcase" && at.seen["skipped"]+at.seen["error"]+at.seen["failure"] > 1 {
				fault("case %s ended in several ways", at.attrs["name"])
			}
		case xml.CharData:
			if strings.TrimSpace(string(token)) != "" && (len(stack) == 0 || !junitElements[stack[len(stack)-1].name].text) {
				fault("text %q", token)
			}
		}
	}
	return faults
}

func TestJUnitIsAsConsumersTakeIt(t *testing.T) {
	for name, r := range fixtures() {
		t.Run(name, func(t *testing.T) {
			for _, fault := range junitFaults(render(t, "junit", r)) {
				t.Error(fault)
			}
		})
	}
	for name, text := range map[string]string{
		"a wrong sum":         `<testsuites><testsuite name="a" tests="2" failures="0" errors="0"><testcase name="x"/></testsuite></testsuites>`,
		"a stranger":          `<testsuites tests="0" failures="0" errors="0" skipped="0"><flaky/></testsuites>`,
		"an order":            `<testsuites tests="1" failures="0" errors="0" skipped="0"><testsuite name="a" tests="1" failures="0" errors="0" skipped="0"><testcase name="x"/><properties/></testsuite></testsuites>`,
		"a control character": "<testsuites>\x01</testsuites>",
	} {
		if len(junitFaults([]byte(text))) == 0 {
			t.Errorf("the check takes %s", name)
		}
	}
}

func sarifValid(t *testing.T) func([]byte) error {
	t.Helper()
	schema, err := os.ReadFile("testdata/sarif/sarif-2.1.0-rtm.5.json")
	if err != nil {
		t.Fatal(err)
	}
	compiled := compile(t, "sarif-2.1.0-rtm.5.json", schema)
	return func(text []byte) error { return validate(t, compiled, text) }
}

func TestSARIFHoldsToTheStandard(t *testing.T) {
	valid := sarifValid(t)
	for name, r := range fixtures() {
		t.Run(name, func(t *testing.T) {
			if err := valid(render(t, "sarif", r)); err != nil {
				t.Error(err)
			}
		})
	}
	with := func(f func(*verifier.Result)) *verifier.Result { r := fiveFindings(); f(r); return r }
	text := render(t, "sarif", with(func(r *verifier.Result) { r.Plan.Steps[7].Span = verifier.Span{Start: 100, End: 132} }))
	if err := valid(text); err != nil || !bytes.Contains(text, []byte(`"fixes"`)) {
		t.Errorf("with an exact edit: %v", err)
	}
	for name, change := range map[string][2]string{
		"a level that is none": {`"level": "error"`, `"level": "fatal"`},
		"another version":      {`"version": "2.1.0"`, `"version": "2.2.0"`},
		"a key that is none":   {`"ruleIndex": 0`, `"ruleIndex": 0, "ruleNumber": 1`},
	} {
		t.Run(name, func(t *testing.T) {
			changed := strings.Replace(string(text), change[0], change[1], 1)
			if changed == string(text) || valid([]byte(changed)) == nil {
				t.Error("the schema takes it")
			}
		})
	}
}

// sarifOf reads back what was written.
func sarifOf(t *testing.T, r *verifier.Result, limits sarifLimits) sarifRun {
	t.Helper()
	var out bytes.Buffer
	if err := writeSARIF(&out, r, limits); err != nil {
		t.Fatal(err)
	}
	if err := sarifValid(t)(out.Bytes()); err != nil {
		t.Error(err)
	}
	var log sarifLog
	if err := json.Unmarshal(out.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	return log.Runs[0]
}
