#!/bin/sh
# Sees to a C compiler, which Go's race detector needs on Linux.
#
#   sh cmd/setup/compiler.sh
#
# It is wanted, not needed: without one the tests run without the detector, so
# the exit status is always 0. The rules of engine.sh for asking and
# installing hold here too.

set -u
. "$(dirname "$0")/engine.sh"

have "$(go env CC)" && exit 0
debian_family && may_be_root &&
	agreed "the race detector needs a C compiler; install gcc?" &&
	apt "a C compiler for the race detector" gcc libc6-dev &&
	exit 0
say "without a C compiler the tests run without the race detector"
