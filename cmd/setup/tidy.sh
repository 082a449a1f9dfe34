#!/bin/sh
# Fails when go.mod or go.sum are not as "go mod tidy" would leave them.
#
# Tidying needs modules that no build needs (the tests of dependencies). Where
# they cannot be fetched nothing is known, which is said and is no failure.

set -u
complaints=$(mktemp) || exit 1
trap 'rm -f "$complaints"' EXIT
difference=$(go mod tidy -diff 2>"$complaints")
status=$?
if [ -n "$difference" ]; then
	printf 'run go mod tidy:\n%s\n' "$difference"
	exit 1
fi
[ "$status" = 0 ] && exit 0
printf 'go.mod: not compared with go mod tidy, which needs modules that cannot be had: %s\n' "$(tail -n 1 "$complaints")"
