package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/plan"
)

// label is a command as people labelled it.
type label struct {
	Doc    string        `json:"doc"`
	Line   int           `json:"line"`
	Cmd    string        `json:"cmd"`
	Role   verifier.Role `json:"role"`
	Follow bool          `json:"follow"`
}

// labelled is a repository with its labels, ready to be planned in memory.
type labelled struct {
	name  string
	input plan.Input
	Repo  string  `json:"repo"`
	Doc   string  `json:"doc"`
	All   []label `json:"commands"`
}

// readLabelled reads every labelled repository of a folder that brings its
// documents.
func readLabelled(root string) ([]labelled, error) {
	files, err := filepath.Glob(filepath.Join(root, "*", "labels.json"))
	if err != nil {
		return nil, err
	}
	var all []labelled
	for _, file := range files {
		dir := filepath.Dir(file)
		if !exists(filepath.Join(dir, "docs")) {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		l := labelled{name: filepath.Base(dir)}
		if err := json.Unmarshal(text, &l); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if l.input, err = memoryInput(dir, l); err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	return all, nil
}

// memoryInput is what the source would bring: the README, and by its links the
// other documents.
func memoryInput(dir string, l labelled) (plan.Input, error) {
	_, name, _ := strings.Cut(l.Repo, "/")
	in := plan.Input{Repository: name, URLs: []string{"https://github.com/" + l.Repo}}
	docs := map[string]plan.Document{}
	root := filepath.Join(dir, "docs")
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		source, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, file)
		rel = filepath.ToSlash(rel)
		docs[rel] = plan.Document{Path: rel, Source: source}
		return err
	})
	if err != nil {
		return in, err
	}
	in.Documents = []plan.Document{docs[l.Doc]}
	for _, name := range sortedKeys(docs) {
		if name != l.Doc {
			in.Documents = append(in.Documents, docs[name])
		}
	}
	in.Open = func(from, target string) []plan.Document {
		target, _, _ = strings.Cut(target, "#")
		if d, ok := docs[strings.TrimPrefix(path.Join(path.Dir(from), target), "/")]; ok {
			return []plan.Document{d}
		}
		return nil
	}
	list, err := os.ReadFile(filepath.Join(dir, "files.txt"))
	in.Files = strings.Fields(string(list))
	return in, err
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// agreement counts the followed commands that a plan and the labels share.
type agreement struct{ right, given, wanted int }

func (a agreement) f1() float64 {
	if a.given+a.wanted == 0 {
		return 1
	}
	return 2 * float64(a.right) / float64(a.given+a.wanted)
}

func (a agreement) and(b agreement) agreement {
	return agreement{a.right + b.right, a.given + b.given, a.wanted + b.wanted}
}

// agree pairs steps with labels: same document, same text, at most two lines
// apart. It also names the followed commands, for telling two plans apart.
func (l labelled) agree(steps []verifier.Step) (agreement, string) {
	var a agreement
	var names []string
	used := map[int]bool{}
	for _, s := range steps {
		if !s.Follow {
			continue
		}
		a.given++
		names = append(names, fmt.Sprintf("%s:%d", s.Document, s.Line))
		for j, want := range l.All {
			apart := max(s.Line-want.Line, want.Line-s.Line)
			if want.Follow && !used[j] && strings.EqualFold(s.Document, want.Doc) && apart <= 2 && foldCommand(s.Command) == foldCommand(want.Cmd) {
				used[j] = true
				a.right++
				break
			}
		}
	}
	for _, want := range l.All {
		if want.Follow {
			a.wanted++
		}
	}
	return a, strings.Join(names, " ")
}

func foldCommand(s string) string {
	return strings.TrimRight(strings.Join(strings.Fields(strings.ReplaceAll(s, "\\", " ")), " "), "; ")
}
