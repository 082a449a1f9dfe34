// Package pipeline puts the rooms in order for all environments of a run: a
// clean machine, the plan followed on it, failures explained and mended, and a
// clean replay of what was accepted.
//
// It knows no engine, no file format and no flag: machines, plan and
// catalogue come in as values. The one design decision: environments share
// nothing, so that one which is lost cannot take another with it.
package pipeline
