package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/freshinstall/freshinstall/verifier/phrase"
)

// phrases are those of the whole program, before any test compiles one.
var phrases = phrase.Table()

// TestTableOfPhrases: what the program's expressions need stands in the table
// that is built into it, so that no run has to work it out.
func TestTableOfPhrases(t *testing.T) {
	var want bytes.Buffer
	encoder := json.NewEncoder(&want)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(phrases); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("..", "..", "verifier", "phrase", "table.json")
	if *update {
		if err := os.WriteFile(file, want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want.Bytes()) {
		t.Errorf("%s is out of date: run go test ./cmd/freshinstall -run TestTableOfPhrases -update", file)
	}
}
