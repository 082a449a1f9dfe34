package container

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/verifier"
)

// awayFake is an engine that does not answer until a moment.
type awayFake struct {
	*fakeBackend
	back time.Time
}

var errAway = fmt.Errorf("%w: connection refused", errGone)

func (f *awayFake) Answers(context.Context) error {
	if time.Now().Before(f.back) {
		return errAway
	}
	return nil
}

func (f *awayFake) Image(ctx context.Context, ref string) (imageState, error) {
	if err := f.Answers(ctx); err != nil {
		return imageState{}, err
	}
	return f.fakeBackend.Image(ctx, ref)
}

func TestAnEngineThatComesBackIsWaitedFor(t *testing.T) {
	env := envs.Environment{Name: "one", User: "root", Base: envs.Base{Image: "civic/base:1", Bootstrap: &envs.Bootstrap{Suite: "bookworm"}}}
	for _, c := range []struct {
		name  string
		away  time.Duration
		waits time.Duration // for two environments, one after the other
		lost  bool
	}{
		{"it was started anew", 5 * time.Second, 5 * time.Second, false},
		{"it stays away, which is waited for once", time.Hour, comeBack, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fake := newFake()
				fake.pull = func(context.Context, string) error { return errAway }
				fake.images["civic/base:1"] = imageState{ID: "sha256:1"}
				e := fakeEngine(fake)
				e.back = &awayFake{fakeBackend: fake, back: time.Now().Add(c.away)}
				began := time.Now()
				for range 2 {
					// This engine runs nothing, so that no environment is ever ready on it.
					if _, err := e.Prepare(t.Context(), env, nil); errors.Is(err, verifier.ErrLost) != c.lost || !c.lost && !errors.Is(err, errNotFaked) {
						t.Errorf("lost %v: %v", errors.Is(err, verifier.ErrLost), err)
					}
				}
				if took := time.Since(began); took < c.waits || took > c.waits+2*time.Second {
					t.Errorf("it took %s, want about %s", took, c.waits)
				}
				if c.lost && fake.imports > 0 {
					t.Error("a base was made for an engine that is not there")
				}
			})
		})
	}
}

func TestAnImageThatIsGoneIsNoMachineThatIsGone(t *testing.T) {
	fake := newFake()
	fake.images["sha256:1"] = imageState{ID: "sha256:1"}
	e := fakeEngine(fake)
	for name, c := range map[string]struct {
		image   string
		err     error
		answers error
		told    bool
	}{
		"the image was removed":    {"sha256:2", errGone, nil, true},
		"it is there":              {"sha256:1", errGone, nil, false},
		"the engine went away too": {"sha256:2", errGone, errAway, false},
		"another fault":            {"sha256:2", errNotFaked, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			fake.answers = c.answers
			err := e.withoutImage(t.Context(), c.image, lost("start", c.err))
			var trouble *Trouble
			if errors.As(err, &trouble) != c.told || !errors.Is(err, c.err) {
				t.Errorf("%v", err)
			}
		})
	}
	if err := e.withoutImage(t.Context(), "sha256:2", nil); err != nil {
		t.Error(err)
	}
}
