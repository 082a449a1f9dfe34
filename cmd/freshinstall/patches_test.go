package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

const rstReadme = "App\n===\n\nInstall\n-------\n\n::\n\n    cmake -B build\n    make -C build\n"

// afterRun is a run over a folder that has proven a fix for "make", or has seen
// it pass, without any machine.
func afterRun(t *testing.T, d *frontDoor, folder string, fixed bool, flags ...string) (request, *verification) {
	t.Helper()
	var ask request
	cmd := newVerifyCommand(d)
	if err := cmd.ParseFlags(flags); err != nil {
		t.Fatal(err)
	}
	ask.location = folder
	ask.wishes.write, _ = cmd.Flags().GetBool("write")
	ask.wishes.branch, _ = cmd.Flags().GetString("branch")
	ask.wishes.patch, _ = cmd.Flags().GetString("patch")
	p, err := d.prepare(t.Context(), ask, t.TempDir(), cmd.Flags())
	if err != nil {
		t.Fatal(err)
	}
	made, err := p.plan(verifier.FamilyDeb, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	r := provenAt(made, "make", bringPNG)
	if fixed {
		r = provenAt(made, "none fails", bringPNG)
	}
	return ask, &verification{result: *r, documents: p.sources(), page: p.page, scratch: p.scratch, local: p.checkout.Local}
}

func (d *frontDoor) applied(t *testing.T, folder string, fixed bool, flags ...string) {
	t.Helper()
	ask, v := afterRun(t, d, folder, fixed, flags...)
	if err := d.applyWishes(t.Context(), ask, v); err != nil {
		t.Fatal(err)
	}
}

func textOf(t *testing.T, folder, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, name))
	if errors.Is(err, os.ErrNotExist) {
		return "<none>"
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestWhereTheSectionGoes(t *testing.T) {
	section := ".. freshinstall:begin"
	for _, tc := range []struct {
		name  string
		files map[string]string
		flags []string
		into  string
		title string // first lines of a document that was made
	}{
		{name: "the document with the step", files: map[string]string{"README.rst": rstReadme}, into: "README.rst"},
		{name: "named, to be made", files: map[string]string{"README.rst": rstReadme}, flags: []string{"--write-to", "docs/problems.rst"}, into: "docs/problems.rst", title: "Known install problems\n======================\n"},
		{name: "named, there", files: map[string]string{"README.rst": rstReadme, "HELP.rst": "Troubleshooting\n###############\n\nAsk us.\n"}, flags: []string{"--write-to", "HELP.rst"}, into: "HELP.rst"},
		{name: "declared", files: map[string]string{"README.rst": rstReadme, "freshinstall.yaml": "settings: {write-to: PROBLEMS.rst}\n"}, into: "PROBLEMS.rst"},
		{name: "linked from the README", files: map[string]string{"README.rst": rstReadme + "\nSee `what may go wrong <docs/TROUBLESHOOTING.rst>`_.\n", "docs/TROUBLESHOOTING.rst": "Troubleshooting\n===============\n"}, into: "docs/TROUBLESHOOTING.rst"},
		{name: "there, but no reader is sent to it", files: map[string]string{"README.rst": rstReadme, "docs/TROUBLESHOOTING.rst": "Troubleshooting\n===============\n"}, into: "README.rst"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d, talk := desk(t)
			folder := repository(t, tc.files)
			flags := append([]string{"--write"}, tc.flags...)
			d.applied(t, folder, false, flags...)
			for name := range tc.files {
				if has := strings.Contains(textOf(t, folder, name), section); has != (name == tc.into) {
					t.Errorf("%s has the section: %v\n%s", name, has, talk)
				}
			}
			text := textOf(t, folder, tc.into)
			if !strings.Contains(text, section) || !strings.Contains(text, tc.title) {
				t.Errorf("%s:\n%s", tc.into, text)
			}
			d.applied(t, folder, false, flags...)
			if again := textOf(t, folder, tc.into); again != text {
				t.Errorf("second run:\n%s", cmp.Diff(text, again))
			}
			d.applied(t, folder, true, flags...)
			want, have := tc.files[tc.into]
			if !have {
				want = "<none>"
			}
			if diff := cmp.Diff(want, textOf(t, folder, tc.into)); diff != "" {
				t.Errorf("withdrawn (-want +got):\n%s", diff)
			}
		})
	}
}

// An entry stays where it stands; the same problem is not told twice.
func TestEntriesStayWhereTheyStand(t *testing.T) {
	d, _ := desk(t)
	folder := repository(t, map[string]string{"README.rst": rstReadme})
	d.applied(t, folder, false, "--write")
	before := textOf(t, folder, "README.rst")
	d.applied(t, folder, false, "--write", "--write-to", "TROUBLESHOOTING.rst")
	if textOf(t, folder, "README.rst") != before || textOf(t, folder, "TROUBLESHOOTING.rst") != "<none>" {
		t.Errorf("told twice, or moved:\n%s\n%s", textOf(t, folder, "README.rst"), textOf(t, folder, "TROUBLESHOOTING.rst"))
	}
	d.applied(t, folder, true, "--write", "--write-to", "TROUBLESHOOTING.rst")
	if textOf(t, folder, "README.rst") != rstReadme {
		t.Errorf("not withdrawn:\n%s", textOf(t, folder, "README.rst"))
	}
}

func TestSectionOnABranch(t *testing.T) {
	d, talk := desk(t)
	folder := repository(t, map[string]string{"README.rst": rstReadme})
	dirty := "Changed\n=======\n" + strings.TrimPrefix(rstReadme, "App\n===\n")
	if err := os.WriteFile(filepath.Join(folder, "README.rst"), []byte(dirty), 0o644); err != nil {
		t.Fatal(err)
	}
	d.applied(t, folder, false, "--branch", "docs/problems")
	if !strings.Contains(talk.String(), "git merge docs/problems") {
		t.Errorf("said:\n%s", talk)
	}
	if textOf(t, folder, "README.rst") != dirty || git(t, folder, "status", "--porcelain") != " M README.rst\n" {
		t.Errorf("the user's files: %s", git(t, folder, "status", "--porcelain"))
	}
	text := git(t, folder, "show", "docs/problems:README.rst")
	if !strings.HasPrefix(text, rstReadme) || !strings.Contains(text, ".. freshinstall:begin") {
		t.Errorf("on the branch:\n%s", text)
	}
	first := git(t, folder, "rev-parse", "docs/problems")
	d.applied(t, folder, false, "--branch", "docs/problems")
	if git(t, folder, "rev-parse", "docs/problems") != first || !strings.Contains(talk.String(), "has it already") {
		t.Errorf("a second run made another commit:\n%s", talk)
	}
	// Merged, there is nothing left to tell; fixed, it is taken back.
	git(t, folder, "checkout", "--quiet", "README.rst")
	git(t, folder, "merge", "--quiet", "docs/problems")
	d.applied(t, folder, false, "--branch", "docs/other")
	if out := git(t, folder, "branch", "--list", "docs/other"); out != "" || !strings.Contains(talk.String(), "nothing to commit") {
		t.Errorf("a branch without need: %s\n%s", out, talk)
	}
	d.applied(t, folder, true, "--branch", "docs/other")
	if diff := cmp.Diff(rstReadme, git(t, folder, "show", "docs/other:README.rst")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
