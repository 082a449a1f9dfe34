// Package source brings a repository at a commit, from a path or a git URL, a
// dirty tree included, and names its install documents.
//
// It runs nothing of what it brings and decides nothing about the documents'
// content. The one design decision: no git command ever reads the
// configuration of a foreign repository, since a configuration can name
// programs. A local repository's objects are borrowed by an empty repository
// of our own (see borrow.go), and everything else happens there.
package source
