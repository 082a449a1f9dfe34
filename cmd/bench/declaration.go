package main

import (
	"fmt"
	"os"
)

// declaration is the state in which the hand-followed runs began: the bare
// release, root, no sudo, package lists fetched, git, and the host's own
// authorities trusted. Nothing else was there, so every furnishing that the
// tool would add unasked is off.
const declaration = `# The start state of repositories followed by hand.
environments:
  - name: %[1]s-as-root
    from: %[1]s
    user: root
    furnish:
      sudo: false
      git: true
      ca_certificates: true
      utf8: false
      package_lists: true
    ca_certificates: [host]
`

func writeDeclaration(file, environment string) error {
	if err := os.WriteFile(file, fmt.Appendf(nil, declaration, environment), 0o644); err != nil {
		return fmt.Errorf("write declaration: %w", err)
	}
	return nil
}
