// Package shell turns the lines of a block into the commands that a person
// would type: without prompts, shown output, comments and remarks, with
// continuations, heredocs and compound commands held together.
//
// It does not decide whether a command is to be followed, and runs nothing.
// The one design decision: lines are joined into commands by a real shell
// parser, and everything that is not shell although it stands in a shell block
// (placeholders, remarks, tables, configuration) is found before it is parsed,
// because much of it happens to be valid shell that means something else.
package shell
