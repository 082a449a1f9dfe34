package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/freshinstall/freshinstall/envs"
)

// Which declaration counts, and whether it is trusted:
//
//   - a file named with --config is the user's own choice, hence trusted;
//   - else freshinstall.yaml of the repository, or of a folder above a local
//     one. It is foreign input: what reaches into this machine counts only
//     after --trust-config, which shows it and remembers it by its hash;
//   - the user's own file adds settings, values and answers, and wins.

// declaration is what was declared, and by whom.
type declaration struct {
	file    *envs.File // nil: nothing was declared
	trusted bool
	user    *envs.File // the user's own file; nil: there is none
}

// userFile is where the user's own preferences stand.
func userFile(env environment) string {
	base := env["XDG_CONFIG_HOME"]
	if !filepath.IsAbs(base) {
		if !filepath.IsAbs(env["HOME"]) {
			return ""
		}
		base = filepath.Join(env["HOME"], ".config")
	}
	return filepath.Join(base, "freshinstall", "config.yaml")
}

// stateFolder is where the tool keeps what it must remember.
func stateFolder(env environment) (string, error) {
	base := env["XDG_STATE_HOME"]
	if !filepath.IsAbs(base) {
		if !filepath.IsAbs(env["HOME"]) {
			return "", &problem{code: exitUse, what: "no folder to keep anything in", where: "HOME and XDG_STATE_HOME",
				todo: "set HOME to an absolute path"}
		}
		base = filepath.Join(env["HOME"], ".local", "state")
	}
	return filepath.Join(base, "freshinstall"), nil
}

// readUserFile reads the user's own file, if there is one.
func readUserFile(env environment) (*envs.File, error) {
	path := userFile(env)
	if path == "" {
		return nil, nil
	}
	file, err := readDeclaration(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if len(file.Environments)+len(file.Documents)+len(file.Steps)+len(file.Acceptance)+len(file.Rules) > 0 {
		return nil, misuse("move everything but settings:, values: and answers: to a freshinstall.yaml and name it with --config",
			"the user's own file may hold settings, values and answers only").at(path)
	}
	return file, nil
}

// readDeclaration reads a declaration with problems that a user understands.
func readDeclaration(path string) (*envs.File, error) {
	file, err := envs.Read(path)
	if err == nil {
		if _, err := ownRules(file); err != nil {
			return nil, &problem{code: exitUse, what: "rules of the declaration are wrong", cause: err, where: path,
				todo: "correct the rules that are named; `freshinstall explain S01` shows what a rule holds"}
		}
		return file, nil
	}
	if wrong, ok := errors.AsType[*envs.Problems](err); ok {
		return nil, &problem{code: exitUse, what: "the declaration has " + count(len(wrong.List), "fault"), cause: wrong, where: path,
			todo: "correct the lines that are named; `freshinstall envs check` tells whether it is right"}
	}
	return nil, &problem{code: exitUse, what: "cannot read the declaration", where: path, cause: err,
		todo: "see that the file is there and can be read"}
}

// findDeclaration looks in the folders themselves, then, if asked, above the
// last one.
func findDeclaration(upward bool, folders ...string) (path string, found bool) {
	for _, folder := range folders {
		if path, found = envs.Find(folder); found {
			return path, true
		}
	}
	if len(folders) == 0 || !upward {
		return "", false
	}
	for at := folders[len(folders)-1]; ; {
		parent := filepath.Dir(at)
		if parent == at {
			return "", false
		}
		if path, found = envs.Find(parent); found {
			return path, true
		}
		at = parent
	}
}

// loadDeclaration reads what counts: the named file, else what
// [findDeclaration] finds.
func (d *frontDoor) loadDeclaration(named string, trust, upward bool, folders ...string) (declaration, error) {
	var out declaration
	var err error
	if out.user, err = readUserFile(d.env); err != nil {
		return out, err
	}
	if named != "" {
		out.file, err = readDeclaration(named)
		out.trusted = true
		return out, err
	}
	path, found := findDeclaration(upward, folders...)
	if !found {
		return out, nil
	}
	if out.file, err = readDeclaration(path); err != nil {
		return out, err
	}
	out.trusted, err = d.trusts(out.file, trust)
	return out, err
}

// reaching lists what a declaration would do on this machine.
func reaching(file *envs.File) []string {
	var out []string
	for _, r := range untrusted(file) {
		out = append(out, cleanLine(fmt.Sprintf("%s: %s (%s)", r.Key, r.Value, r.Means)))
	}
	for _, s := range settings() {
		if value, ok := file.Settings[s.name]; ok && s.onHost {
			out = append(out, cleanLine(fmt.Sprintf("settings.%s: %v (writes files on this machine)", s.name, value)))
		}
	}
	return out
}

// trusts reports whether the user has agreed to what a foreign declaration
// does on this machine, now or before.
func (d *frontDoor) trusts(file *envs.File, agree bool) (bool, error) {
	reaches := reaching(file)
	if len(reaches) == 0 {
		return true, nil
	}
	folder, err := stateFolder(d.env)
	if err != nil {
		return false, err
	}
	sum := sha256.Sum256([]byte(strings.Join(reaches, "\n")))
	hash := hex.EncodeToString(sum[:])
	path := filepath.Join(folder, "trusted.json")
	known, err := readTrusted(path)
	if err != nil {
		return false, err
	}
	if !agree {
		return slices.Contains(known, hash), nil
	}
	d.say("%s is trusted with:\n  %s", file.Path, strings.Join(reaches, "\n  "))
	if slices.Contains(known, hash) {
		return true, nil
	}
	return true, writeTrusted(path, append(known, hash))
}

func readTrusted(path string) ([]string, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var hashes []string
	if err == nil {
		err = json.Unmarshal(data, &hashes)
	}
	if err != nil {
		return nil, &problem{code: exitUse, what: "cannot read which declarations are trusted", where: path, cause: err,
			todo: "delete the file; --trust-config makes it anew"}
	}
	return hashes, nil
}

func writeTrusted(path string, hashes []string) error {
	data, err := json.MarshalIndent(hashes, "", "  ")
	if err == nil {
		err = os.MkdirAll(filepath.Dir(path), 0o700)
	}
	if err == nil {
		err = writeWhole(path, append(data, '\n'))
	}
	if err != nil {
		return &problem{code: exitUntested, what: "cannot remember that the declaration is trusted", where: path, cause: err,
			todo: "see that the folder can be written"}
	}
	return nil
}

// refuseReach is the end of a run whose declaration reaches into this machine
// without the user's word.
func (decl declaration) refuseReach() error {
	if decl.file == nil || decl.trusted {
		return nil
	}
	var keys []string
	for _, r := range untrusted(decl.file) {
		keys = append(keys, fmt.Sprintf("line %d, %s: %s", r.Line, r.Key, r.Means))
	}
	if len(keys) == 0 {
		return nil
	}
	return misuse("look at it; if it is as it should be, run again with --trust-config",
		"the repository's declaration reaches into this machine:\n  %s", strings.Join(keys, "\n  ")).at(decl.file.Path)
}

// preferences lays all sources of settings over one another.
func (d *frontDoor) preferences(decl declaration, flags *pflag.FlagSet) (resolved, error) {
	var layers []layer
	if decl.user != nil {
		layers = append(layers, layer{origin: decl.user.Path, values: decl.user.Settings})
	}
	if decl.file != nil {
		layers = append(layers, layer{origin: decl.file.Path, values: decl.file.Settings, foreign: !decl.trusted})
	}
	return resolve(append(layers, envLayers(d.env)...), flags)
}
