package container

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

// throwawayAge is how long a prepared look-up machine may be used again:
// archives change about daily.
const throwawayAge = 24 * time.Hour

// Throwaway starts a clean furnished machine for look-ups, without a
// repository. prepare is a script that root runs in it first; the file system
// it leaves is kept as an image for a day, under key and the script's text.
func (s *Stage) Throwaway(ctx context.Context, key, prepare string) (*Machine, error) {
	sum := sha256.Sum256([]byte(s.image + "\x00" + key + "\x00" + prepare))
	label := hex.EncodeToString(sum[:16])
	made, err := s.engine.shared(ctx, "throwaway "+label, func() (any, error) {
		t, ok := s.engine.labelled(ctx, kindThrowaway, label)
		if ok && time.Since(t.Made) < throwawayAge {
			return t.ID, nil
		}
		id, err := s.prepareThrowaway(ctx, label, prepare)
		if err == nil && ok {
			// A machine may still run on the old one; then the next sweep finds it.
			_ = s.engine.back.Remove(ctx, t)
		}
		return id, err
	})
	if err != nil {
		return nil, fmt.Errorf("prepare a machine for look-ups (%s): %w", key, err)
	}
	return s.start(ctx, origin{image: made.(string), layers: s.layers + 1, state: shellState{User: s.env.User}}, nil)
}

func (s *Stage) prepareThrowaway(ctx context.Context, label, prepare string) (id string, err error) {
	m, err := s.start(ctx, origin{image: s.image, layers: s.layers, state: shellState{User: s.env.User}}, nil)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	text, exit, err := m.exec(ctx, "exec 2>&1\n"+prepare)
	if err != nil {
		return "", err
	}
	if exit != 0 {
		said := &lastLines{}
		// lastLines takes everything.
		_, _ = said.Write([]byte(strings.TrimSpace(text)))
		return "", &Trouble{
			Blame: verifier.BlameWorld, What: "the machine for look-ups cannot be prepared", Where: "environment " + s.env.Name,
			Err: fmt.Errorf("exit status %d: %s", exit, said), ToDo: "check the network and the distribution's archive",
		}
	}
	labels := s.engine.me.labels(kindThrowaway, map[string]string{labelKey: label, labelRecord: ""})
	id, err = s.engine.back.Commit(ctx, m.box.ID, commit{Labels: labels, Pause: true, Ref: imageName(kindThrowaway, label)})
	return id, lost("keep the machine for look-ups", err)
}
