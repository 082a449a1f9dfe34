package plan

import (
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkCorpus plans the READMEs of FRESHINSTALL_CORPUS one after another;
// ns/op is the time of one README with what it links to.
func BenchmarkCorpus(b *testing.B) {
	root := os.Getenv("FRESHINSTALL_CORPUS")
	files, err := filepath.Glob(filepath.Join(root, "*", "labels.json"))
	if root == "" || err != nil || len(files) == 0 {
		b.Skip("FRESHINSTALL_CORPUS names no folder of labelled repositories")
	}
	var inputs []Input
	for _, f := range files {
		inputs = append(inputs, corpusInput(b, filepath.Dir(f), readLabels(b, f)))
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := Build(inputs[i%len(inputs)]); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "READMEs/s")
}
