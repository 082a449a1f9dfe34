package main

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/template"
	"time"
)

// The demo's repository, drawn anew by each seed: a small C and Python project
// whose README has five typical faults. The generator knows what is wrong, not
// how to mend it: no package that would help is named here.

//go:embed demo/*.tmpl
var demoTemplates embed.FS

// demoProject is what the templates are filled with.
type demoProject struct {
	Name, Title, Subject, URL     string
	Source, Data, Scripts, Sample string
	Unit                          string
	Places                        []string
	Tool                          demoTool
	Library                       demoLibrary
	Stale                         demoStale
	WrongPath                     demoPath
	numbers                       *rand.Rand
}

// newDemoProject draws a project; the same seed gives the same one.
func newDemoProject(seed uint64) demoProject {
	r := rand.New(rand.NewPCG(seed, 0x66726573686e6573))
	theme := draw(r, demoThemes)
	p := demoProject{
		Name: draw(r, theme.names), Subject: theme.subject, Unit: theme.unit, Places: theme.places,
		Source: draw(r, []string{"src", "source", "c", "lib"}), Data: draw(r, []string{"data", "samples", "readings"}),
		Scripts: draw(r, []string{"tools", "scripts", "bin"}), Sample: draw(r, []string{"may", "june", "week-20", "first-half"}),
		Library: draw(r, demoLibraries), Stale: draw(r, demoStaleNames), numbers: r,
	}
	p.Title = strings.ToUpper(p.Name[:1]) + p.Name[1:]
	p.URL = "https://git.example.org/civic/" + p.Name + ".git"
	p.Tool = draw(r, demoTools)
	p.Tool.Step = strings.ReplaceAll(p.Tool.Step, "SRC", p.Source)
	// Two folders that are neither each other nor any of the others.
	folders := []string{"config", "conf", "etc", "share", "examples", "setup", "support"}
	r.Shuffle(len(folders), func(i, j int) { folders[i], folders[j] = folders[j], folders[i] })
	p.WrongPath = draw(r, demoPaths)
	p.WrongPath.File = folders[0] + "/" + strings.ReplaceAll(p.WrongPath.File, "NAME", p.Name)
	p.WrongPath.Step = strings.NewReplacer("NAME", p.Name, "WRONG", folders[1]).Replace(p.WrongPath.Step)
	p.WrongPath.Content = strings.NewReplacer("NAME", p.Name, "UNIT", p.Unit).Replace(p.WrongPath.Content)
	return p
}

func draw[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// files gives every file of the project by its slash-separated path.
func (p demoProject) files() (map[string][]byte, error) {
	out := map[string][]byte{
		p.WrongPath.File:                 []byte(p.WrongPath.Content),
		p.Data + "/" + p.Sample + ".csv": p.sample(),
		".gitignore":                     []byte("/" + p.Name + "\n/" + p.Name + ".conf\n/" + p.Source + "/limits.h\n"),
		strings.ReplaceAll(p.Tool.File, "SRC", p.Source): []byte(strings.ReplaceAll(p.Tool.Content, "SRC", p.Source)),
	}
	for name, path := range map[string]string{
		"README.md.tmpl": "README.md", "main.c.tmpl": p.Source + "/main.c", "report.py.tmpl": p.Scripts + "/report.py",
	} {
		parsed, err := template.ParseFS(demoTemplates, "demo/"+name)
		if err != nil {
			return nil, fmt.Errorf("demo template %s: %w", name, err)
		}
		var text bytes.Buffer
		if err := parsed.Execute(&text, p); err != nil {
			return nil, fmt.Errorf("demo template %s: %w", name, err)
		}
		out[path] = text.Bytes()
	}
	return out, nil
}

// sample writes readings that the program can add up.
func (p demoProject) sample() []byte {
	var out bytes.Buffer
	for range 24 {
		fmt.Fprintf(&out, "%s,%.1f\n", draw(p.numbers, p.Places), p.numbers.Float64()*40)
	}
	return out.Bytes()
}

// write makes a git repository of the project in an empty folder.
func (p demoProject) write(ctx context.Context, folder string) error {
	files, err := p.files()
	if err != nil {
		return err
	}
	for path, content := range files {
		full := filepath.Join(folder, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			return fmt.Errorf("write the demo's repository: %w", err)
		}
		mode := os.FileMode(0o644)
		if bytes.HasPrefix(content, []byte("#!")) {
			mode = 0o755
		}
		if err := os.WriteFile(full, content, mode); err != nil {
			return fmt.Errorf("write the demo's repository: %w", err)
		}
	}
	for _, args := range [][]string{
		{"init", "--quiet", "--initial-branch=main"},
		{"remote", "add", "origin", p.URL},
		{"add", "--all"},
		{"commit", "--quiet", "--message", "first version"},
	} {
		if err := demoGit(ctx, folder, args...); err != nil {
			return err
		}
	}
	return nil
}

// demoGit runs git in the demo's repository, without the user's own settings
// and with a fixed date, so that a seed always gives the same commit.
func demoGit(ctx context.Context, folder string, args ...string) error {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = folder
	cmd.WaitDelay = 5 * time.Second
	cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_TERMINAL_PROMPT=0",
		"GIT_AUTHOR_NAME=Demo", "GIT_AUTHOR_EMAIL=demo@example.org", "GIT_AUTHOR_DATE=2026-01-01T00:00:00Z",
		"GIT_COMMITTER_NAME=Demo", "GIT_COMMITTER_EMAIL=demo@example.org", "GIT_COMMITTER_DATE=2026-01-01T00:00:00Z")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("git %s in the demo's repository: %w: %s", args[0], err, cleanLine(string(out)))
	}
	return nil
}
