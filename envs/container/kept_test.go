package container

import "testing"

func TestKeptIsToldByItsName(t *testing.T) {
	for name, want := range map[string]bool{
		"freshinstall/before:1f": true, "localhost/freshinstall/before:1f": true, "docker.io/freshinstall/before:1f": true,
		"example.org/freshinstall/before:1f": false, "freshinstall/base:1f": false, "<none>:<none>": false,
	} {
		snapshot := thing{Class: classImage, Labels: map[string]string{labelKind: kindSnapshot}, Names: []string{name}}
		if got := snapshot.kept(); got != want {
			t.Errorf("%s: kept %v, want %v", name, got, want)
		}
	}
}
