package container

import (
	"context"
	"errors"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

// comeBack is how long an engine that does not answer is waited for: one that
// is updated or started anew takes seconds. It is a run's patience, not an
// environment's.
const comeBack = 20 * time.Second

// comesBack waits for an engine that does not answer.
func (e *Engine) comesBack(ctx context.Context) bool {
	e.mu.Lock()
	if e.until.IsZero() {
		e.until = time.Now().Add(comeBack)
	}
	until := e.until
	e.mu.Unlock()
	for {
		if e.back.Answers(ctx) == nil {
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(200 * time.Millisecond):
		}
		if time.Now().After(until) {
			return false
		}
	}
}

// withoutImage says that an image was taken away under a run, where that is
// what an error comes from: an engine's words are then those of a machine that
// is gone.
func (e *Engine) withoutImage(ctx context.Context, image string, err error) error {
	if !errors.Is(err, errGone) || e.back.Answers(ctx) != nil {
		return err
	}
	if _, gone := e.back.Image(ctx, image); !errors.Is(gone, errGone) {
		return err
	}
	return &Trouble{Blame: verifier.BlameContainer, What: "an image that the run stands on is gone", Where: image, Err: err,
		ToDo: "remove no images of the engine while a run goes on (docker system prune, say), and go on with it: freshinstall verify --resume"}
}
