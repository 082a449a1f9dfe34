package reports

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/freshinstall/freshinstall/verifier"
)

// MaxSize is the largest result that [Read] takes, in bytes.
const MaxSize = 64 << 20

// JSON writes the result itself, indented, with a newline at the end. Steps
// are written one by one: with what they printed they are nearly all of a
// large result, which is then never in memory as text.
func JSON(w io.Writer, r *verifier.Result) error {
	out := &jsonWriter{w: bufio.NewWriterSize(w, 64<<10)}
	whole := complete(r)
	environments := whole.Environments
	whole.Environments = []verifier.EnvironmentResult{}
	out.around(whole, "", "environments", len(environments), func(i int) {
		env := environments[i]
		steps := env.Steps
		env.Steps = []verifier.StepResult{}
		out.around(env, "    ", "steps", len(steps), func(j int) { out.step(steps[j], "        ") })
	})
	out.text([]byte("\n"))
	if out.err == nil {
		out.err = out.w.Flush()
	}
	if out.err != nil {
		return fmt.Errorf("write result as JSON: %w", out.err)
	}
	return nil
}

// jsonWriter writes values with the indent of their place; the first error
// stays, and nothing is written after it.
type jsonWriter struct {
	w   *bufio.Writer
	one bytes.Buffer // of one value
	err error
}

func (j *jsonWriter) text(b []byte) {
	if j.err == nil {
		_, j.err = j.w.Write(b)
	}
}

// encode renders a value; the bytes are good until the next call.
func (j *jsonWriter) encode(v any, indent string) []byte {
	j.one.Reset()
	enc := json.NewEncoder(&j.one)
	enc.SetIndent(indent, "  ")
	enc.SetEscapeHTML(false) // "&&" stays readable; who puts it into HTML escapes it there
	if err := enc.Encode(v); err != nil && j.err == nil {
		j.err = err
	}
	return bytes.TrimRight(j.one.Bytes(), "\n")
}

// step writes a step. To indent what was printed costs more than all else, and
// changes nothing: a text is one line. So it is put in afterwards.
func (j *jsonWriter) step(s verifier.StepResult, indent string) {
	texts := []struct{ key, text string }{{"head", s.Output.Head}, {"tail", s.Output.Tail}}
	s.Output.Head, s.Output.Tail = "", ""
	text := j.encode(&s, indent)
	open := []byte("\n" + indent + "  \"output\": {")
	at := bytes.Index(text, open) + len(open)
	if at < len(open) {
		j.text(text)
		return
	}
	j.text(text[:at])
	rest := bytes.Clone(text[at:])
	for _, t := range texts {
		if t.text == "" {
			continue
		}
		j.one.Reset()
		enc := json.NewEncoder(&j.one)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(t.text); err != nil && j.err == nil {
			j.err = err
		}
		j.text([]byte("\n" + indent + "    \"" + t.key + "\": "))
		j.text(bytes.TrimRight(j.one.Bytes(), "\n"))
		j.text([]byte(","))
	}
	j.text(rest)
}

// around writes an object of which the list under key is empty, and n items
// into that list. A line that begins like the key's cannot come from a text:
// there, line ends are escaped.
func (j *jsonWriter) around(object any, indent, key string, n int, item func(int)) {
	text := bytes.Clone(j.encode(object, indent))
	open := []byte("\n" + indent + "  \"" + key + "\": [")
	at := bytes.Index(text, open)
	if n == 0 || at < 0 {
		j.text(text)
		return
	}
	at += len(open)
	j.text(text[:at])
	for i := range n {
		if i > 0 {
			j.text([]byte(","))
		}
		j.text([]byte("\n" + indent + "    "))
		item(i)
	}
	j.text([]byte("\n" + indent + "  "))
	j.text(text[at:])
}

// complete is a copy in which nothing that the schema promises is missing: no
// list is null, and a run that ended before it had a plan or a machine says so.
func complete(r *verifier.Result) *verifier.Result {
	out := *r
	out.Schema = verifier.ResultSchema
	out.Plan.Schema = verifier.PlanSchema
	out.Plan.Start = cmp.Or(r.Plan.Start, verifier.StartHome)
	out.Plan.Documents = list(r.Plan.Documents)
	out.Plan.Steps = list(r.Plan.Steps)
	out.Plan.Findings, out.Plan.Prose = list(r.Plan.Findings), list(r.Plan.Prose)
	out.Environments = list(slices.Clone(r.Environments))
	for i := range out.Environments {
		env := &out.Environments[i]
		env.Environment.Family = cmp.Or(env.Environment.Family, verifier.FamilyUnknown)
		env.Environment.Furnishings = list(env.Environment.Furnishings)
		env.Steps = list(env.Steps)
		env.Findings = list(slices.Clone(env.Findings))
		for j := range env.Findings {
			env.Findings[j].Fixes = list(env.Findings[j].Fixes)
		}
	}
	return &out
}

func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// ReadError says why something is no result that can be shown.
type ReadError struct {
	What string
	ToDo string
	Err  error // may be nil
}

func (e *ReadError) Error() string {
	text := "read result: " + e.What
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text + "; " + e.ToDo
}

func (e *ReadError) Unwrap() error { return e.Err }

const howToMake = `make one with "freshinstall verify --report json=result.json"`

// Read reads a result that [JSON] wrote. Keys that it does not know are left
// out: a later version may have added them. What is not a result of this
// schema is a [*ReadError].
func Read(from io.Reader) (*verifier.Result, error) { return read(from, MaxSize) }

func read(from io.Reader, limit int64) (*verifier.Result, error) {
	data, err := io.ReadAll(io.LimitReader(from, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read result: %w", err)
	}
	if int64(len(data)) > limit {
		return nil, &ReadError{What: fmt.Sprintf("it is larger than %d MiB", limit>>20), ToDo: howToMake}
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, &ReadError{What: "it is empty", ToDo: howToMake}
	}
	var head struct {
		Schema *string `json:"schema"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, broken(data, err)
	}
	if head.Schema == nil {
		return nil, &ReadError{What: "it is JSON, but names no schema", ToDo: howToMake}
	}
	switch *head.Schema {
	case verifier.ResultSchema:
	case verifier.PlanSchema:
		return nil, &ReadError{What: "it is a plan, nothing was run yet", ToDo: howToMake}
	default:
		return nil, &ReadError{What: fmt.Sprintf("its schema is %.60q, this program reads %q", *head.Schema, verifier.ResultSchema),
			ToDo: "use the version of freshinstall that wrote it, or run the verification again"}
	}
	var r verifier.Result
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, broken(data, err)
	}
	return &r, nil
}

// broken says where JSON breaks.
func broken(data []byte, err error) error {
	e := &ReadError{What: "it is not JSON as this program writes it", ToDo: "was it cut off or edited? Run the verification again", Err: err}
	at := int64(-1)
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		at, e.What = syntax.Offset, "it is broken JSON"
	} else if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		at = kind.Offset
	}
	if at >= 0 && at <= int64(len(data)) {
		e.What += fmt.Sprintf(", at line %d", 1+bytes.Count(data[:at], []byte("\n")))
	}
	return e
}
