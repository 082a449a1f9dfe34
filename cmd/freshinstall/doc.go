// Command freshinstall verifies by machine that a repository's install
// instructions work on a fresh machine of the declared environments, and
// writes down what is missing together with fixes that were seen to help.
//
// This package is the front door: flags in, exit code out, progress drawn from
// events, and the one place where the rooms are wired together. It decides
// nothing about documents, failures or fixes. The one design decision: every
// subcommand returns an error or nil, every error that a user sees is a
// [problem] with an exit code, and one function turns results into exit codes.
package main
