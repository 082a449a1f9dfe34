package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/freshinstall/freshinstall/verifier"
)

// record is what is known of one repository's run besides the result itself.
// It is written last, so a folder without it was interrupted.
type record struct {
	Repo        string  `json:"repo"`
	Environment string  `json:"environment"`
	Commit      string  `json:"commit"` // of the checkout that was verified
	Exit        int     `json:"exit"`
	Seconds     float64 `json:"seconds"`          // of the process, by our clock
	Reason      string  `json:"reason,omitempty"` // why there is no result
}

// Names in a repository's folder of raw results.
const (
	recordFile      = "run.json"
	resultFile      = "result.json"
	declarationFile = "freshinstall.yaml"
	stdoutFile      = "stdout.txt"
	stderrFile      = "stderr.txt"
	logsFolder      = "logs"
)

func readRecord(dir string) (r record, done bool, err error) {
	text, err := os.ReadFile(filepath.Join(dir, recordFile))
	if errors.Is(err, fs.ErrNotExist) {
		return r, false, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &r)
	}
	if err != nil {
		return r, false, fmt.Errorf("read record in %s: %w", dir, err)
	}
	return r, true, nil
}

func (r record) write(dir string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("write record: %w", err)
	}
	return writeWhole(filepath.Join(dir, recordFile), append(text, '\n'))
}

// readResult reads a result with exactly one environment.
func readResult(file string) (verifier.Result, error) {
	var r verifier.Result
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return r, errors.New("no result file was written")
	}
	if err == nil {
		err = json.Unmarshal(text, &r)
	}
	switch {
	case err != nil:
		return r, fmt.Errorf("the result cannot be read: %w", err)
	case r.Schema != verifier.ResultSchema:
		return r, fmt.Errorf("the result has schema %q instead of %q", r.Schema, verifier.ResultSchema)
	case len(r.Environments) != 1:
		return r, fmt.Errorf("the result has %d environments instead of one", len(r.Environments))
	}
	return r, nil
}

// writeWhole leaves either the old file or the whole new one.
func writeWhole(file string, text []byte) error {
	part := file + ".part"
	if err := os.WriteFile(part, text, 0o644); err != nil {
		return err
	}
	return os.Rename(part, file)
}
