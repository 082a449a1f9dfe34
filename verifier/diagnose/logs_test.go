package diagnose

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/freshinstall/freshinstall/verifier"
)

// logsVariable names a folder with logs.json and labels.json: real failing
// builds and what a person said of each.
const logsVariable = "FRESHINSTALL_LOGS"

// floor is what the rules reached on the labelled logs when this was written,
// less a little. It guards against a rule that helps one case and harms ten.
const floor = 0.60

func TestCategoriesOfRealLogs(t *testing.T) {
	dir := os.Getenv(logsVariable)
	if dir == "" {
		t.Skipf("%s names no folder with labelled logs", logsVariable)
	}
	var logs []struct {
		ID, Cmd, From string
		Code          string
		Stdout        []string `json:"stdout_tail"`
		Stderr        []string `json:"stderr_tail"`
	}
	var labels []struct {
		ID       string
		Category verifier.Category
		Object   string
		Evidence string
		Sure     bool
	}
	for file, into := range map[string]any{"logs.json": &logs, "labels.json": &labels} {
		data, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, into); err != nil {
			t.Fatal(err)
		}
	}
	c := catalogue(t)
	explained := map[string]Explanation{}
	for _, l := range logs {
		o := Observation{Typed: l.Cmd, Output: Clean([]byte(strings.Join(append(l.Stdout, l.Stderr...), "\n")))}
		exit, err := strconv.Atoi(l.Code)
		if err != nil {
			exit = 1 // the build ended before a command ran
		}
		o.Execution = verifier.Execution{Exit: exit, Ended: verifier.Exited}
		o.Environment = verifier.Environment{Family: verifier.FamilyDeb, User: "root"}
		explained[l.ID] = c.Explain(o)[0]
	}
	var right, sure, all, allRight, covered, evidence, object, objects int
	var wrong []string
	for _, l := range labels {
		e := explained[l.ID]
		all++
		if e.Finding.Category != verifier.OtherCategory {
			covered++
		}
		hit := e.Finding.Category == l.Category
		if hit {
			allRight++
		}
		if strings.TrimSpace(l.Evidence) == e.Finding.Evidence {
			evidence++
		}
		if l.Object != "" {
			objects++
			if strings.Contains(e.Finding.Object, l.Object) || e.Finding.Object != "" && strings.Contains(l.Object, e.Finding.Object) {
				object++
			}
		}
		if l.Sure {
			sure++
			if hit {
				right++
			}
		}
		if !hit {
			wrong = append(wrong, fmt.Sprintf("%-5s sure=%-5v want %-24s have %-24s %-7s %.90q  label %.90q", l.ID, l.Sure, l.Category, e.Finding.Category, e.Finding.Rule, e.Finding.Evidence, l.Evidence))
		}
	}
	sort.Strings(wrong)
	for _, w := range wrong {
		t.Log(w)
	}
	share := float64(right) / float64(sure)
	t.Logf("category over the sure ones %d/%d = %.2f, over all %d/%d = %.2f; coverage %d/%d; evidence exact %d/%d; object contained %d/%d",
		right, sure, share, allRight, all, float64(allRight)/float64(all), covered, all, evidence, all, object, objects)
	if share < floor {
		t.Errorf("category accuracy fell to %.2f, below %.2f", share, floor)
	}
}
