package main

import (
	"context"
	"errors"

	"github.com/freshinstall/freshinstall/envs/container"
)

// workplace is what a command needs that takes up a kept result again: an
// engine, and a folder for what lies about meanwhile.
type workplace struct {
	engine  *container.Engine
	scratch string
	remove  func() error
}

func (d *frontDoor) openWorkplace(ctx context.Context) (*workplace, error) {
	engine, err := d.sweptEngine(ctx)
	if err != nil {
		return nil, err
	}
	scratch, remove, err := makeScratch()
	if err != nil {
		return nil, errors.Join(err, engine.Close())
	}
	return &workplace{engine, scratch, remove}, nil
}

func (w *workplace) close() error { return errors.Join(w.remove(), w.engine.Close()) }

// sweptEngine connects to the engine and removes what killed runs have left
// there, without a word: these commands are about something else.
func (d *frontDoor) sweptEngine(ctx context.Context) (*container.Engine, error) {
	engine, err := d.connect(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := engine.Sweep(ctx, container.Leftovers); err != nil {
		return nil, errors.Join(err, engine.Close())
	}
	return engine, nil
}
