package container

import (
	"os"
	"strings"
	"testing"

	"github.com/testcontainers/testcontainers-go"
)

// With a list of processes testcontainers names its session by a sum over its
// parent; without, by a random identifier, which has dashes.
func TestNoProcessesAreListedAtTheStart(t *testing.T) {
	if id := testcontainers.SessionID(); strings.Count(id, "-") != 4 {
		t.Errorf("the processes of this computer were listed: session %s", id)
	}
	if _, set := os.LookupEnv("HOST_PROC"); set {
		t.Error("HOST_PROC is still set")
	}
}
