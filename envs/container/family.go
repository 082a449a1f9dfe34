package container

import (
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// system is what os-release tells.
type system struct {
	family  verifier.Family
	release string // "debian 12"
	version string // "12"
}

// parseRelease reads /etc/os-release.
func parseRelease(text string) system {
	values := map[string]string{}
	for line := range strings.Lines(text) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if ok {
			values[key] = strings.Trim(value, `"'`)
		}
	}
	s := system{family: verifier.FamilyUnknown, version: values["VERSION_ID"]}
	s.release = strings.TrimSpace(values["ID"] + " " + s.version)
	for _, id := range append([]string{values["ID"]}, strings.Fields(values["ID_LIKE"])...) {
		if f := familyOf(id); f != verifier.FamilyUnknown {
			s.family = f
			break
		}
	}
	return s
}

func familyOf(id string) verifier.Family {
	switch id {
	case "debian", "ubuntu", "raspbian", "linuxmint":
		return verifier.FamilyDeb
	case "fedora", "rhel", "centos", "rocky", "almalinux", "ol", "amzn":
		return verifier.FamilyRPM
	case "alpine", "wolfi":
		return verifier.FamilyApk
	case "suse", "opensuse", "opensuse-leap", "opensuse-tumbleweed", "sles", "sle-micro":
		return verifier.FamilySuse
	case "arch", "archlinux", "manjaro":
		return verifier.FamilyArch
	}
	return verifier.FamilyUnknown
}

// manager is how a family's packages are handled, as shell text. install and
// full take package names as arguments; full brings recommended packages too,
// as a person's machine would have them.
type manager struct {
	update, install, full, tidy, forget string
	missing                             []string // what it says when a name is unknown
	authorities                         string   // folder for extra certificate authorities
	trust                               string   // command that takes them up, when it is there
}

var managers = map[verifier.Family]manager{
	verifier.FamilyDeb: {
		update:  "apt-get -qq -o Acquire::Retries=3 update",
		install: "DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Acquire::Retries=3 install --no-install-recommends",
		full:    "DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Acquire::Retries=3 install",
		tidy:    "apt-get -qq clean", forget: "rm -rf /var/lib/apt/lists/*",
		missing:     []string{"Unable to locate package", "has no installation candidate", "Couldn't find any package"},
		authorities: "/usr/local/share/ca-certificates", trust: "update-ca-certificates",
	},
	verifier.FamilyRPM: {
		update:  "$dnf -q -y makecache",
		install: "$dnf -q -y --setopt=install_weak_deps=0 install",
		full:    "$dnf -q -y install",
		tidy:    ":", forget: "$dnf -q clean all",
		missing:     []string{"No match for argument", "Unable to find a match", "No package"},
		authorities: "/etc/pki/ca-trust/source/anchors", trust: "update-ca-trust",
	},
	verifier.FamilyApk: {
		update: "apk -q update", install: "apk -q add", full: "apk -q add",
		tidy: ":", forget: "rm -rf /var/cache/apk/*",
		missing:     []string{"unable to select packages", "(no such package)"},
		authorities: "/usr/local/share/ca-certificates", trust: "update-ca-certificates",
	},
	verifier.FamilySuse: {
		update:  "zypper -q -n --gpg-auto-import-keys refresh",
		install: "zypper -q -n install --no-recommends",
		full:    "zypper -q -n install --recommends",
		tidy:    "zypper -q clean", forget: "zypper -q clean -a",
		missing:     []string{"not found in package names", "No provider of"},
		authorities: "/etc/pki/trust/anchors", trust: "update-ca-certificates",
	},
	verifier.FamilyArch: {
		update: "pacman -Sy --noconfirm --quiet", install: "pacman -S --noconfirm --needed --quiet",
		full: "pacman -S --noconfirm --needed --quiet",
		tidy: "rm -f /var/cache/pacman/pkg/*", forget: "rm -f /var/lib/pacman/sync/*",
		missing:     []string{"target not found"},
		authorities: "/etc/ca-certificates/trust-source/anchors", trust: "trust extract-compat",
	},
}

// shellStart stands before every furnishing script. dnf has a smaller and an
// older name on some images.
const shellStart = `set -e
exec 2>&1
export LC_ALL=C
dnf=$(command -v dnf || command -v microdnf || command -v yum || :)
`
