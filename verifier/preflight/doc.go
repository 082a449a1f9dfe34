// Package preflight holds a plan against the repository's tree, before any
// machine is started: a file that is not there, a target that the Makefile
// does not have, an environment that is activated under another name.
//
// It runs nothing and reads only what the tree gives it. It is no linter: what
// works but could be nicer is not its business, and neither is what only a
// machine can tell (packages, networks, versions of what is installed).
//
// The one design decision: silence is the default. The plan is walked once,
// in order, and the walk keeps what is known: where the shell stands, which
// files earlier steps made. As soon as something cannot be known (a variable,
// a container, a script that may write anything) the walk says nothing about
// it, and an empty manifest proves nothing. A finding is certain only where
// the tree alone proves it.
package preflight
