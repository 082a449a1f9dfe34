package diagnose

import (
	"strings"
	"testing"

	"github.com/freshinstall/freshinstall/verifier"
)

func TestCorrectInstall(t *testing.T) {
	for _, tt := range []struct {
		name, text      string
		unknown, needed []string
		want, installed string
	}{
		{"left out", "sudo apt-get install -y jq odd", []string{"odd"}, nil, "sudo apt-get install -y jq", "jq"},
		{"left out of a line that goes on", "apt-get install -y \\\n  odd \\\n  jq && make", []string{"odd"}, nil, "apt-get install -y \\\n  jq && make", "jq"},
		{"of a version", "apt install odd=1.2 jq", []string{"odd"}, nil, "apt install jq", "jq"},
		{"replaced", "apt update && apt install -y odd jq", []string{"odd"}, []string{"bsdextrautils", "jq"}, "apt update && apt install -y bsdextrautils jq", "jq bsdextrautils"},
		{"alone", "apt install odd", []string{"odd"}, nil, "", ""},
		{"alone, and replaced", "apt install odd", []string{"odd"}, []string{"a", "b"}, "apt install a b", "a b"},
		{"two", "apt install odd a even", []string{"odd", "even"}, []string{"x"}, "apt install x a", "a x"},
		{"not in the line", "apt install a", []string{"odd"}, nil, "", ""},
		{"of another family", "dnf install odd a", []string{"odd"}, nil, "", ""},
		{"a name that is none", "apt install odd a", []string{"odd"}, []string{"x;rm"}, "apt install a", "a"},
		{"an address", "apt install ./odd.deb odd a", []string{"odd"}, nil, "", ""},
		{"a name elsewhere in the text", "apt install a odd && odd --version", []string{"odd"}, nil, "apt install a && odd --version", "a"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, installed := CorrectInstall(tt.text, verifier.FamilyDeb, tt.unknown, tt.needed)
			if got != tt.want || strings.Join(installed, " ") != tt.installed {
				t.Errorf("%q, %v", got, installed)
			}
		})
	}
}

func TestInstalls(t *testing.T) {
	for want, commands := range map[string][]string{
		"a b": {"sudo apt-get update", "sudo apt-get install -y a b"},
		"":    {"sudo apt-get install -y a && ./configure"},
		" ":   {"sudo apt-get install -y a", "./configure"},
	} {
		if got := strings.Join(Installs(commands, verifier.FamilyDeb), " "); got != strings.TrimSpace(want) {
			t.Errorf("%q: %q", commands, got)
		}
	}
}
