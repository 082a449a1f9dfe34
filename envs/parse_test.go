package envs

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHugeAndBrokenFiles(t *testing.T) {
	for _, tt := range []struct {
		name, src, want string
	}{
		{"huge", strings.Repeat("#", maxFile+1), "x: larger than 1048576 bytes: this is no declaration"},
		{"not UTF-8", "a: b\nc: \xff\n", "x:2: not valid UTF-8; save the file as UTF-8"},
		{"deep", strings.Repeat("[", 20000), "x: unreadable YAML"},
		{"many problems", strings.Repeat("- x\n", 3), "x:1: a declaration is a mapping"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse("x", []byte(tt.src))
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got %.200v", err)
			}
		})
	}
	t.Run("more problems than anybody reads", func(t *testing.T) {
		var src strings.Builder
		for i := range 3 * maxProblems {
			src.WriteString("k" + strings.Repeat("x", i) + ": 1\n")
		}
		_, err := Parse("x", []byte(src.String()))
		var p *Problems
		if !errors.As(err, &p) || len(p.List) != maxProblems+1 || !strings.Contains(p.List[maxProblems].What, "200 problems more") {
			t.Errorf("got %.200v", err)
		}
	})
	t.Run("too many entries", func(t *testing.T) {
		for _, src := range []string{
			"environments: [" + strings.Repeat("debian-12,", maxEnvironments+1) + "]",
			"documents: [" + strings.Repeat("a,", maxDocuments+1) + "]",
			"acceptance: [" + strings.Repeat("{run: a},", maxEntries+1) + "]",
		} {
			if _, err := Parse("x", []byte(src)); err == nil || !strings.Contains(err.Error(), "are the limit") {
				t.Errorf("got %.200v", err)
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	archives, err := filepath.Glob("testdata/declarations/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range archives {
		src, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		_, body, _ := strings.Cut(string(src), "freshinstall.yaml --\n")
		body, _, _ = strings.Cut(body, "\n-- ")
		f.Add([]byte(body + "\n"))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		file, err := Parse("dir/x.yaml", src)
		if err != nil {
			var p *Problems
			if !errors.As(err, &p) || len(p.List) == 0 || file != nil {
				t.Fatalf("%T %v with %v", err, err, file)
			}
			lines := strings.Count(string(src), "\n") + 2
			for _, one := range p.List {
				if one.What == "" || one.Line < 0 || one.Line > lines+strings.Count(string(src), "\r") {
					t.Errorf("problem %+v in %d lines", one, lines)
				}
			}
			return
		}
		names := map[string]bool{}
		for _, env := range file.Environments {
			if names[env.Name] || !nameGrammar.MatchString(env.Name) || env.User == "" || env.Network == "" || env.Limits.Memory < minMemory || env.Limits.PIDs < minPIDs {
				t.Errorf("not valid: %+v", env)
			}
			names[env.Name] = true
			for _, p := range env.Packages {
				if strings.ContainsAny(p, " \t\n;&|$`'\"\\<>()*?-") && !packageName(p) {
					t.Errorf("package %q", p)
				}
			}
			// What is shown is read as the same environment again.
			shown := "environments:\n- " + strings.ReplaceAll(strings.TrimSpace(string(Show(env))), "\n", "\n  ") + "\n"
			again, err := Parse("dir/x.yaml", []byte(shown))
			if err != nil {
				t.Fatalf("%v\n%s", err, shown)
			}
			want := env
			got := again.Environments[0]
			got.Family, want.Family = "", "" // not declared
			// A relative path has the file's folder in front each time.
			got.Base.Dockerfile, want.Base.Dockerfile, got.Base.Rootfs, want.Base.Rootfs = "", "", "", ""
			got.CACertificates, want.CACertificates = nil, nil
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-declared +shown):\n%s", diff)
			}
		}
	})
}
