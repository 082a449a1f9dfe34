package export

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

var imageName = regexp.MustCompile(`^[a-z0-9][A-Za-z0-9._/-]*(?::[A-Za-z0-9._-]+)?(?:@sha256:[0-9a-f]{64})?$`)

// publicBase names an image that everybody can have, and says where it is not
// the one that was verified.
func publicBase(env verifier.Environment) (from, note string, err error) {
	made := strings.Contains(env.Image, " ")
	if !made {
		if !imageName.MatchString(env.Image) {
			return "", "", &UnfitError{Why: fmt.Sprintf("%q is no name of an image", env.Image)}
		}
		if env.Digest == "" || strings.Contains(env.Image, "@") {
			return env.Image, "", nil
		}
		return env.Image, fmt.Sprintf("It was verified with %s as it was then: %s", env.Image, env.Digest), nil
	}
	id, version, _ := strings.Cut(env.Release, " ")
	switch id {
	case "debian", "ubuntu", "fedora", "alpine":
		from = id + ":" + version
	case "rocky":
		from = "rockylinux/rockylinux:" + version
	case "almalinux":
		from = "almalinux:" + version
	case "opensuse-leap":
		from = "opensuse/leap:" + version
	case "arch":
		from = "archlinux:latest"
	}
	if version == "" && id != "arch" || !imageName.MatchString(from) {
		return "", "", &UnfitError{Why: "the base of the environment has no public name: declare image: and verify again"}
	}
	return from, fmt.Sprintf("It was verified with a base of the same release that was made here (%s), since that one has no public name: %s is the distribution's own.",
		env.Image, from), nil
}
