package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/envs/container"
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/source"
)

func TestEveryErrorHasItsCodeAndSomethingToDo(t *testing.T) {
	from := func(k source.Kind) error { return &source.Error{Kind: k, What: "x", ToDo: "y", Location: "z"} }
	trouble := func(b verifier.Blame) error { return &container.Trouble{Blame: b, What: "x", ToDo: "y"} }
	for _, c := range []struct {
		name string
		err  error
		code int
	}{
		{"no such folder", from(source.NotFound), 2},
		{"a protocol that is not fetched", from(source.NotSupported), 2},
		{"an unsafe repository", from(source.Unsafe), 2},
		{"no such ref", from(source.UnknownRef), 2},
		{"a damaged repository", from(source.Damaged), 2},
		{"too large", from(source.TooLarge), 2},
		{"not to be cloned", from(source.CloneFailed), 3},
		{"no git", from(source.NoGit), 3},
		{"this disk is full", from(source.Local), 3},
		{"nothing committed", from(source.NoCommits), 4},
		{"no README", &source.Error{Kind: source.NoDocument, Err: source.ErrNoDocuments, What: "x", ToDo: "y"}, 4},
		{"a declared document is missing", from(source.NoDocument), 2},
		{"a README that is no text", from(source.BadDocument), 1},
		{"unknown environment", &envs.UnknownError{Name: "debian-99"}, 2},
		{"faults of a declaration", &envs.Problems{List: []envs.Problem{{File: "f", Line: 3, What: "x"}}}, 2},
		{"no engine", &container.NoEngineError{ToDo: "y", Attempts: []container.Attempt{{Address: "unix:///a", Origin: "usual socket", Err: errors.New("refused")}}}, 3},
		{"an image that cannot be had", trouble(verifier.BlameWorld), 3},
		{"our own stage", trouble(verifier.BlameContainer), 3},
		{"a wrong declaration, found late", trouble(verifier.BlameEnvironment), 2},
		{"engine lost", fmt.Errorf("type: %w", verifier.ErrLost), 3},
		{"interrupted", context.Canceled, 130},
		{"not foreseen", errors.New("boom"), 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := asProblem(fmt.Errorf("outer: %w", c.err))
			if p.code != c.code || p.todo == "" || p.what == "" {
				t.Errorf("code %d, want %d; what %q, to do %q", p.code, c.code, p.what, p.todo)
			}
		})
	}
}

func TestProblemIsPrintedWithoutAnythingThatActs(t *testing.T) {
	var out bytes.Buffer
	p := &problem{what: "cannot read \x1b[2Jthis", where: "a\nb", todo: "first\nthen", cause: errors.New("no\u202esuch")}
	if err := p.write(&out); err != nil {
		t.Fatal(err)
	}
	want := "freshinstall: cannot read this: nosuch\n  where: a b\n  to do: first\n         then\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestProgramVersion(t *testing.T) {
	info := func(main string, settings ...debug.BuildSetting) func() (*debug.BuildInfo, bool) {
		return func() (*debug.BuildInfo, bool) {
			return &debug.BuildInfo{Main: debug.Module{Version: main}, Settings: settings}, true
		}
	}
	for _, c := range []struct {
		name, linked string
		read         func() (*debug.BuildInfo, bool)
		want         string
	}{
		{"the linker's word", "1.2.3", info("v9"), "1.2.3"},
		{"installed by go install", "", info("v1.4.0"), "1.4.0"},
		{"built in a clone", "", info("(devel)", debug.BuildSetting{Key: "vcs.revision", Value: "0123456789abcdef"}, debug.BuildSetting{Key: "vcs.modified", Value: "true"}), "development-0123456789ab-dirty"},
		{"no record", "", func() (*debug.BuildInfo, bool) { return nil, false }, "unknown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := programVersion(c.linked, c.read); got != c.want {
				t.Errorf("version %q, want %q", got, c.want)
			}
		})
	}
}

func TestWordsForPeople(t *testing.T) {
	for _, c := range []struct{ name, got, want string }{
		{"minutes", durationInWords(20 * time.Minute), "20m"},
		{"hours", durationInWords(2 * time.Hour), "2h"},
		{"ten hours and a bit", durationInWords(10*time.Hour + 30*time.Minute), "10h30m"},
		{"seconds", durationInWords(90 * time.Second), "1m30s"},
		{"none", durationInWords(0), "no limit"},
		{"gigabytes", bytesInWords(3 << 29), "1.5 GB"},
		{"megabytes", bytesInWords(5 << 20), "5 MB"},
		{"kilobytes", bytesInWords(5 << 10), "5 KB"},
		{"one", count(1, "step"), "1 step"},
		{"many", count(2, "step"), "2 steps"},
		{"nothing swept", sweptInWords(container.Swept{}, 0), ""},
		{"swept", sweptInWords(container.Swept{Containers: 1, Images: 2, Bytes: 1 << 30}, 1), "1 machine, 2 images, 1 temporary folder (1.0 GB)"},
		{"a file name of a foreign name", plainName("../a b\x1b"), "---a-b-"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.got != c.want {
				t.Errorf("%q, want %q", c.got, c.want)
			}
		})
	}
}

func TestLocaleAndSwitches(t *testing.T) {
	env := parseEnvironment([]string{"CI=true", "NO_COLOR=0", "LANG=en_US.UTF-8", "EMPTY=", "=x", "LANG=C"})
	if !env.set("CI") || env.set("EMPTY") || env.set("NOTHING") || env.utf8() {
		t.Errorf("environment %v is misread", env)
	}
	if !(environment{}).utf8() || !(environment{"LC_ALL": "C.utf8", "LANG": "C"}).utf8() {
		t.Error("a UTF-8 locale is not seen")
	}
	if strings.Join(env.pairs(), " ") != "CI=true EMPTY= LANG=C NO_COLOR=0" {
		t.Errorf("pairs %q", env.pairs())
	}
}
