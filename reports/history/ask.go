package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

// Run is a kept run.
type Run struct {
	Name   string
	Result verifier.Result // without outputs of steps and without a plan
}

// Entry is a run at a glance: no findings, no steps, no inventories.
type Entry struct {
	Name       string
	Started    time.Time
	Tool       string // version of the program
	Repository verifier.Repository
	Verdicts   []Verdict
}

// Verdict is what became of an environment.
type Verdict struct {
	Environment string
	Verdict     verifier.Verdict
}

// Of gives what became of an environment; empty: it was no part of the run.
func (e Entry) Of(environment string) verifier.Verdict {
	for _, v := range e.Verdicts {
		if v.Environment == environment {
			return v.Verdict
		}
	}
	return ""
}

// List gives the most recent runs, at most so many, the oldest of them first;
// of one repository by its URL, or of all where that is empty.
func (s *Store) List(ctx context.Context, repository string, most int) (_ []Entry, err error) {
	const query = `SELECT r.id, r.name, r.body, e.name, e.verdict
	  FROM (SELECT id, name, started, body FROM runs WHERE ?1 = '' OR repository = ?1 ORDER BY started DESC, id DESC LIMIT ?2) r
	  LEFT JOIN environments e ON e.run = r.id ORDER BY r.started, r.id, e.place`
	rows, err := s.db.QueryContext(ctx, query, repository, most)
	if err != nil {
		return nil, s.fault(err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var out []Entry
	last := int64(-1)
	for rows.Next() {
		var id int64
		var name string
		var body []byte
		var environment, verdict sql.NullString
		if err := rows.Scan(&id, &name, &body, &environment, &verdict); err != nil {
			return nil, s.fault(err)
		}
		if id != last {
			var head verifier.Result
			if err := unpack(body, &head); err != nil {
				return nil, s.fault(err)
			}
			out, last = append(out, Entry{Name: name, Started: head.Started, Tool: head.Tool.Version, Repository: head.Repository}), id
		}
		if environment.Valid {
			e := &out[len(out)-1]
			e.Verdicts = append(e.Verdicts, Verdict{environment.String, verifier.Verdict(verdict.String)})
		}
	}
	return out, s.fault(rows.Err())
}

// Repositories gives the URLs of those of which runs are kept, the one with the
// most recent run first.
func (s *Store) Repositories(ctx context.Context) (_ []string, err error) {
	rows, err := s.db.QueryContext(ctx, "SELECT repository FROM runs GROUP BY repository ORDER BY max(started) DESC, repository")
	if err != nil {
		return nil, s.fault(err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var out []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, s.fault(err)
		}
		out = append(out, name)
	}
	return out, s.fault(rows.Err())
}

// Run gives a kept run with all that is kept of it; nil: none has that name.
func (s *Store) Run(ctx context.Context, name string) (*Run, error) {
	return s.run(ctx, "", "r.name = ?", name)
}

// Find gives the kept run that a result is of: by its name, or where it is
// another file's, by repository and start; nil: it is not kept.
func (s *Store) Find(ctx context.Context, name string, r *verifier.Result) (*Run, error) {
	if run, err := s.Run(ctx, name); run != nil || err != nil {
		return run, err
	}
	return s.run(ctx, "", "r.id = (SELECT id FROM runs WHERE repository = ? AND started = ?)", r.Repository.URL, milliseconds(r.Started))
}

// LastGreen gives the last run before a moment in which an environment of a
// repository worked, with that environment alone; nil: there is none.
func (s *Store) LastGreen(ctx context.Context, repository, environment string, before time.Time) (*Run, error) {
	return s.run(ctx, environment, `r.id = (SELECT r.id FROM runs r JOIN environments e ON e.run = r.id
	  WHERE r.repository = ? AND r.started < ? AND e.name = ? AND e.verdict IN ('works', 'works-with-documented-fixes')
	  ORDER BY r.started DESC, r.id DESC LIMIT 1)`, repository, milliseconds(before), environment)
}

func (s *Store) run(ctx context.Context, environment, which string, args ...any) (_ *Run, err error) {
	rows, err := s.db.QueryContext(ctx, `SELECT r.name, r.body, e.name, e.body, i.body FROM runs r
	  LEFT JOIN environments e ON e.run = r.id LEFT JOIN inventories i ON i.id = e.inventory
	  WHERE `+which+` ORDER BY e.place`, args...)
	if err != nil {
		return nil, s.fault(err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var out *Run
	for rows.Next() {
		var run, name sql.NullString
		var head, body, installed []byte
		if err := rows.Scan(&run, &head, &name, &body, &installed); err != nil {
			return nil, s.fault(err)
		}
		if out == nil {
			out = &Run{Name: run.String}
			if err := unpack(head, &out.Result); err != nil {
				return nil, s.fault(err)
			}
		}
		if body == nil || environment != "" && name.String != environment {
			continue
		}
		var env verifier.EnvironmentResult
		if err := unpack(body, &env); err != nil {
			return nil, s.fault(err)
		}
		if installed != nil {
			if err := unpack(installed, &env.Environment.Installed); err != nil {
				return nil, s.fault(err)
			}
		}
		out.Result.Environments = append(out.Result.Environments, env)
	}
	return out, s.fault(rows.Err())
}

func (s *Store) fault(err error) error {
	switch {
	case err == nil:
		return nil
	case damaged(err):
		return &DamagedError{s.file, err}
	}
	return fmt.Errorf("history %s: %w", s.file, err)
}
