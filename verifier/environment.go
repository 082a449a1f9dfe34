package verifier

// Environment is the record of a target as it really was in a run.
type Environment struct {
	Name         string       `json:"name"`
	Image        string       `json:"image"`            // reference, or how it was bootstrapped
	Digest       string       `json:"digest,omitempty"` // of the base image
	Family       Family       `json:"family"`
	Release      string       `json:"release,omitempty"` // ID and VERSION_ID of os-release: "debian 12"
	Version      string       `json:"version,omitempty"` // VERSION_ID of os-release
	Architecture string       `json:"architecture,omitempty"`
	User         string       `json:"user"`
	Sudo         bool         `json:"sudo"` // the user may use sudo
	Furnishings  []Furnishing `json:"furnishings"`
	Packages     []string     `json:"packages,omitempty"`    // declared as already there
	Services     []Service    `json:"services,omitempty"`    // declared as standing beside it
	Network      string       `json:"network,omitempty"`     // "full", "registries", "none"
	Declaration  string       `json:"declaration,omitempty"` // the mapping that declares it, every default written out; empty where it was not made ready
	Downloads    string       `json:"downloads,omitempty"`   // of earlier runs that were there before step 1, in plain words; empty: a cold run
	Open         string       `json:"open,omitempty"`        // why machines could reach this computer and private networks; empty: they could not
	Installed    Inventory    `json:"installed,omitempty"`   // at the end of a run that worked, else at the first step that failed; empty: not looked for
	Refused      []string     `json:"refused,omitempty"`     // "host:port" of requests that were no registry's, where only those are reached
}

// NoDownloads says that earlier runs were asked for downloads and had none.
const NoDownloads = "nothing yet"

// Family is a package manager's world.
type Family string

// The closed set of families.
const (
	FamilyDeb     Family = "deb"
	FamilyRPM     Family = "rpm"
	FamilyApk     Family = "apk"
	FamilySuse    Family = "suse"
	FamilyArch    Family = "arch"
	FamilyUnknown Family = "unknown"
)

// Furnishing is something that was added to a bare image so that it resembles
// a person's fresh machine.
type Furnishing struct {
	Name    string   `json:"name"`              // "user", "sudo", "git", "ca_certificates", "utf8", "package_lists", "packages", "host-ca"
	Detail  string   `json:"detail"`            // plain words
	Brought []string `json:"brought,omitempty"` // executables that came with it, by the way included
}
