// Package export turns a run that was proven into files that somebody else can
// use: install.sh, Dockerfile, devcontainer.json and a list of prerequisites.
//
// It starts no machine and knows no engine: [Learn] makes a recipe of a result,
// the formats write it down, and a [Checker] tries what they wrote on machines
// that it is given. The one design decision: a recipe holds the commands of the
// plan and of the fixes as they were typed. What stands around them (a guard
// against doing it twice, a variable in the place of a secret) never changes
// what they say, packages of the system alone are drawn together.
//
// What follows from it:
//
//   - Steps that install, build or configure are in the files; those that run,
//     test or use the software show afterwards that it works.
//   - A fix stands before the step that it mends, or in its place.
//   - "a && b" is two commands, so that a change of folder or variables can be
//     told from work.
//   - No value that was declared is in any file, secret or not: each is read
//     from a variable, and what is not set ends the script in a plain sentence.
//   - Everything of the repository is foreign: text enters a comment as one line,
//     a command only after a parser has read it as one, JSON through its encoder.
package export
