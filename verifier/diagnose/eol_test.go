package diagnose

import (
	"strings"
	"testing"
	"time"
)

func day(t *testing.T, text string) time.Time {
	t.Helper()
	if text == "" {
		return time.Time{}
	}
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestSupportOfReleases(t *testing.T) {
	tests := []struct {
		name, product, release, on string
		want                       SupportState
	}{
		{"before its end", "debian", "12", "2025-01-01", Supported},
		{"on its last day", "python", "3.11", "2027-10-31", Supported},
		{"on the day after", "python", "3.11", "2027-11-01", Unsupported},
		{"only the longer support", "debian", "11", "2026-01-01", SupportedLonger},
		{"after the longer support too", "debian", "11", "2026-09-01", Unsupported},
		{"on the table's day", "debian", "10", "", Unsupported},
		{"a more exact release", "python", "3.8.10", "2025-01-01", Unsupported},
		{"a part of the number is no release", "python", "3", "2025-01-01", SupportUnknown},
		{"another release that begins alike", "debian", "1", "2025-01-01", SupportUnknown},
		{"a product with capitals", "Debian", "12", "2025-01-01", Supported},
		{"an unknown product", "temple", "1", "2025-01-01", SupportUnknown},
	}
	c := catalogue(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, known := c.Support(test.product, test.release)
			have := SupportUnknown
			if known {
				have = s.On(day(t, test.on))
			}
			if have != test.want {
				t.Errorf("want %s, have %s (%+v)", test.want, have, s)
			}
		})
	}
}

func TestOutOfSupportIsOnlySaidWhenCertain(t *testing.T) {
	c := catalogue(t)
	for _, test := range []struct{ name, release, on, want string }{
		{"ended before the table was made", "debian 10", "", "Debian 10 is out of support since 2024-06-30 (as of 2026-08-22)"},
		{"ended since", "debian 11", "2026-11-22", "Debian 11 is out of support since 2026-08-31 (as of 2026-08-22)"},
		{"not ended when the table was made", "debian 11", "", ""},
		{"supported", "debian 13", "2026-11-22", ""},
		{"spelt in its own way", "centos 7", "", "CentOS 7 is out of support since 2024-06-30 (as of 2026-08-22)"},
		{"no release", "debian", "", ""},
		{"unknown", "temple 1", "2030-01-01", ""},
	} {
		if have := c.OutOfSupport(test.release, day(t, test.on)); have != test.want {
			t.Errorf("%s: want %q, have %q", test.name, test.want, have)
		}
	}
}

func TestImagesOutOfSupport(t *testing.T) {
	c := catalogue(t)
	for image, want := range map[string]bool{
		"debian:10": true, "debian:10-slim": true, "example.org:5000/library/debian:10@sha256:00": true, "debian:13": false, "debian": false,
		"debian:latest": false, "node:14-alpine": true, "node:lts": false, "python:3.8.1": true, "rockylinux/rockylinux:9": false, "own/app:10": false,
		"example.org:5000/debian": false, "": false,
	} {
		if said := c.OutOfSupportImage(image, day(t, "2026-11-22")); (said != "") != want {
			t.Errorf("%s: %q", image, said)
		}
	}
}

func TestAnArchiveThatIsGoneTellsTheEndOfSupport(t *testing.T) {
	const output = "E: The repository 'http://archive.example.org/debian buster Release' does not have a Release file."
	for release, want := range map[string]bool{"debian 10": true, "debian 13": false, "": false} {
		o := observe("apt-get update", output)
		o.Environment.Release, o.Today = release, day(t, "2026-11-22")
		e := catalogue(t).Explain(o)[0]
		if e.Finding.Rule != "A01" || strings.Contains(e.Finding.Cause, "out of support since 2024-06-30 (as of ") != want {
			t.Errorf("%q: %s: %s", release, e.Finding.Rule, e.Finding.Cause)
		}
	}
}
