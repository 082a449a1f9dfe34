package envs

import "github.com/freshinstall/freshinstall/verifier"

// Environment is a declared target with every default filled in.
type Environment struct {
	Name           string
	Family         verifier.Family // as declared by the catalogue; empty: read from os-release
	Base           Base
	User           string // "newcomer", "root", or another name
	Furnish        Furnish
	Packages       []string          // what that machine already has, names of its own package manager
	Env            map[string]string // of the login session
	Limits         Limits
	Network        Network
	Registries     []string // hosts of packages besides those that the base is set up for; see [CheckRegistry]
	Proxy          Proxy
	CACertificates []string           // "host", or PEM files on the host
	Services       []verifier.Service // servers beside the machine, ready before the first step
}

// Base is where the bare system comes from. The first one that can be had
// wins, in the order of the fields.
type Base struct {
	Image      string     // reference for the engine's registry
	Dockerfile string     // path on the host
	Rootfs     string     // tar file on the host
	Bootstrap  *Bootstrap // from the distribution's own archive
	Platform   string     // "linux/arm64"; empty: the engine's own
}

// Bootstrap makes a Debian base with mmdebstrap, minbase variant.
type Bootstrap struct {
	Suite string `yaml:"suite"` // "bookworm"
}

// Furnish switches what is added to a bare image.
type Furnish struct {
	Sudo           bool `yaml:"sudo"` // passwordless sudo for the user
	Git            bool `yaml:"git"`
	CACertificates bool `yaml:"ca_certificates"` // the package, not extra authorities
	UTF8           bool `yaml:"utf8"`
	PackageLists   bool `yaml:"package_lists"` // as after a first apt-get update
}

// Limits bound a machine.
type Limits struct {
	Memory int64 // bytes
	CPUs   float64
	PIDs   int64
	Disk   int64 // bytes in the writable layer
}

// Network says what a machine can reach.
type Network string

// The closed set of networks.
const (
	NetworkFull       Network = "full"
	NetworkRegistries Network = "registries" // where packages come from, and nothing else
	NetworkNone       Network = "none"
)
