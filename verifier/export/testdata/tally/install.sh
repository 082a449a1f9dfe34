#!/usr/bin/env bash
# Installs tally on debian 12, as its documents say and with the fixes that they lack.
# Written by freshinstall 1.0 from commit 0123456789ab and run twice in a clean machine.
# Run it in a checkout: bash install.sh It may be run again.

set -eu
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
checkout=$PWD

say() { printf 'install.sh: %s\n' "$*" >&2; }
step() { at="$2 (command $1)"; say "$at"; }
stop() { say "stopped at $at: exit status $?"; exit 1; }

release=$(. /etc/os-release && printf '%s' "${ID-}${VERSION_ID:+ $VERSION_ID}")
[ "$release" = 'debian 12' ] || { say 'this was made for debian 12, and this is '"$release"; exit 1; }
[ -e 'README.md' ] || { say 'put this file into the top folder of a checkout of tally first'; exit 1; }
command -v sudo >/dev/null || { say 'it needs sudo: install that first, and let your user use it'; exit 1; }

# packages installs those of the system that are not there.
packages() {
	local options=() missing=() p
	for p in "$@"; do
		case $p in
		-*) options+=("$p") ;;
		*) [ "$(dpkg-query -W -f '${db:Status-Status}' "${p%%=*}" 2>/dev/null)" = installed ] || missing+=("$p") ;;
		esac
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	sudo apt-get update && sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y "${options[@]}" "${missing[@]}"
}

# What cannot be done twice leaves a mark, beside git's own files.
marks=$checkout/.git
[ -d "$marks" ] || marks=$checkout
marks=$marks/install.sh.done
was_done() { grep -qxF -- "$1" "$marks" 2>/dev/null; }
mark() { printf '%s\n' "$1" >>"$marks"; }

exec </dev/null
set +u

# Packages: gcc (README.md:13), libc6-dev (README.md:13)
step 1 'packages'
packages --no-install-recommends gcc libc6-dev || stop

# Packages: make (README.md:14)
# Packages that no documented command installs: libyaml-dev (README.md:17)
step 2 'packages'
packages make libyaml-dev || stop

# README.md:15
step 3 'README.md:15'
export GREETING=hello || stop

# README.md:16
step 4 'README.md:16'
[ -d 'build' ] || mkdir build || stop

# README.md:16
step 5 'README.md:16'
cd build || stop

# README.md:17
step 6 'README.md:17'
gcc -o tally ../tally.c -lyaml || stop

# README.md:18
step 7 'README.md:18'
cd .. || stop

# README.md:19 says: cp conf/example.conf tally.conf
# which fails: cp: cannot stat 'conf/example.conf'
step 8 'README.md:19'
[ -f 'tally.conf' ] || cp config/example.conf tally.conf || stop

# README.md:20
step 9 'README.md:20'
was_done 'd9733a8b8f32' || { { echo 'export TALLY=1' >> ~/.profile; } && mark 'd9733a8b8f32'; } || stop

# README.md:21
step 10 'README.md:21'
sudo make install || stop

say 'done'
printf '%s\n' 'In a new terminal:' "  cd $checkout" \
	'  export GREETING=hello' \
	'  cd build' \
	'  cd ..' \
	'  build/tally sample.txt'
