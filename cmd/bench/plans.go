package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

// plans is the comparison of plans with labels that people made by hand.
type plans struct {
	labelsDir string
	reposDir  string
	scorer    string
	given     string // program under measurement
	keep      string // folder for trees and plans
	worst     int
	talk      io.Writer
}

func planCommand() *cobra.Command {
	var b plans
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Compare plans with READMEs that were labelled by hand",
		Long: "Lays the documents of every labelled repository (LABELS/owner__name/{labels.json,docs,files.txt}) into a\n" +
			"git tree whose other files stand there empty, plans it, and lets the scorer compare plans and labels.\n" +
			"A repository without docs is taken from --repos, as owner__name at the labelled commit.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			b.talk = cmd.ErrOrStderr()
			return b.run(cmd.Context(), cmd.OutOrStdout())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&b.labelsDir, "labels", "", "folder with owner__name/labels.json; absent: nothing is done")
	flags.StringVar(&b.reposDir, "repos", "", "folder with a clone of each repository whose documents the labels lack")
	flags.StringVar(&b.scorer, "scorer", "", "program that compares LABELS with a folder of plans (Python)")
	flags.StringVar(&b.given, "freshinstall", "", "program to measure (default: built from this module)")
	flags.StringVar(&b.keep, "keep", "", "keep trees and plans in this `FOLDER`")
	flags.IntVar(&b.worst, "worst", 0, "name the repositories with the lowest figures, as many as this")
	return cmd
}

func (b plans) run(ctx context.Context, stdout io.Writer) error {
	if _, err := os.Stat(b.labelsDir); b.labelsDir == "" || errors.Is(err, fs.ErrNotExist) {
		_, err := fmt.Fprintf(stdout, "skipped: no labels to compare with (--labels %q)\n", b.labelsDir)
		return err
	}
	files, err := filepath.Glob(filepath.Join(b.labelsDir, "*", "labels.json"))
	if err != nil {
		return err
	}
	if len(files) == 0 {
		_, err := fmt.Fprintf(stdout, "skipped: no labels.json in any folder of %s\n", b.labelsDir)
		return err
	}
	scratch := b.keep
	if scratch == "" {
		if scratch, err = os.MkdirTemp("", "bench-plan-"); err != nil {
			return err
		}
		defer os.RemoveAll(scratch) // a folder of this run alone
	}
	if scratch, err = filepath.Abs(scratch); err != nil {
		return err
	}
	program, err := findTool(ctx, b.given, scratch, b.talk)
	if err != nil {
		return err
	}
	out := filepath.Join(scratch, "plans")
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	without := 0
	for _, file := range files {
		name := filepath.Base(filepath.Dir(file))
		if err := b.plan(ctx, program, file, filepath.Join(scratch, name), filepath.Join(out, name+".json")); err != nil {
			if ctx.Err() != nil {
				return err
			}
			without++
			fmt.Fprintf(b.talk, "%s: no plan: %v\n", name, err)
		}
	}
	if err := b.score(ctx, out, stdout); err != nil {
		return err
	}
	if without > 0 {
		return fmt.Errorf("%w: %d of %d repositories without a plan", errMissed, without, len(files))
	}
	return nil
}

// plan makes the plan of one labelled repository.
func (b plans) plan(ctx context.Context, program tool, labelled, dir, out string) error {
	text, err := os.ReadFile(labelled)
	if err != nil {
		return err
	}
	var l struct{ Repo, Commit string }
	if err := json.Unmarshal(text, &l); err != nil {
		return err
	}
	folder := filepath.Dir(labelled)
	_, owned, _ := strings.Cut(l.Repo, "/")
	tree := filepath.Join(dir, owned) // a clone's folder is called so
	if exists(tree) {
		err = nil // kept by an earlier run
	} else if exists(filepath.Join(folder, "docs")) {
		err = layOut(ctx, folder, tree, "https://github.com/"+l.Repo)
	} else {
		err = b.borrow(ctx, filepath.Base(folder), l.Commit, tree, "https://github.com/"+l.Repo)
	}
	if err != nil {
		return err
	}
	var stdout bytes.Buffer
	var last tail
	c, err := program.run(ctx, dir, 0, &stdout, &last, "plan", "--format", "json", tree)
	if err != nil {
		return err
	}
	if !json.Valid(stdout.Bytes()) { // a plan with findings, or without steps, still is one
		return fmt.Errorf("exit %d: %s", c.exit, last.telling())
	}
	return os.WriteFile(out, stdout.Bytes(), 0o644)
}

// layOut lays a repository out from its labelled documents and the names of all
// other files.
func layOut(ctx context.Context, folder, tree, origin string) error {
	list, err := os.ReadFile(filepath.Join(folder, "files.txt"))
	if err != nil {
		return err
	}
	names := strings.Split(strings.TrimSpace(string(list)), "\n")
	docs, content := filepath.Join(folder, "docs"), map[string][]byte{}
	err = filepath.WalkDir(docs, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(docs, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		names = append(names, name)
		content[name], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		return err
	}
	return put(ctx, tree, origin, names, content)
}

// put makes a git tree with one commit and an origin.
func put(ctx context.Context, tree, origin string, names []string, content map[string][]byte) error {
	if err := os.MkdirAll(tree, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(tree)
	if err != nil {
		return err
	}
	defer root.Close() // nothing is written through it afterwards
	for _, name := range names {
		if name = strings.TrimSpace(name); !filepath.IsLocal(name) || strings.HasPrefix(name, ".git/") {
			continue
		}
		if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := root.WriteFile(name, content[name], 0o644); err != nil {
			return err
		}
	}
	for _, args := range [][]string{
		{"init", "--quiet", "--initial-branch=main"},
		{"add", "--all", "--force"},
		{"-c", "user.name=bench", "-c", "user.email=bench@invalid", "-c", "commit.gpgsign=false", "commit", "--quiet", "--message=laid out"},
		{"remote", "add", "origin", origin},
	} {
		if _, err := git(ctx, tree, args...); err != nil {
			return err
		}
	}
	return nil
}

// linked begins a link's entry in git's listing of a tree.
const linked = "120000 "

// borrow lays a repository out from its clone: what a planner may read as it is
// at the labelled commit, all other files empty. Large files need not be there.
func (b plans) borrow(ctx context.Context, name, commit, tree, origin string) error {
	clone := filepath.Join(b.reposDir, name)
	if b.reposDir == "" || !exists(clone) {
		return fmt.Errorf("the labels bring no documents, and there is no clone %s in --repos", name)
	}
	list, err := git(ctx, clone, "ls-tree", "-r", "-z", commit)
	if err != nil {
		return err
	}
	var names []string
	content := map[string][]byte{}
	for _, entry := range strings.FieldsFunc(list, func(r rune) bool { return r == 0 }) {
		mode, name, ok := strings.Cut(entry, "\t")
		if !ok || strings.HasPrefix(mode, linked) {
			continue // as a document, a link is what it leads to
		}
		names = append(names, name)
		if !readable[strings.ToLower(filepath.Ext(name))] {
			continue
		}
		text, err := git(ctx, clone, "cat-file", "blob", commit+":"+name)
		if err == nil { // a blob that a partial clone lacks counts as empty
			content[name] = []byte(text + "\n")
		}
	}
	return put(ctx, tree, origin, names, content)
}

// readable are the endings of documents.
var readable = map[string]bool{".md": true, ".rst": true, ".adoc": true, ".asciidoc": true, ".org": true, ".txt": true, ".markdown": true, ".mkd": true, ".mdown": true, ".asc": true, ".rest": true, "": true}

// score lets the scorer compare; its figures are the output.
func (b plans) score(ctx context.Context, out string, stdout io.Writer) error {
	args := []string{b.scorer, b.labelsDir, out}
	if b.worst > 0 {
		args = append(args, "--worst", fmt.Sprint(b.worst))
	}
	cmd := exec.CommandContext(ctx, "python3", args...)
	cmd.Stdout, cmd.Stderr = stdout, b.talk
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("scorer %s: %w", b.scorer, err)
	}
	return nil
}
