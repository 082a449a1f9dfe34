package history

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

// How much is kept: what is older, or behind so many newer ones, goes when a
// run is kept. The last run in which an environment worked stays, since drift
// is told from it.
const (
	KeptFor  = 400 * 24 * time.Hour
	KeptRuns = 10_000
)

// Keep keeps a run under a name, and gives the one that it has got: where there
// is another run of that name, with a number. r is not changed.
func (s *Store) Keep(ctx context.Context, name string, r *verifier.Result) (kept string, err error) {
	err = s.keep(ctx, r, func(tx *sql.Tx) (string, error) {
		kept = name
		for n := 2; ; n++ {
			taken := false
			if err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM runs WHERE name = ?)", kept).Scan(&taken); err != nil || !taken {
				return kept, err
			}
			kept = fmt.Sprintf("%s-%d", name, n)
		}
	})
	return kept, err
}

// Replace keeps a run in the place of the one of that name, if there is one.
func (s *Store) Replace(ctx context.Context, name string, r *verifier.Result) error {
	return s.keep(ctx, r, func(tx *sql.Tx) (string, error) {
		_, err := tx.ExecContext(ctx, "DELETE FROM runs WHERE name = ?", name)
		return name, err
	})
}

func (s *Store) keep(ctx context.Context, r *verifier.Result, place func(*sql.Tx) (name string, err error)) error {
	head := *r
	head.Environments, head.Plan = nil, verifier.Plan{}
	body, err := pack(head)
	if err != nil {
		return err
	}
	err = s.change(ctx, func(tx *sql.Tx) error {
		name, err := place(tx)
		if err != nil {
			return err
		}
		made, err := tx.ExecContext(ctx, "INSERT INTO runs (name, repository, started, body) VALUES (?, ?, ?, ?)",
			name, r.Repository.URL, milliseconds(r.Started), body)
		if err != nil {
			return err
		}
		run, err := made.LastInsertId()
		if err != nil {
			return err
		}
		for i, env := range r.Environments {
			if err := keepEnvironment(ctx, tx, run, i, env); err != nil {
				return err
			}
		}
		return s.forget(ctx, tx, r.Started.Add(-KeptFor), KeptRuns)
	})
	return s.fault(err)
}

func keepEnvironment(ctx context.Context, tx *sql.Tx, run int64, place int, env verifier.EnvironmentResult) error {
	var inventory any
	if env.Environment.Installed != nil {
		id, err := keepInventory(ctx, tx, env.Environment.Installed)
		if err != nil {
			return err
		}
		inventory = id
	}
	body, err := pack(slim(env))
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO environments (run, place, name, verdict, inventory, body) VALUES (?, ?, ?, ?, ?, ?)",
		run, place, env.Environment.Name, string(env.Verdict), inventory, body)
	return err
}

// slim is an environment without what only its own report needs.
func slim(env verifier.EnvironmentResult) verifier.EnvironmentResult {
	env.Environment.Installed = nil
	env.Steps = slices.Clone(env.Steps)
	for i := range env.Steps {
		s := &env.Steps[i]
		s.Output = verifier.Output{Bytes: s.Output.Bytes}
		s.Attempts, s.Before, s.Deviations = nil, nil, nil
	}
	return env
}

func keepInventory(ctx context.Context, tx *sql.Tx, all verifier.Inventory) (id int64, err error) {
	text, err := json.Marshal(all) // its keys in order
	if err != nil {
		return 0, err
	}
	digest := sha256.Sum256(text)
	err = tx.QueryRowContext(ctx, "SELECT id FROM inventories WHERE digest = ?", digest[:]).Scan(&id)
	if err != sql.ErrNoRows {
		return id, err
	}
	body, err := pack(all)
	if err != nil {
		return 0, err
	}
	made, err := tx.ExecContext(ctx, "INSERT INTO inventories (digest, body) VALUES (?, ?)", digest[:], body)
	if err != nil {
		return 0, err
	}
	return made.LastInsertId()
}

// Forget removes runs that began before a moment, and those behind the most
// recent ones, and gives back their room.
func (s *Store) Forget(ctx context.Context, before time.Time, most int) error {
	return s.change(ctx, func(tx *sql.Tx) error { return s.forget(ctx, tx, before, most) })
}

// A run stays when it is the last in which some environment worked.
const forgetRuns = `DELETE FROM runs WHERE (started < ?1 OR id IN (SELECT id FROM runs ORDER BY started DESC, id DESC LIMIT -1 OFFSET ?2))
	AND id NOT IN (
	  SELECT id FROM (
	    SELECT r.id, row_number() OVER (PARTITION BY r.repository, e.name ORDER BY r.started DESC, r.id DESC) AS nth
	    FROM environments e JOIN runs r ON r.id = e.run WHERE e.verdict IN ('works', 'works-with-documented-fixes'))
	  WHERE nth = 1)`

func (s *Store) forget(ctx context.Context, tx *sql.Tx, before time.Time, most int) error {
	// Mostly nothing is to be forgotten, and this tells so at no cost.
	var oldest, all int64
	if err := tx.QueryRowContext(ctx, "SELECT coalesce(min(started), 0), count(*) FROM runs").Scan(&oldest, &all); err != nil {
		return err
	}
	if oldest >= milliseconds(before) && all <= int64(most) {
		return nil
	}
	for _, sweep := range []struct {
		query string
		args  []any
	}{
		{forgetRuns, []any{milliseconds(before), most}},
		{"DELETE FROM inventories WHERE id NOT IN (SELECT inventory FROM environments WHERE inventory IS NOT NULL)", nil},
		{"PRAGMA incremental_vacuum", nil},
	} {
		if _, err := tx.ExecContext(ctx, sweep.query, sweep.args...); err != nil {
			return err
		}
	}
	return nil
}

// pack makes JSON small; a result says the same things over and over.
func pack(v any) ([]byte, error) {
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	if err := json.NewEncoder(zip).Encode(v); err != nil {
		return nil, err
	}
	if err := zip.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// mostUnpacked bounds what one entry may become: the file may be anybody's.
const mostUnpacked = 64 << 20

func unpack(body []byte, into any) error {
	zip, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return err
	}
	return json.NewDecoder(io.LimitReader(zip, mostUnpacked)).Decode(into)
}
