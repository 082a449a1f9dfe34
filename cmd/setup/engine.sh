#!/bin/sh
# Finds a container engine that answers, or sets one up.
#
#   sh cmd/setup/engine.sh
#
# Exit 0: an engine answers. Exit 3: none does, and what to do was printed.
#
# Decisions:
#   - An engine that answers is taken as it is; nothing of it is changed.
#   - An engine that is installed but stopped is started, never replaced: the
#     distribution's packages conflict with docker-ce and would remove it.
#   - Only on the Debian family, as root or with sudo, and only where no engine
#     is installed, the distribution's docker.io is installed. The docker
#     client alone is no engine.
#   - On a terminal it asks before it installs or starts anything. Without a
#     terminal there is nobody to ask; under CI or YES=1 nobody wants to be.
#   - mmdebstrap makes base images where no image registry can be reached. It
#     is wanted, not needed: without it the tool pulls images.
#
# For tests: ENGINE_PROBE replaces the program that looks for an answering
# engine, ENGINE_ROOT goes before every absolute path, and a file that is
# sourced defines functions only.

set -u

root=${ENGINE_ROOT:-}
state=${XDG_STATE_HOME:-${HOME:-/root}/.local/state}/freshinstall

say() { printf 'setup: %s\n' "$*" >&2; }

# stop WHAT TO-DO: no engine, and what the user should do now.
stop() {
	say "$1"
	say "what to do: $2"
	exit 3
}

on_terminal() { [ -t 0 ] && [ -t 2 ]; }

# agreed QUESTION: may we?
agreed() {
	case ${YES:-} in '' | 0) ;; *) return 0 ;; esac
	case ${CI:-} in '' | 0 | false) ;; *) return 0 ;; esac
	on_terminal || return 0
	printf 'setup: %s [Y/n] ' "$1" >&2
	read -r reply || reply=n
	case $reply in '' | [Yy]*) return 0 ;; esac
	return 1
}

# probe: 0 when an engine answers (its address is printed), 4 when one is
# there but not open to this user, 3 when there is none.
probe() { "$ENGINE_PROBE"; }

# build_probe: "go run" would hide the exit status, so it is built first.
build_probe() {
	[ -z "${ENGINE_PROBE:-}" ] || return 0
	top=$(cd "$(dirname "$0")/../.." && pwd) && ENGINE_PROBE=$top/bin/setup-probe || return 1
	(cd "$top" && go build -o "$ENGINE_PROBE" ./cmd/setup/probe)
}

# answers SECONDS: wait until an engine answers, at most about so long.
answers() {
	left=$1
	while :; do
		address=$(probe 2>/dev/null) && return 0
		[ "$left" -gt 0 ] || return 1
		left=$((left - 1))
		sleep 1
	done
}

have() { command -v "$1" >/dev/null 2>&1; }

# package NAME: is the Debian package installed?
package() {
	have dpkg-query && [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# dockerd_path: where the daemon is; folders for root are often not on PATH.
dockerd_path() {
	for file in "$root/usr/bin/dockerd" "$root/usr/sbin/dockerd" "$root/usr/local/bin/dockerd"; do
		[ -x "$file" ] && printf '%s\n' "$file" && return 0
	done
	command -v dockerd 2>/dev/null
}

# installed: the engine that is there, whether it runs or not.
installed() {
	if [ -d "$root/Applications/Docker.app" ] || [ -d "$root/opt/docker-desktop" ] || package docker-desktop; then
		echo desktop
	elif dockerd_path >/dev/null || package docker-ce || package docker.io || package moby-engine; then
		echo docker
	elif have colima; then
		echo colima
	elif [ -d "$root/Applications/Rancher Desktop.app" ] || have rdctl; then
		echo rancher
	elif have podman || package podman; then
		echo podman
	else
		echo none
	fi
}

debian_family() {
	[ -r "$root/etc/os-release" ] || return 1
	(
		ID='' ID_LIKE=''
		. "$root/etc/os-release"
		case " $ID $ID_LIKE " in *' debian '* | *' ubuntu '*) exit 0 ;; esac
		exit 1
	)
}

# as_root COMMAND…: run it as root; fails when we may not.
as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# may_be_root: as root, with sudo without a password, or with one that
# somebody can type.
may_be_root() {
	[ "$(id -u)" = 0 ] && return 0
	have sudo || return 1
	sudo -n true 2>/dev/null || on_terminal
}

# ---- install ----------------------------------------------------------------

# apt WHAT PACKAGE…: install from the distribution's archive, quietly; the
# whole talk goes to a log, of which the end is shown when it fails.
apt() {
	what=$1
	shift
	mkdir -p "$state"
	log=$state/apt.log
	say "installing $what ($* from the distribution's archive)"
	{
		as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 -q update &&
			as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 -q -y install "$@"
	} >"$log" 2>&1 </dev/null && return 0
	tail -n 5 "$log" >&2
	say "apt-get did not succeed; all of it: $log"
	return 1
}

install_engine() {
	debian_family || stop "no container engine is installed" \
		"install one: Docker Engine (https://docs.docker.com/engine/install/), Podman, Docker Desktop or Colima; start it and run this again"
	may_be_root || stop "no container engine is installed, and installing one needs root" \
		"run this as root or as a user of sudo, or have somebody run: apt-get install docker.io mmdebstrap"
	agreed "no container engine is installed; install docker.io and mmdebstrap, and start the engine?" ||
		stop "no container engine is installed" "sudo apt-get install docker.io mmdebstrap, then run this again"
	# The keyring is Debian's own; on its derivatives it must be named, or
	# mmdebstrap refuses the archive.
	apt "a container engine" docker.io mmdebstrap debian-archive-keyring ||
		stop "the container engine could not be installed" "look at $state/apt.log; then: sudo apt-get install docker.io mmdebstrap"
}

# install_bootstrap: mmdebstrap beside an engine that is there already.
install_bootstrap() {
	have mmdebstrap && return 0
	if debian_family && may_be_root &&
		agreed "mmdebstrap makes base images without an image registry; install it?" &&
		apt "the image builder" mmdebstrap debian-archive-keyring; then
		return 0
	fi
	say "without mmdebstrap base images are pulled from an image registry"
}

# ---- start ------------------------------------------------------------------

# running NAME: is there such a process?
running() {
	for comm in "$root"/proc/[0-9]*/comm; do
		{ read -r process <"$comm"; } 2>/dev/null && [ "$process" = "$1" ] && return 0
	done
	return 1
}

# start_docker: by systemd, else by the init script, else by ourselves. A
# script that says "done" is not believed: only an answer counts.
start_docker() {
	may_be_root || stop "the Docker engine is installed but does not run, and starting it needs root" "sudo systemctl start docker"
	if [ -d "$root/run/systemd/system" ]; then
		as_root systemctl start docker >/dev/null 2>&1
		reached 30 && return 0
	fi
	if have service && [ -e "$root/etc/init.d/docker" ]; then
		as_root service docker start >/dev/null 2>&1
		reached 15 && return 0
	fi
	if ! running dockerd; then
		daemon=$(dockerd_path) || stop "the Docker engine's package is there but not its daemon" "sudo apt-get install --reinstall docker.io"
		mkdir -p "$state"
		# A session of its own, so that Ctrl-C here does not end it.
		as_root sh -c 'setsid "$1" >>"$2" 2>&1 </dev/null &' sh "$daemon" "$state/dockerd.log"
	fi
	reached 60
}

# reached SECONDS: wait for the Docker engine's answer, and open the door to
# this user when it is found closed. A daemon that has died is not waited for.
reached() {
	left=$1 opened='' grace=5
	while :; do
		address=$(probe 2>/dev/null)
		case $? in
		0) return 0 ;;
		4) [ -n "$opened" ] || ! running dockerd || { opened=yes && open_socket && continue; } ;;
		esac
		[ "$left" -gt 0 ] || return 1
		[ "$grace" -gt 0 ] || running dockerd || return 1
		left=$((left - 1)) grace=$((grace - 1))
		sleep 1
	done
}

# open_socket: the group counts from the next login on; until then the socket
# is given to the user's own group.
open_socket() {
	[ "$(id -u)" = 0 ] && return 1
	socket=$root/var/run/docker.sock
	[ -e "$socket" ] || return 1
	say "adding $(id -un) to the group docker, whose members can do as root does; it counts from the next login on"
	as_root usermod -aG docker "$(id -un)" && as_root chgrp "$(id -g)" "$socket"
}

# start_podman: its socket for this user, else a service in the background.
start_podman() {
	if [ -d "$root/run/systemd/system" ]; then
		if [ "$(id -u)" = 0 ]; then
			systemctl start podman.socket >/dev/null 2>&1
		else
			systemctl --user start podman.socket >/dev/null 2>&1
		fi
		answers 10 && return 0
	fi
	if [ "$(uname -s)" != Linux ]; then
		podman machine start >/dev/null 2>&1
		answers 120
		return
	fi
	socket=${XDG_RUNTIME_DIR:-}/podman/podman.sock
	[ "$(id -u)" = 0 ] && socket=$root/run/podman/podman.sock
	[ "$socket" != /podman/podman.sock ] || return 1 # no runtime folder, no place for a socket
	mkdir -p "$state" "${socket%/*}"
	setsid podman system service --time=0 "unix://$socket" >>"$state/podman.log" 2>&1 </dev/null &
	answers 20
}

start_desktop() {
	if [ "$(uname -s)" = Darwin ]; then
		open -a Docker
	else
		systemctl --user start docker-desktop >/dev/null 2>&1
	fi
	answers 120
}

# start_engine KIND: start what is installed; never install over it.
start_engine() {
	case $1 in
	docker) name="the Docker engine" by_hand="sudo systemctl start docker (or: sudo service docker start)" ;;
	desktop) name="Docker Desktop" by_hand="start Docker Desktop and wait until it says that it runs" ;;
	podman) name="Podman" by_hand="systemctl --user start podman.socket (elsewhere: podman machine start)" ;;
	colima) name="Colima" by_hand="colima start" ;;
	rancher) name="Rancher Desktop" by_hand="rdctl start" ;;
	esac
	agreed "$name is installed but does not answer; start it?" || stop "$name does not run" "$by_hand"
	say "starting $name"
	case $1 in
	docker) start_docker ;;
	desktop) start_desktop ;;
	podman) start_podman ;;
	colima) colima start >/dev/null 2>&1 && answers 30 ;;
	rancher) rdctl start >/dev/null 2>&1 && answers 120 ;;
	esac && return 0
	for log in "$state/dockerd.log" "$state/podman.log"; do
		[ -s "$log" ] && tail -n 5 "$log" >&2
	done
	stop "$name was started but does not answer" "$by_hand; its messages: $state, journalctl -u docker"
}

# ---- in order ---------------------------------------------------------------

main() {
	build_probe || stop "the program that looks for an engine could not be built" "see the message of go above"
	problem=$(probe 2>&1)
	case $? in
	0) # The address is the last line: a first run may talk of downloads.
		say "container engine: $(printf '%s\n' "$problem" | tail -n 1)"
		install_bootstrap
		return 0
		;;
	4)
		# A socket that nobody listens on is closed to others in the same way.
		running dockerd && stop "a container engine runs but is not open to $(id -un)" \
			"sudo usermod -aG docker $(id -un), then log in again; or run this as root"
		;;
	3) ;;
	*) stop "the search for a container engine did not work: $problem" "run this again; if it stays, report it" ;;
	esac
	[ -z "${DOCKER_HOST:-}" ] || stop "DOCKER_HOST is $DOCKER_HOST, and no engine answers there" \
		"start that engine, or unset DOCKER_HOST to have the usual places searched"
	kind=$(installed)
	if [ "$kind" = none ]; then
		install_engine
		answers 2 || YES=1 start_engine docker # that was agreed to above
	else
		start_engine "$kind"
	fi
	say "container engine: $address"
	install_bootstrap
}

# Sourced for its functions, or run?
case ${0##*/} in
engine.sh) main ;;
esac
