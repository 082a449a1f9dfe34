package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
)

// A package archive in a world of a test's own: the test binary, started with
// this variable, listens at the address that is its value. It offers one
// package, and has it not.
const archiveVariable = "FRESHINSTALL_TEST_ARCHIVE"

// archiveHost is an address of the documentation's (RFC 5737, TEST-NET-2): it
// is public as far as a gate can see, and nobody's.
const archiveHost = "198.51.100.10"

const offered = `Package: civic-tool
Version: 1.0
Architecture: all
Maintainer: nobody
Filename: ./civic-tool_1.0_all.deb
Size: 1000
SHA256: 0000000000000000000000000000000000000000000000000000000000000000
Description: a package that is offered
`

func serveArchive(address string) int {
	err := http.ListenAndServe(address, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/Packages" && r.URL.Path != "/./Packages" {
			http.NotFound(w, r)
			return
		}
		// A client that went away has its own words for it.
		_, _ = io.WriteString(w, offered)
	}))
	fmt.Fprintln(os.Stderr, err)
	return 1
}
