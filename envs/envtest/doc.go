// Package envtest is a scripted fake of a machine, and the conformance suite
// that the fake and a real container both pass.
//
// It is for tests: nothing that it prints was measured, and it proves nothing
// about a distribution. The one design decision: the shell is real and the
// world is scripted. Text is interpreted by a bash interpreter, so that cd,
// functions, quoting, pipes and "set -e" behave; every program is a Go
// function, and every path lies below a folder that belongs to the machine.
// No program of the host is ever started and no file of the host is opened.
//
// A program stands in the machine as a small executable file, so PATH, the
// executable bit, rm and snapshots treat it as they would treat a real one:
//
//	stage := envtest.New(envtest.Script{
//		Lists: false, // "apt-get update" comes first, as on a fresh system
//		Index: []envtest.Package{
//			{Name: "gcc", Programs: map[string]envtest.Program{"gcc": envtest.Compiler}},
//			{Name: "libpq-dev", Files: map[string]envtest.File{"/usr/include/libpq-fe.h": {}}},
//		},
//		Repository: envtest.Repository{
//			Name:  "shop",
//			Files: map[string]envtest.File{"main.c": {Text: "#include <libpq-fe.h>\n"}},
//		},
//	})
//	t.Cleanup(stage.Close)
//	machine, err := stage.Fresh(t.Context())
//
// What the fake does not do: process substitution and select (refused with an
// error, so that a test cannot pass by accident), jobs, ulimit, file
// descriptors above 2, ownership of files, accounts, modes of the terminal. A
// step that opens a shell in the shell ends there; what stands behind it in the
// same step is not run.
package envtest
