package phrase

import (
	_ "embed"
	"encoding/json"
	"sync"
)

// The strings that an expression needs are found by taking it apart, which for
// all expressions of the program takes longer than planning a README. So they
// are worked out beforehand; a test of the whole program holds the table
// against the expressions, and an expression that is not in it is taken apart
// when it is first asked.
//
//go:embed table.json
var tableSource []byte

var table = sync.OnceValue(func() map[string][][]string {
	t := map[string][][]string{}
	if err := json.Unmarshal(tableSource, &t); err != nil {
		panic("phrase: table.json: " + err.Error()) // embedded, and held by the test
	}
	return t
})

// compiled are the sources of all expressions.
var compiled struct {
	sync.Mutex
	sources []string
}

// Table is what table.json has to hold for the expressions that were compiled
// up to now: for each its lists of strings.
func Table() map[string][][]string {
	compiled.Lock()
	defer compiled.Unlock()
	t := map[string][][]string{}
	for _, expr := range compiled.sources {
		t[expr] = needed(expr)
	}
	return t
}

func register(expr string) {
	compiled.Lock()
	defer compiled.Unlock()
	compiled.sources = append(compiled.sources, expr)
}

// lookUp is needed, from the table where it stands there.
func lookUp(expr string) [][]string {
	if lists, ok := table()[expr]; ok {
		return lists
	}
	return needed(expr)
}
