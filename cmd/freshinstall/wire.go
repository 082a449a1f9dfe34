package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/envs/container"
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/diagnose"
	"github.com/freshinstall/freshinstall/verifier/pipeline"
	runner "github.com/freshinstall/freshinstall/verifier/run" // run is the program itself here
)

// target makes one declared environment a target of the pipeline.
func (p *prepared) target(engine *container.Engine, env envs.Environment) pipeline.Target {
	t := p.bare(engine, env)
	t.Earlier = p.earlier.of(env.Name)
	for _, newer := range envs.Newer(env) {
		t.Newer = append(t.Newer, p.bare(engine, newer))
	}
	return t
}

// bare is an environment alone.
func (p *prepared) bare(engine *container.Engine, env envs.Environment) pipeline.Target {
	return pipeline.Target{Name: env.Name, Open: func(ctx context.Context, say func(string)) (pipeline.Stage, error) {
		prepared, err := engine.Prepare(ctx, env, say)
		if err != nil {
			return nil, err
		}
		if p.settings.Cache {
			prepared.ShareDownloads(p.named())
		}
		record := prepared.Record()
		made, err := p.plan(record.Family, record.Release, p.values)
		if err != nil {
			return nil, fmt.Errorf("plan: %w", err)
		}
		return &stage{Stage: prepared, repository: p.broughtIn(made), record: record}, nil
	}}
}

// stage is a container's stage as the pipeline wants it: the repository is
// part of every fresh machine, and look-ups have a machine of their own.
type stage struct {
	*container.Stage
	repository container.Checkout
	record     verifier.Environment
	lookups    []runner.Machine
}

// Fresh gives a clean machine with the repository brought in.
func (s *stage) Fresh(ctx context.Context, more ...verifier.Service) (runner.Machine, error) {
	m, err := s.Stage.Fresh(ctx, s.repository, more...)
	if err != nil {
		return nil, err // not m: a nil *Machine in an interface is no nil
	}
	return m, nil
}

// Fork gives a new machine as the snapshot was.
func (s *stage) Fork(ctx context.Context, snap verifier.Snapshot, more ...verifier.Service) (runner.Machine, error) {
	m, err := s.Stage.Fork(ctx, snap, more...)
	if err != nil {
		return nil, err
	}
	return m, nil
}

// SaveDownloads keeps what a machine has downloaded.
func (s *stage) SaveDownloads(ctx context.Context, m runner.Machine) error {
	machine, ok := m.(*container.Machine)
	if !ok {
		return nil
	}
	return s.Stage.SaveDownloads(ctx, machine)
}

// Index gives look-ups in a clean machine that nothing of the repository has
// touched.
func (s *stage) Index(ctx context.Context) (diagnose.Index, error) {
	key, script := diagnose.PrepareScript(s.record.Family)
	if script == "" {
		return diagnose.NewIndex(nil, s.record), nil
	}
	m, err := s.Stage.Throwaway(ctx, key, script)
	if err != nil {
		return nil, fmt.Errorf("machine for look-ups: %w", err)
	}
	s.lookups = append(s.lookups, m)
	return diagnose.NewIndex(m, s.record), nil
}

// Close removes the machines of the look-ups.
func (s *stage) Close() error {
	var all []error
	for _, m := range s.lookups {
		all = append(all, m.Close())
	}
	return errors.Join(all...)
}

// cloned finds the address in a step that clones.
var cloned = regexp.MustCompile(`(?:[A-Za-z][A-Za-z0-9+]*://|[A-Za-z0-9._-]+@)[^\s'"<>;|&()]+`)

// broughtIn says how the repository is found in a machine: under which
// folder, and for which addresses a clone gives the checkout under test. The
// plan knows some that the repository itself does not: forks, former names.
func (p *prepared) broughtIn(made verifier.Plan) container.Checkout {
	c := p.checkout
	urls := c.URLs()
	for _, s := range made.Steps {
		if s.Has(verifier.FlagSelfClone) {
			urls = append(urls, cloned.FindAllString(s.Command, -1)...)
		}
	}
	urls = append(urls, p.origin())
	slices.Sort(urls)
	return container.Checkout{Name: made.Repository, Bundle: c.Bundle, Ref: c.Branch, URLs: slices.Compact(urls),
		Origin: p.origin(), Start: made.Start}
}

// origin is the address that a newcomer would clone from. A repository that
// has none gets one that cannot exist, for steps with a placeholder.
func (p *prepared) origin() string {
	if len(p.checkout.URLs()) > 0 {
		return p.checkout.Repository.URL
	}
	return "https://git.invalid/" + p.checkout.Repository.Name + ".git"
}

// named is the repository as the user named it, made whole: what it says of
// itself would let one take part in what is kept for another.
func (p *prepared) named() string {
	if p.checkout.Local != "" {
		return p.checkout.Local + "/" + p.checkout.Sub
	}
	return p.location
}
