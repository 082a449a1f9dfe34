package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// Store is an open history. It may be used by several goroutines, and its file
// by several programs at once.
type Store struct {
	db   *sql.DB
	file string
}

// ErrNone says that there is no history yet.
var ErrNone = errors.New("no history is kept there")

// How long one writer waits for another, in milliseconds.
const patience = 10_000

// Open opens the history in a file, which is made when it is not there. A file
// that is damaged, or no history at all, is put aside under another name, which
// is given as aside, and a new one begun.
func Open(ctx context.Context, file string) (s *Store, aside string, err error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return nil, "", err
	}
	// Made here, so that it is its owner's alone; names and versions are foreign.
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, "", err
	}
	if err := f.Close(); err != nil {
		return nil, "", err
	}
	s, err = open(ctx, file)
	if !damaged(err) {
		return s, "", err
	}
	return Renew(ctx, file)
}

// Renew puts a history aside that turned out to be damaged, and begins another.
func Renew(ctx context.Context, file string) (s *Store, aside string, err error) {
	if aside, err = putAside(file); err != nil {
		return nil, "", fmt.Errorf("put the damaged history %s aside: %w", file, err)
	}
	s, err = open(ctx, file)
	return s, aside, err
}

// Look opens a history that is only read; [ErrNone]: there is none.
func Look(ctx context.Context, file string) (*Store, error) {
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNone
	}
	s, err := open(ctx, file)
	if damaged(err) {
		return nil, &DamagedError{file, err}
	}
	return s, err
}

// DamagedError says that a file is no history, or was one.
type DamagedError struct {
	File string
	Err  error
}

func (e *DamagedError) Error() string { return e.File + " is damaged: " + e.Err.Error() }
func (e *DamagedError) Unwrap() error { return e.Err }

func open(ctx context.Context, file string) (*Store, error) {
	whole, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	// Each connection waits for others, writes ahead, so that readers see a whole
	// state, and announces at its start that it will write: two that noticed late
	// would end each other.
	address := url.URL{Scheme: "file", Path: filepath.ToSlash(whole), RawQuery: url.Values{
		"_pragma": {fmt.Sprintf("busy_timeout(%d)", patience), "auto_vacuum(incremental)", "journal_mode(WAL)", "synchronous(NORMAL)", "foreign_keys(1)", "trusted_schema(0)"},
		"_txlock": {"immediate"},
	}.Encode()}
	db, err := sql.Open("sqlite", address.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	s := &Store{db: db, file: file}
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

// Close ends the use of the file.
func (s *Store) Close() error { return s.db.Close() }

// damaged reports whether the file itself is what is wrong.
func damaged(err error) bool {
	wrong, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return false
	}
	code := wrong.Code() & 0xff // the rest are details
	return code == lib.SQLITE_CORRUPT || code == lib.SQLITE_NOTADB
}

// putAside gives the file, and what was written ahead for it, another name.
func putAside(file string) (string, error) {
	for n := 1; ; n++ {
		aside := fmt.Sprintf("%s.damaged-%d", file, n)
		if _, err := os.Lstat(aside); err == nil {
			continue
		} else if !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		for _, end := range []string{"-wal", "-shm", ""} {
			if err := os.Rename(file+end, aside+end); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return "", err
			}
		}
		return aside, nil
	}
}

// change does something wholly or not at all.
func (s *Store) change(ctx context.Context, do func(*sql.Tx) error) (err error) {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		_ = tx.Rollback() // what went wrong before is what tells
		return err
	}
	return tx.Commit()
}

func milliseconds(t time.Time) int64 { return t.UnixMilli() }
