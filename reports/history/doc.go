// Package history keeps the results of runs, with what was installed in their
// machines, in one SQLite file, and tells what moved between two of them.
//
// It verifies nothing and shows nothing. Its one decision: a kept run is a
// [verifier.Result] without the outputs of its steps, so that there is no
// second set of nouns, and an inventory is kept once however many runs had it.
// Results come masked, so no secret gets in here.
package history
