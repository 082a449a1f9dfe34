package source

import (
	"bytes"
	"context"
	"fmt"
	"strings"
)

// commit returns the commit to verify: the base, or a new one for what is not
// committed, or for what has no history.
func (w *work) commit(ctx context.Context, dir string, s state, cut bool) (string, error) {
	base, when := s.base, "946684800 +0000"
	if base != "" {
		raw, _, err := w.git.run(ctx, call{gitDir: dir, args: []string{"cat-file", "commit", base}})
		if err != nil {
			return "", w.gitFault(ctx, Damaged, "the commit cannot be read", "Run git fsck in it, or clone it once more", err)
		}
		when = committed(raw, when)
		if cut {
			if base, err = w.store(ctx, dir, orphan(raw)); err != nil {
				return "", err
			}
		}
	}
	if !w.checkout.Repository.Dirty {
		return base, nil
	}
	// The time is the base's, so that the same files give the same commit.
	var b bytes.Buffer
	fmt.Fprintf(&b, "tree %s\n", s.tree)
	message := "Files of a folder without a repository"
	if base != "" {
		fmt.Fprintf(&b, "parent %s\n", base)
		message = "Changes that are not committed"
	}
	const who = "freshinstall <freshinstall@localhost>"
	fmt.Fprintf(&b, "author %s %s\ncommitter %s %s\n\n%s\n", who, when, who, when, message)
	return w.store(ctx, dir, b.Bytes())
}

func (w *work) store(ctx context.Context, dir string, commit []byte) (string, error) {
	id, err := w.git.line(ctx, call{gitDir: dir, stdin: bytes.NewReader(commit), args: []string{"hash-object", "-t", "commit", "-w", "--stdin"}})
	if err != nil {
		return "", w.gitFault(ctx, Local, "a temporary commit cannot be written", "Look at free space in the folder for temporary files", err)
	}
	return id, nil
}

// committed returns the committer's time of a raw commit as git writes it.
func committed(raw []byte, otherwise string) string {
	header, _, _ := bytes.Cut(raw, []byte("\n\n"))
	for line := range strings.Lines(string(header)) {
		if who, ok := strings.CutPrefix(strings.TrimSpace(line), "committer "); ok {
			if _, when, ok := strings.Cut(who, "> "); ok {
				return when
			}
		}
	}
	return otherwise
}

// orphan removes from a raw commit its parents, and the signatures that are
// no longer true without them.
func orphan(raw []byte) []byte {
	header, message, _ := bytes.Cut(raw, []byte("\n\n"))
	var kept []string
	dropping := false
	for _, line := range strings.Split(string(header), "\n") {
		if strings.HasPrefix(line, " ") { // continues the one before
			if !dropping {
				kept = append(kept, line)
			}
			continue
		}
		dropping = hasAnyPrefix(line, []string{"parent ", "gpgsig", "mergetag "})
		if !dropping {
			kept = append(kept, line)
		}
	}
	return append([]byte(strings.Join(kept, "\n")+"\n\n"), message...)
}
