package history

import (
	"context"
	"database/sql"
	"fmt"
)

// migrations lead from one form of the file to the next; user_version counts
// those that it has been through. They are never changed, only followed by more.
var migrations = []string{
	`CREATE TABLE runs (
	  id         INTEGER PRIMARY KEY,
	  name       TEXT NOT NULL UNIQUE,
	  repository TEXT NOT NULL,     -- its URL
	  started    INTEGER NOT NULL,  -- milliseconds since 1970
	  body       BLOB NOT NULL      -- the result without its environments, JSON through gzip
	) STRICT;
	CREATE INDEX runs_by_repository ON runs (repository, started);
	CREATE INDEX runs_by_start ON runs (started);
	CREATE TABLE inventories (
	  id     INTEGER PRIMARY KEY,
	  digest BLOB NOT NULL UNIQUE,  -- SHA-256 of the JSON
	  body   BLOB NOT NULL
	) STRICT;
	CREATE TABLE environments (
	  run       INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
	  place     INTEGER NOT NULL,   -- in the result
	  name      TEXT NOT NULL,
	  verdict   TEXT NOT NULL,
	  inventory INTEGER REFERENCES inventories,
	  body      BLOB NOT NULL,      -- the environment's result without outputs and inventory
	  PRIMARY KEY (run, place)
	) STRICT;
	CREATE INDEX environments_by_inventory ON environments (inventory);`,
}

// NewerError says that a newer version of this program made the file.
type NewerError struct {
	File      string
	Has, Know int // versions of its form
}

func (e *NewerError) Error() string {
	return fmt.Sprintf("%s is of form %d, this program knows those up to %d", e.File, e.Has, e.Know)
}

// migrate brings the file to the form of this program.
func (s *Store) migrate(ctx context.Context) error {
	has, err := s.form(ctx, s.db)
	if err != nil || has == len(migrations) {
		return err
	}
	return s.change(ctx, func(tx *sql.Tx) error {
		has, err := s.form(ctx, tx) // another program may have done it meanwhile
		if err != nil {
			return err
		}
		for _, step := range migrations[has:] {
			if _, err := tx.ExecContext(ctx, step); err != nil {
				return err
			}
		}
		_, err = tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", len(migrations)))
		return err
	})
}

// querier is a database or a transaction.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func (s *Store) form(ctx context.Context, from querier) (int, error) {
	has := 0
	if err := from.QueryRowContext(ctx, "PRAGMA user_version").Scan(&has); err != nil {
		return 0, err
	}
	if has > len(migrations) {
		return 0, &NewerError{s.file, has, len(migrations)}
	}
	return has, nil
}
