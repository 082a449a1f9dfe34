// Package plan decides which commands of a repository's install documents a
// careful newcomer types, in which order, and says why for each one.
//
// Every command that the documents show becomes a step, followed or not; the
// package runs nothing, fetches nothing and never changes what is typed. The
// one design decision: each rule leaves a step with a reason in plain words,
// and only what no rule leaves is followed, so that a reader of the plan can
// contest every single decision.
package plan
