package container

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/freshinstall/freshinstall/verifier"
)

// touched notes that a step may have changed what the services hold.
func (c *company) touched() {
	if c == nil {
		return
	}
	for _, v := range c.servers {
		v.changed = true
	}
}

// freeze keeps the services as they are and names their images; empty without
// services.
func (c *company) freeze(ctx context.Context) (string, error) {
	if c == nil {
		return "", nil
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, v := range c.servers {
		if v.changed {
			group.Go(func() error { return v.freeze(ctx, c.engine) })
		}
	}
	if err := group.Wait(); err != nil {
		return "", err
	}
	var images []frozenService
	for _, v := range c.servers {
		images = append(images, frozenService{v.Image, v.Service.Name, v.Service.At})
	}
	raw, err := json.Marshal(images)
	return base64.StdEncoding.EncodeToString(raw), err
}

// flushPatience bounds how long a service may take to write what it holds: a
// step may have told it to answer nobody.
const flushPatience = 10 * time.Second

func (v *server) flush(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, flushPatience)
	defer cancel()
	_ = v.do(ctx, "flush") // what follows is right without it
}

// frozenService is a service in the label of a machine's snapshot.
type frozenService struct {
	Image string
	Name  string
	At    verifier.ServicePlace
}

func (v *server) freeze(ctx context.Context, e *Engine) error {
	// What it cannot write now, it writes after its next start, as after a power cut.
	v.flush(ctx)
	raw, err := json.Marshal(v.readyService)
	if err != nil {
		return err
	}
	labels := e.me.labels(kindSnapshot, map[string]string{labelKey: "", labelRecord: base64.StdEncoding.EncodeToString(raw)})
	image, err := e.back.Commit(ctx, v.box.ID, commit{Labels: labels, Pause: true})
	if err != nil {
		return lost("freeze service "+v.Service.Name, err)
	}
	e.keep(image)
	v.Image, v.changed = image, false
	return nil
}

// thaw finds the services of a snapshot.
func (e *Engine) thaw(ctx context.Context, label string) ([]readyService, error) {
	images, err := frozenServices(label)
	if err != nil {
		return nil, err
	}
	var all []readyService
	for _, f := range images {
		r, err := e.readyService(ctx, f.Image)
		if err != nil {
			return nil, err
		}
		r.Service.Name, r.Service.At = f.Name, f.At
		all = append(all, r)
	}
	return all, nil
}

// joined adds services to those of a snapshot; one of the same name takes the
// place of the other.
func joined(frozen, more []readyService) []readyService {
	all := slices.Clone(frozen)
	for _, r := range more {
		same := func(o readyService) bool { return o.Service.Name == r.Service.Name }
		all = append(slices.DeleteFunc(all, same), r)
	}
	return all
}
