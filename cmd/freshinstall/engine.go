package main

import (
	"context"

	"github.com/freshinstall/freshinstall/envs/container"
)

// connect finds the container engine.
func (d *frontDoor) connect(ctx context.Context) (*container.Engine, error) {
	return container.Connect(ctx, container.Options{Getenv: func(name string) string { return d.env[name] }})
}

// search is an engine that is being found while the repository is read:
// neither needs anything of the other, and each takes a tenth of a second.
type search struct {
	giveUp context.CancelFunc
	ended  chan struct{} // closed when the rest is set
	engine *container.Engine
	err    error
}

func (d *frontDoor) search(ctx context.Context) *search {
	ctx, cancel := context.WithCancel(ctx)
	s := &search{giveUp: cancel, ended: make(chan struct{})}
	go func() {
		defer close(s.ended)
		s.engine, s.err = d.connect(ctx)
	}()
	return s
}

// take gives the engine to a caller, who closes it.
func (s *search) take() (*container.Engine, error) {
	<-s.ended
	engine := s.engine
	s.engine = nil
	return engine, s.err
}

// close ends a search whose engine nobody has taken. Nothing was made with
// the engine, so closing it can only fail to drop a connection.
func (s *search) close() {
	s.giveUp()
	<-s.ended
	if s.engine != nil {
		_ = s.engine.Close()
	}
}

// sweep removes what killed runs left, here and with the engine, and what was
// kept for long enough.
func (d *frontDoor) sweep(ctx context.Context, engine *container.Engine, show progress) error {
	swept, err := engine.Sweep(ctx, container.Leftovers)
	if err != nil {
		return err
	}
	folders, err := sweepScratch()
	if err != nil {
		return err
	}
	if text := sweptInWords(swept, folders); text != "" {
		show.Say("removed what earlier runs had left: " + text)
	}
	return nil
}
