package main

import (
	"strings"
	"testing"
	"time"

	"github.com/freshinstall/freshinstall/envs"
)

func TestDoctorTellsOfABaseOutOfSupport(t *testing.T) {
	today := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for image, want := range map[string]string{"debian:10": "Debian 10 is out of support since 2024-06-30", "debian:13": "", "debian:latest": "", "": ""} {
		parts := examineSupport(envs.Environment{Base: envs.Base{Image: image}}, today)
		switch {
		case want == "" && len(parts) > 0:
			t.Errorf("%s: %+v", image, parts)
		case want != "" && (len(parts) != 1 || parts[0].health != warning || !strings.HasPrefix(parts[0].text, want)):
			t.Errorf("%s: %+v", image, parts)
		}
	}
}
