package envtest

import (
	"strings"
	"testing"
)

// The list and the cases must be the same, or a case could go missing unseen.
func TestEveryListedCaseIsThereAndEveryCaseIsListed(t *testing.T) {
	nothing := func(*bench) {}
	there := [][]testCase{{{"cd", nothing}}, {{"set -e", nothing}}}
	for _, c := range []struct {
		name, list, fault string
	}{
		{"the same", "# note\n\ncd\nset -e | heavy, processes\n", ""},
		{"a case is missing", "cd\nset -e\numask\n", `"umask" is listed, and there is no such case`},
		{"a case is not listed", "cd\n", `case "set -e" is not listed`},
		{"a name twice", "cd\ncd\nset -e\n", `"cd" is listed twice`},
		{"a need that nobody knows", "cd | luck\nset -e\n", `"cd" needs "luck"`},
	} {
		all, err := readList(c.list)
		if err == nil {
			err = agree(all, there)
		}
		if c.fault == "" && err != nil || c.fault != "" && (err == nil || !strings.Contains(err.Error(), c.fault)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.fault)
		}
	}
	all, err := readList(conformanceList)
	if err != nil || agree(all, groups()) != nil {
		t.Errorf("conformance.txt: %v, %v", err, agree(all, groups()))
	}
	if twice := [][]testCase{{{"cd", nothing}, {"cd", nothing}}}; agree(map[string]listed{"cd": {}}, twice) == nil {
		t.Error("two cases of one name pass")
	}
}
