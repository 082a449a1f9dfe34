package main

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/envs"
)

func TestDeclarationIsTheStartState(t *testing.T) {
	for environment, suite := range releases {
		t.Run(environment, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), declarationFile)
			if err := writeDeclaration(file, environment); err != nil {
				t.Fatal(err)
			}
			read, err := envs.Read(file)
			if err != nil {
				t.Fatal(err)
			}
			if len(read.Environments) != 1 {
				t.Fatalf("%d environments, want one", len(read.Environments))
			}
			got := read.Environments[0]
			type state struct {
				User, Suite     string
				Furnish         envs.Furnish
				Packages, CAs   []string
				Family, Network string
			}
			want := state{
				User: "root", Suite: suite, CAs: []string{"host"}, Family: "deb", Network: "full",
				Furnish: envs.Furnish{Git: true, CACertificates: true, PackageLists: true},
			}
			have := state{
				User: got.User, Furnish: got.Furnish, Packages: got.Packages, CAs: got.CACertificates,
				Family: string(got.Family), Network: string(got.Network),
			}
			if got.Base.Bootstrap != nil {
				have.Suite = got.Base.Bootstrap.Suite
			}
			if diff := cmp.Diff(want, have); diff != "" {
				t.Errorf("start state differs (-want +got):\n%s", diff)
			}
		})
	}
}
