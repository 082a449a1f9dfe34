// Package envs says which environments there are: the built-in catalogue and
// what a repository declares in freshinstall.yaml, strictly checked.
//
// It starts nothing; envs/container does. The one design decision: a declared
// environment leaves this package with every default filled in, so that no
// other room has defaults of its own.
package envs
