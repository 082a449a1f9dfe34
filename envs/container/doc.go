// Package container makes clean machines from declared environments through a
// container engine: it prepares images, starts machines, types steps into
// their terminals, freezes, forks and removes them.
//
// It reads no documents, decides nothing about what is typed and explains no
// output; it reports what happened. The one design decision: a machine lives
// exactly as long as the process that holds it. Its first process reads a
// stream that only we hold open, so that even kill -9 of the tool ends every
// machine at once; what can outlive us (images) bears labels with its owner,
// and is swept when that owner is gone.
//
// Everything that concerns the engine's own client libraries stands in
// docker.go, images.go, lives.go and things.go, behind the interface in
// backend.go, so that a move to other libraries touches only those.
package container
