#!/bin/sh
# Sees to a browser, in which the tests look at the HTML report.
#
#   sh cmd/setup/browser.sh
#
# It is wanted, not needed: without one those tests skip and say so, and the
# exit status is always 0. The rules of engine.sh for asking and installing
# hold here too.

set -u
. "$(dirname "$0")/engine.sh"

# The names that reports/browser looks for.
for program in chromium chromium-browser google-chrome google-chrome-stable; do
	have "$program" && exit 0
done
debian_family && may_be_root &&
	agreed "the tests of the HTML report need a browser; install chromium?" &&
	apt "a browser for the tests of the HTML report" chromium &&
	exit 0
say "without a browser on the PATH (chromium) the HTML report is not looked at by the tests"
