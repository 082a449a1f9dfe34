#!/bin/sh
# Runs the tests of machines on a Podman that is started for them alone: once as
# root, once as a user without rights, as far as this computer allows.
#
#   sh cmd/setup/podman.sh
#
# Exit 0: all that could be run has passed. 1: a test failed. 3: there is no
# Podman, or neither half could be run; what to do was printed.
#
# Decisions:
#   - Its containers, images and sockets lie in a folder of their own, which
#     goes with it: nothing of the user's own Podman is seen or touched.
#   - Where the Docker engine has base images already, they are taken from
#     there; else they are built from the distribution's archive.
#   - A half that cannot be run is skipped with Podman's own words for it. What
#     an engine does not hold is found out by the tests (LIMITED_ENGINE=1 has
#     them skip with the reason) and said by freshinstall doctor at the end.
#
# RUN is the expression of tests (go test -run); ROOTLESS_RUN that of the other
# half.

set -u
. "$(dirname "$0")/engine.sh"

top=$(cd "$(dirname "$0")/../.." && pwd) || exit 3
place=$(mktemp -d /tmp/freshinstall-podman.XXXXXX) || exit 3 # short: a socket's path has 108 bytes
chmod 755 "$place"
user=freshinstall-podman

# podman_of HALF COMMAND…: this half's Podman.
podman_of() {
	half=$1
	shift
	case $half in
	root) with_conf podman $(stores "$place/root") "$@" ;;
	rootless) as_user podman --storage-driver overlay $(stores "$place/rootless") "$@" ;;
	esac
}

stores() { printf '%s ' --root "$1/storage" --runroot "$1/run" --tmpdir "$1/tmp"; }

# in_place is "exec" where the process itself is wanted, not a shell that waits for it.
in_place=
with_conf() { $in_place env CONTAINERS_CONF="$place/containers.conf" "$@"; }

# as_user COMMAND…: as the user without rights, in whose sight the device for
# networks is open as most distributions have it (mode 0666), here often not.
as_user() {
	$in_place unshare -m sh -c '
		[ ! -e "$1/tun" ] || mount --bind "$1/tun" /dev/net/tun || exit 1
		place=$1 user=$2
		shift 2
		cd / && exec runuser -u "$user" -- env HOME="$place/rootless" XDG_RUNTIME_DIR="$place/rootless" CONTAINERS_CONF="$place/containers.conf" PATH="$PATH" "$@"
	' sh "$place" "$user" "$@"
}

tidy_up() {
	trap '' INT TERM
	for half in root rootless; do
		[ -d "$place/$half/storage" ] && podman_of "$half" rm -f -a -t 0 >/dev/null 2>&1
	done
	for pid in $services; do kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null; done
	# What watched over containers names this very folder, as nothing else does.
	for pid in $(ps -eo pid=,args= | awk -v place="$place/" 'index($0, place) && !/awk/ { print $1 }'); do kill -9 "$pid" 2>/dev/null; done
	if id "$user" >/dev/null 2>&1 && [ -n "${made_user:-}" ]; then
		# All that this user runs was started here: the user was made here.
		for pid in $(ps -o pid= -u "$user"); do kill -9 "$pid" 2>/dev/null; done
		userdel "$user" >/dev/null 2>&1
	fi
	# Deepest first; a store is mounted upon itself, once or more.
	for again in 1 2 3 4 5; do
		awk -v place="$place/" 'index($2, place) == 1 { print $2 }' /proc/mounts | sort -r | while read -r mounted; do umount "$mounted" 2>/dev/null; done
	done
	rm -rf "$place"
}

# serve HALF: start its socket and wait until it answers; prints the address.
serve() {
	socket=$place/$1/podman.sock
	(in_place=exec && podman_of "$1" system service --time=0 "unix://$socket") >>"$place/$1.log" 2>&1 </dev/null &
	services="$services $!"
	DOCKER_HOST=unix://$socket
	export DOCKER_HOST
	answers 20
}

# bases HALF: bring in what the Docker engine has.
bases() {
	names=$(unset DOCKER_HOST; docker image ls --filter label=freshinstall.kind=base --format '{{.Repository}}:{{.Tag}}' 2>/dev/null) || names=
	[ -n "$names" ] || { say "bases are built from the distribution's archive"; return; }
	# shellcheck disable=SC2086 # names of images have no blanks
	(unset DOCKER_HOST; docker save $names) | podman_of "$1" load -q >/dev/null || say "the Docker engine's bases could not be taken; they are built"
}

# test_half HALF EXPRESSION
test_half() {
	serve "$1" || {
		say "skipped, $1: its socket does not answer: $(tail -n 1 "$place/$1.log")"
		return 3
	}
	bases "$1"
	say "$1: $(podman_of "$1" --version), $(podman_of "$1" info --format '{{.Store.GraphDriverName}} storage, control groups {{.Host.CgroupsVersion}}, {{.Host.OCIRuntime.Name}}')"
	(cd "$top" && CONFORMANCE=all LIMITED_ENGINE=1 REQUIRE_CONTAINERS=1 \
		go test -json -count=1 -p 1 -timeout 100m -run "$2" ./envs/container | bin/tally -each)
	result=$?
	say "$1: what doctor says of this engine"
	(cd / && "$top/bin/freshinstall" doctor)
	return $result
}

# rootless_ready: whatever is needed before; fails with a reason in $why.
rootless_ready() {
	for program in unshare runuser newuidmap slirp4netns useradd; do
		have "$program" || { why="$program is not installed (Debian: uidmap, slirp4netns, util-linux)"; return 1; }
	done
	if id "$user" >/dev/null 2>&1; then
		why="there is a user $user already, perhaps of another run; remove it (userdel $user)"
		return 1
	fi
	useradd --no-create-home --home-dir "$place/rootless" --shell /bin/sh "$user" 2>"$place/why" || { why=$(cat "$place/why"); return 1; }
	made_user=yes
	grep -q "^$user:" /etc/subuid || { why="users get no numbers of their own here (/etc/subuid)"; return 1; }
	mkdir -p "$place/rootless" && chown "$user" "$place/rootless" || return 1
	if [ -e /dev/net/tun ]; then mknod -m 666 "$place/tun" c 10 200 || { why="no device for networks can be made"; return 1; }; fi
	as_user podman --storage-driver overlay $(stores "$place/rootless") info >/dev/null 2>"$place/why" || { why=$(tail -n 1 "$place/why"); return 1; }
}

have podman || {
	debian_family && may_be_root || stop "Podman is not installed" "install it (Debian: apt-get install podman) and run this again"
	agreed "Podman is not installed; install podman, uidmap and slirp4netns?" || stop "Podman is not installed" "sudo apt-get install podman uidmap slirp4netns"
	apt Podman podman uidmap slirp4netns catatonit || stop "Podman could not be installed" "look at $state/apt.log"
}
[ "$(id -u)" = 0 ] || stop "the storage of a Podman of its own, and a user without rights, need root" "run this as root, or with sudo"
build_probe || stop "the program that looks for an engine could not be built" "see the message of go above"

# The engine of a computer where not even root may raise limits has to give less.
cat >"$place/containers.conf" <<CONF
[containers]
default_ulimits = ["nofile=1024:4096", "nproc=4096:4096"]
[engine]
events_logger = "file"
cgroup_manager = "cgroupfs"
[network]
network_config_dir = ""
CONF
services=
trap tidy_up EXIT
trap 'exit 130' INT TERM

mkdir -p "$place/root/networks"
sed -i "s|^network_config_dir = .*|network_config_dir = \"$place/root/networks\"|" "$place/containers.conf"
test_half root "${RUN:-^TestIntegration}"
root_result=$?

sed -i '/^\[network\]/,$d' "$place/containers.conf"
if rootless_ready; then
	test_half rootless "${ROOTLESS_RUN:-${RUN:-^TestIntegration(Conformance|Hostile|LimitsAreHeld)\$}}"
	rootless_result=$?
else
	say "skipped, rootless: $why"
	rootless_result=3
fi
[ "$root_result" != 1 ] && [ "$rootless_result" != 1 ] || exit 1
[ "$root_result" != 3 ] || [ "$rootless_result" != 3 ] || exit 3
