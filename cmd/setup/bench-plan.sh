#!/bin/sh
# Plans every labelled repository of a corpus and scores the plans.
#
#   sh cmd/setup/bench-plan.sh PROGRAM CORPUS
#
# CORPUS holds readmes/NAME/docs (documents of a repository), readmes/NAME/
# labels.json and score.py, which compares a folder of plans with the labels.

set -u
program=$1 corpus=$2
if [ ! -f "$corpus/score.py" ]; then
	echo 'say where the labelled corpus lies: make bench-plan CORPUS=folder (with readmes/ and score.py)' >&2
	exit 2
fi
plans=$(mktemp -d) || exit 1
trap 'rm -rf "$plans"' EXIT
failed=0
for folder in "$corpus"/readmes/*/; do
	name=$(basename "$folder")
	"$program" plan --format json "$folder/docs" >"$plans/$name.json" 2>"$plans/complaint"
	case $? in
	0 | 1 | 4) ;; # a plan, one with findings, one without steps
	*)
		failed=$((failed + 1))
		echo "$name: no plan: $(tail -n 1 "$plans/complaint")" >&2
		;;
	esac
done
rm -f "$plans/complaint"
python3 "$corpus/score.py" "$corpus/readmes" "$plans" || exit 1
[ "$failed" = 0 ]
