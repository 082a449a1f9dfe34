#!/usr/bin/env bash
# Installs maps on debian 12, as its documents say and with the fixes that they lack.
# Written by freshinstall 1.0 from commit 0123456789ab and run twice in a clean machine.
# Run it in a checkout: bash install.sh It may be run again.
# It needs a PostgreSQL server at db:5432 with user app, password s3cret and database app.

set -eu
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
checkout=$PWD

say() { printf 'install.sh: %s\n' "$*" >&2; }
step() { at="$2 (command $1)"; say "$at"; }
stop() { say "stopped at $at: exit status $?"; exit 1; }

release=$(. /etc/os-release && printf '%s' "${ID-}${VERSION_ID:+ $VERSION_ID}")
[ "$release" = 'debian 12' ] || { say 'this was made for debian 12, and this is '"$release"; exit 1; }
[ -e 'README.md' ] || { say 'put this file into the top folder of a checkout of maps first'; exit 1; }
command -v sudo >/dev/null || { say 'it needs sudo: install that first, and let your user use it'; exit 1; }
[ -n "${API_KEY-}" ] || { say 'set API_KEY first; the documents call it <api-key>'; exit 1; }

exec </dev/null
set +u

# README.md:11
step 1 'README.md:11'
sudo apt-get install -y python3-venv=3.11.2-1 ./extra.deb || stop

# README.md:12
step 2 'README.md:12'
python3 -m venv env || stop

# README.md:13
step 3 'README.md:13'
. env/bin/activate || stop

# README.md:14
step 4 'README.md:14'
pip install -r requirements.txt || stop

# README.md:15
step 5 'README.md:15'
export PATH=$PATH:$HOME/.local/bin || stop

# README.md:16
step 6 'README.md:16'
./setup.sh --key "${API_KEY}" < <(printf '%s\n' '') || stop

# README.md:17
step 7 'README.md:17'
{
cat > settings.ini <<EOF
key = '${API_KEY}'
EOF
} || stop

# README.md:18
step 8 'README.md:18'
source ./paths.sh || stop

# README.md:30 asks for it in words
step 9 'README.md:30'
{
[ -e '.env' ] || { printf '%s' 'KEY='"${API_KEY}"'
It'\''s $5
' >'.env'; }
} || stop

# README.md:19
step 10 'README.md:19'
{ make tiles; make index; } || stop

say 'done'
printf '%s\n' 'In a new terminal:' "  cd $checkout" \
	'  . env/bin/activate' \
	'  export PATH=$PATH:$HOME/.local/bin' \
	'  source ./paths.sh' \
	'  ./maps.py --token "${YOUR_TOKEN}"'
