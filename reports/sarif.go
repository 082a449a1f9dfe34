package reports

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/foreign"
)

// One run for all environments, since a host shows each result of each run:
// problems are merged over environments, and the category names them, so that
// the jobs of a matrix do not replace one another's results.

// sarifLimits are those of GitHub's code scanning: a file above them is
// refused as a whole.
type sarifLimits struct {
	results   int // of a run
	locations int // of a result
	packed    int // bytes of the file, gzipped
}

var sarifHost = sarifLimits{results: 25_000, locations: 1_000, packed: 10_000_000}

// SARIF writes a result as SARIF 2.1.0. What the host's limits leave no room
// for is left out, the least severe first, and said in a notification.
func SARIF(w io.Writer, r *verifier.Result) error { return writeSARIF(w, r, sarifHost) }

func writeSARIF(w io.Writer, r *verifier.Result, limits sarifLimits) error {
	d := digestOf(r)
	for {
		text, err := marshalSARIF(sarifRunOf(d, limits))
		if err != nil {
			return fmt.Errorf("write report: %w", err)
		}
		size, err := packed(text, limits.packed)
		if err != nil {
			return fmt.Errorf("write report: %w", err)
		}
		if size <= limits.packed || limits.results == 0 {
			if _, err := w.Write(text); err != nil {
				return fmt.Errorf("write report: %w", err)
			}
			return nil
		}
		limits.results = min(limits.results, len(d.problems)) / 2
	}
}

func marshalSARIF(run sarifRun) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	err := enc.Encode(sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{run}})
	return out.Bytes(), err
}

// packed is the size of a text, gzipped where that can matter.
func packed(text []byte, limit int) (int, error) {
	if len(text) <= limit {
		return len(text), nil
	}
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(text); err != nil {
		return 0, err
	}
	err := z.Close()
	return out.Len(), err
}

func sarifRunOf(d *digest, limits sarifLimits) sarifRun {
	r := d.result
	results, cut := sarifResults(d, limits)
	run := sarifRun{
		Tool:       sarifTool{sarifDriver{Name: cmp.Or(foreign.Line(r.Tool.Name), "freshinstall"), Version: foreign.Line(r.Tool.Version), Rules: []sarifRule{}}},
		Automation: sarifAutomation{"freshinstall/" + sarifCategory(r) + "/"},
		Results:    results,
	}
	index := map[string]int{}
	for i := range run.Results {
		res := &run.Results[i]
		at, known := index[res.Rule]
		if !known {
			at = len(run.Tool.Driver.Rules)
			index[res.Rule] = at
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRuleOf(d, res.Rule))
		}
		res.Index = at
	}
	in := sarifInvocation{Successful: true, Start: sarifTime(r.Started), End: sarifTime(r.Finished)}
	for _, h := range d.hitches() {
		in.Successful = false
		in.Notifications = append(in.Notifications, sarifNotification{"error", sarifText{sarifPlain(h.String())}})
	}
	if d.leftMost > 0 {
		in.Notifications = append(in.Notifications, sarifNotification{"note", sarifText{was(d.leftMost, "step") + " not run in at least one environment; the other reports tell why."}})
	}
	for _, note := range r.Notes {
		in.Notifications = append(in.Notifications, sarifNotification{"warning", sarifText{sarifPlain(foreign.Line(note))}})
	}
	for _, text := range cut {
		in.Notifications = append(in.Notifications, sarifNotification{"warning", sarifText{text}})
	}
	run.Invocations = []sarifInvocation{in}
	if u, err := url.Parse(r.Repository.URL); err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" {
		u.User = nil
		run.Provenance = []sarifProvenance{{Repository: u.String(), Revision: foreign.Line(r.Repository.Commit)}}
	}
	return run
}

// sarifPlain keeps foreign text from becoming an embedded link ("[text](1)").
func sarifPlain(s string) string { return strings.ReplaceAll(s, "](", "] (") }

func sarifTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

// sarifCategory names the environments in a way that can stand in an
// identifier, whose parts end at slashes.
func sarifCategory(r *verifier.Result) string {
	var all []string
	for _, env := range r.Environments {
		all = append(all, strings.Map(func(c rune) rune {
			if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_' {
				return c
			}
			return '-'
		}, foreign.Line(env.Environment.Name)))
	}
	slices.Sort(all)
	return cmp.Or(short(strings.Join(slices.Compact(all), "+"), 200), "none")
}
