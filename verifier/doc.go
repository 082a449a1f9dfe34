// Package verifier holds the nouns of a fresh installation: plan, step,
// environment, machine talk, outcome, finding, fix and result.
//
// They are plain data with JSON names. The package imports only the standard
// library, does no work and touches no file: the verbs live in the packages
// below it and around it. The one design decision: every report is a function
// of a [Result], so whatever a reader shall see must stand in these types.
package verifier
