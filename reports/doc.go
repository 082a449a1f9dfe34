// Package reports writes a result in one format.
//
// Each format is a pure function of a writer and a result: no clock, no
// network, no terminal, no file. Nothing is found out here; what a report says
// stands in the result. The one design decision: what is worth telling (the
// answer, problems merged over environments, what was left out) is worked out
// once, in the digest, so that all formats tell the same story.
package reports
