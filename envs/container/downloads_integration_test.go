package container

import (
	"archive/tar"
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

// sharing is a stage that shares downloads under a name.
func sharing(t *testing.T, name, repository string) *Stage {
	t.Helper()
	env := debian()
	env.Name, env.Furnish.PackageLists = name, true
	s := stage(t, env)
	s.ShareDownloads(repository)
	t.Cleanup(func() {
		all, err := s.stored(t.Context())
		for _, one := range all {
			if err == nil {
				err = s.engine.back.Remove(t.Context(), one)
			}
		}
		if err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
	})
	return s
}

func TestIntegrationDownloadsServeTheNextRun(t *testing.T) {
	defer exclusive(t.Context(), "kept-in-tests")() // other tests prune the engine that this one counts on
	ours, theirs := t.Name()+nonce(), t.Name()+nonce()
	home := Checkout{Start: verifier.StartHome}
	const install = "sudo apt-get install -y --no-install-recommends hello 2>&1 | grep -e 'Need to get' -e 'Setting up'"
	const pip = "mkdir -p ~/.cache/pip/http-v2/a ~/.cache/pip/wheels && echo page >~/.cache/pip/http-v2/a/b && echo built >~/.cache/pip/wheels/w && ln -s /etc/shadow ~/.cache/pip/http-v2/a/l"

	first := sharing(t, "debian-12", ours)
	m := freshWith(t, first, home)
	if got := first.Record().Downloads; got != verifier.NoDownloads {
		t.Errorf("the first run began with %q", got)
	}
	if x := typeText(t, m, install); !strings.Contains(x.out, "Setting up hello") || strings.Contains(x.out, "Need to get 0 B") {
		t.Fatalf("the first run: %q", x.out)
	}
	typeText(t, m, pip)
	if err := first.SaveDownloads(t.Context(), m); err != nil {
		t.Fatal(err)
	}

	t.Run("the next run downloads nothing", func(t *testing.T) {
		s := stage(t, first.env)
		s.ShareDownloads(ours)
		m := freshWith(t, s, home)
		if got := s.Record().Downloads; !strings.HasPrefix(got, "apt ") || !strings.Contains(got, "pip 5 bytes in 1 file") {
			t.Errorf("it began with %q", got)
		}
		before := snapshot(t, m)
		if x := typeText(t, m, install); !strings.Contains(x.out, "Need to get 0 B") || !strings.Contains(x.out, "Setting up hello") {
			t.Errorf("it said %q", x.out)
		}
		// What was built is not there, folders are the user's, and links were not followed.
		x := typeText(t, m, "find ~/.cache | sort; stat -c '%U %a' ~/.cache ~/.cache/pip/http-v2/a/b")
		want := "/home/newcomer/.cache\r\n/home/newcomer/.cache/pip\r\n/home/newcomer/.cache/pip/http-v2\r\n/home/newcomer/.cache/pip/http-v2/a\r\n" +
			"/home/newcomer/.cache/pip/http-v2/a/b\r\nnewcomer 755\r\nnewcomer 644\r\n"
		if diff := cmp.Diff(want, x.out); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if err := s.SaveDownloads(t.Context(), m); err != nil {
			t.Error(err)
		}
		if same, err := s.stored(t.Context()); err != nil || len(same) != 1 {
			t.Errorf("kept: %v, %v", same, err)
		}

		// A trial goes on with them; a control run must not see them.
		if x := typeText(t, fork(t, m, before), install); !strings.Contains(x.out, "Need to get 0 B") {
			t.Errorf("a fork: %q", x.out)
		}
		before.Cold = true
		control := fork(t, m, before)
		if x := typeText(t, control, "ls /var/cache/apt/archives/*.deb ~/.cache/pip/http-v2/a/b"); x.Exit == 0 || strings.Contains(x.out, "hello_") {
			t.Errorf("a control run finds %q", x.out)
		}
		if x := typeText(t, control, install); strings.Contains(x.out, "Need to get 0 B") || !strings.Contains(x.out, "Setting up hello") {
			t.Errorf("a control run: %q", x.out)
		}
		// Nor must the replay, which is the second clean machine.
		if x := typeText(t, freshWith(t, s, home), install); strings.Contains(x.out, "Need to get 0 B") {
			t.Errorf("a replay: %q", x.out)
		}
	})

	t.Run("another environment of the same repository", func(t *testing.T) {
		s := sharing(t, "partner", ours)
		s.record.Release = "debian 99" // of another system: its packages are others
		freshWith(t, s, home)
		if got := s.Record().Downloads; got != "pip 5 bytes in 1 file" {
			t.Errorf("it began with %q", got)
		}
	})

	t.Run("another repository", func(t *testing.T) {
		s := sharing(t, "debian-12", theirs)
		if x := typeText(t, freshWith(t, s, home), install); strings.Contains(x.out, "Need to get 0 B") {
			t.Errorf("it said %q", x.out)
		}
		if got := s.Record().Downloads; got != verifier.NoDownloads {
			t.Errorf("it began with %q", got)
		}
	})

	t.Run("without being asked", func(t *testing.T) {
		s := stage(t, first.env)
		m := freshWith(t, s, home)
		if x := typeText(t, m, install); strings.Contains(x.out, "Need to get 0 B") {
			t.Errorf("it said %q", x.out)
		}
		if err := s.SaveDownloads(t.Context(), m); err != nil || s.Record().Downloads != "" {
			t.Errorf("%q, %v", s.Record().Downloads, err)
		}
	})

	t.Run("two runs at once", func(t *testing.T) {
		done := make(chan error, 2)
		for i := range 2 {
			s := stage(t, first.env)
			s.ShareDownloads(ours)
			m := freshWith(t, s, home)
			typeText(t, m, "echo "+strings.Repeat("x", i+1)+" >~/.cache/pip/http-v2/more")
			go func() { done <- s.SaveDownloads(t.Context(), m) }()
		}
		for range 2 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		s := stage(t, first.env)
		s.ShareDownloads(ours)
		if x := typeText(t, freshWith(t, s, home), "cat ~/.cache/pip/http-v2/more ~/.cache/pip/http-v2/a/b"); x.out != "x\r\npage\r\n" && x.out != "xx\r\npage\r\n" {
			t.Errorf("afterwards: %q", x.out)
		}
		if kept, err := s.stored(t.Context()); err != nil || len(kept) != 1 {
			t.Errorf("kept: %v, %v", kept, err)
		}
	})
}

func TestDownloadsAreSweptByAge(t *testing.T) {
	e := &Engine{me: identity{session: "s", owner: self(), host: "here"}}
	now := time.Now()
	kept := thing{Class: classImage, Names: []string{"freshinstall/downloads:1"}, Labels: e.me.labels(kindDownloads, nil), Made: now.Add(-downloadsFor + time.Hour)}
	old, nameless := kept, kept
	old.Made, nameless.Names = now.Add(-downloadsFor-time.Hour), nil
	for _, c := range []struct {
		name  string
		t     thing
		reach Reach
		want  bool
	}{
		{"a new start", kept, Leftovers, false}, {"prune", kept, KeptToo, true}, {"prune --all", kept, CachedToo, true},
		{"after a week", old, Leftovers, true}, {"one that was replaced", nameless, Leftovers, true},
	} {
		if got := e.sweepable(c.t, c.reach, now); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestOnlyPlainDownloadsAreTaken(t *testing.T) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range []*tar.Header{
		{Name: "archives/good_1_amd64.deb", Typeflag: tar.TypeReg}, {Name: "archives/partial/bad.deb", Typeflag: tar.TypeReg},
		{Name: "archives/lock", Typeflag: tar.TypeReg}, {Name: "archives/../../etc/x.deb", Typeflag: tar.TypeReg},
		{Name: "archives//abs.deb", Typeflag: tar.TypeReg}, {Name: "archives/link.deb", Typeflag: tar.TypeSymlink, Linkname: "/etc/shadow"},
		{Name: "archives/hard.deb", Typeflag: tar.TypeLink, Linkname: "/etc/shadow"}, {Name: "archives/pipe.deb", Typeflag: tar.TypeFifo},
	} {
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	have := newStockTaking()
	out := newCollection(have)
	if err := out.add(&b, depots()[0]); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"apt/good_1_amd64.deb 0"}, have.lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if err := out.drop(); err != nil {
		t.Error(err)
	}
}

func TestDownloadsEndSomewhere(t *testing.T) {
	have := newStockTaking()
	d := depots()[0]
	if have.full(mostDownloads) || !have.full(mostDownloads+1) {
		t.Error("an empty store is full at the wrong size")
	}
	have.count(d, "a", mostDownloads)
	if have.full(0) || !have.full(1) {
		t.Error("a full store takes more")
	}
	if got := have.stocks().String(); got != "apt 1.0 GiB in 1 file" {
		t.Errorf("it says %q", got)
	}
	if got := newStockTaking().stocks().String(); got != verifier.NoDownloads {
		t.Errorf("an empty one says %q", got)
	}
}
