package main

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// writerVariable makes the test binary write to the file that it names, and
// stop where writerStops says.
const (
	writerVariable = "FRESHINSTALL_TEST_WRITER"
	writerStops    = "FRESHINSTALL_TEST_WRITER_STOPS"
)

// writeAndWait writes a report and says on stdout when it has come to the
// place where it is to be killed.
func writeAndWait(path, stops string) int {
	halt := func(at string) {
		if at == stops {
			_, _ = os.Stdout.WriteString(at + "\n")
			_, _ = io.Copy(io.Discard, os.Stdin) // never ends by itself
		}
	}
	err := writeWholeBy(path, func(f *os.File) error {
		halt("opened")
		if _, err := f.Write(bytes.Repeat([]byte("new\n"), 1<<18)); err != nil {
			return err
		}
		halt("half")
		_, err := f.Write(bytes.Repeat([]byte("new\n"), 1<<18))
		halt("filled")
		return err
	})
	if err != nil {
		return 1
	}
	halt("renamed")
	return 0
}

func TestAKillLeavesTheOldOrTheNewReport(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	before, after := []byte("old\n"), bytes.Repeat([]byte("new\n"), 1<<19)
	for _, c := range []struct {
		stops string
		want  []byte
	}{{"opened", before}, {"half", before}, {"filled", before}, {"renamed", after}} {
		t.Run(c.stops, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "report.xml")
			if err := os.WriteFile(path, before, 0o644); err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), program)
			cmd.Env = append(os.Environ(), writerVariable+"="+path, writerStops+"="+c.stops)
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := cmd.StdinPipe(); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			line, err := bufio.NewReader(out).ReadString('\n')
			if err != nil || line != c.stops+"\n" {
				t.Errorf("it said %q, %v", line, err)
			}
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); err == nil {
				t.Error("it ended before it was killed")
			}
			got, err := os.ReadFile(path)
			if err != nil || !bytes.Equal(got, c.want) {
				t.Errorf("after a kill: %d bytes, %v; want %d", len(got), err, len(c.want))
			}
			if err := writeWhole(path, []byte("next")); err != nil {
				t.Errorf("the next write: %v", err)
			}
		})
	}
}
