package history

import "fmt"

// SetForm makes the file look like one of another version.
func (s *Store) SetForm(n int) error {
	_, err := s.db.Exec(fmt.Sprintf("PRAGMA user_version = %d", n))
	return err
}
