package envs

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNewerReleases(t *testing.T) {
	of := func(name string) Environment {
		env, err := Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		return env
	}
	mine := of("debian-12")
	mine.Name, mine.User, mine.Packages = "partner-server", "root", []string{"git"}
	archive := of("debian-11")
	archive.Base.Image = ""
	own := of("debian-11")
	own.Base.Dockerfile = "Dockerfile"
	other := of("debian-11")
	other.Base.Image = "example/base:1"
	for _, tt := range []struct {
		name string
		env  Environment
		want []string
	}{
		{"all behind it", of("debian-11"), []string{"debian-12", "debian-13"}},
		{"a declared one", mine, []string{"debian-13"}},
		{"the newest", of("debian-13"), nil},
		{"of its own distribution", of("ubuntu-22.04"), []string{"ubuntu-24.04"}},
		{"no releases", of("alpine"), nil},
		{"from the archive alone", archive, []string{"debian-12", "debian-13"}},
		{"a base of its own", own, nil},
		{"another image", other, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, e := range Newer(tt.env) {
				got = append(got, e.Name)
				if e.User != tt.env.User || !cmp.Equal(e.Packages, tt.env.Packages) || e.Base.Image == "" != (tt.env.Base.Image == "") {
					t.Errorf("%+v", e)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
