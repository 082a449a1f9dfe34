package container

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestABuildStartsFromTheBaseOfTheEnvironment(t *testing.T) {
	file := filepath.Join(t.TempDir(), "Dockerfile")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("# A comment: FROM nowhere\nFROM debian:12 AS first\nRUN echo FROM\nFROM first\nCOPY . .\n")
	if err := startFrom(file, "sha256:00", []string{`A=x "$y"`}, map[string]string{"b": "2", "a": "1"}); err != nil {
		t.Fatal(err)
	}
	const want = "# A comment: FROM nowhere\nFROM sha256:00 AS first\nLABEL \"a\"=\"1\"\nLABEL \"b\"=\"2\"\nENV A=\"x \\\"\\$y\\\"\"\nRUN echo FROM\nFROM first\nCOPY . .\n"
	got, err := os.ReadFile(file)
	if diff := cmp.Diff(want, string(got)); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	write("RUN make\n")
	if err := startFrom(file, "sha256:00", nil, nil); err == nil {
		t.Error("what starts from nothing was taken")
	}
}
