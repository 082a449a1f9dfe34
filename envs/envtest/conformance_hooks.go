package envtest

import "github.com/freshinstall/freshinstall/verifier"

// What the environment managers of languages do to a shell, by small scripts
// that do as they do.
var hookCases = []testCase{{"venv", testVenv}, {"nvm", testNvm}, {"conda", testConda}}

const activate = `deactivate() {
	if [ -n "${OLD_PATH:-}" ]; then
		PATH="$OLD_PATH"
		export PATH
		PS1="${OLD_PS1:-}"
		export PS1
		unset OLD_PATH OLD_PS1
	fi
	unset VIRTUAL_ENV
	if [ ! "${1:-}" = nondestructive ]; then
		unset -f deactivate
	fi
}
deactivate nondestructive
VIRTUAL_ENV=/tmp/venv
export VIRTUAL_ENV
OLD_PATH="$PATH"
PATH="$VIRTUAL_ENV/bin:$PATH"
export PATH
OLD_PS1="${PS1:-}"
PS1="(venv) ${PS1:-}"
export PS1`

func testVenv(b *bench) {
	b.wants("mkdir -p /tmp/venv/bin", "")
	b.file("/tmp/venv/bin/activate", activate)
	b.program("/tmp/venv/bin/tool", "#!/bin/sh\necho tool of $VIRTUAL_ENV")
	b.ends("tool", 127, verifier.Exited)
	b.wants("source venv/bin/activate", "")
	b.wants("tool", "tool of /tmp/venv\n")
	b.wants(`echo "${PS1%% *}"`, "(venv)\n")
	fork := b.forked(b.snapshot())
	fork.wants("tool; deactivate", "tool of /tmp/venv\n")
	fork.ends("tool", 127, verifier.Exited)
	b.wants("deactivate", "")
	b.ends("tool", 127, verifier.Exited)
	b.ends("deactivate", 127, verifier.Exited)
}

const nvm = `nvm_echo() {
	command printf '%s\n' "$*"
}
nvm() {
	if [ $# -lt 1 ]; then
		nvm_echo 'Usage: nvm use VERSION'
		return 127
	fi
	local COMMAND
	COMMAND="${1-}"
	shift
	case "$COMMAND" in
	use)
		if [ ! -d "$NVM_DIR/versions/$1" ]; then
			nvm_echo "N/A: version $1 is not yet installed."
			return 3
		fi
		PATH="$NVM_DIR/versions/$1/bin:$PATH"
		export PATH
		export NVM_BIN="$NVM_DIR/versions/$1/bin"
		nvm_echo "Now using node $1"
		;;
	install)
		mkdir -p "$NVM_DIR/versions/$1/bin" || return 1
		nvm_echo "echo $1" >"$NVM_DIR/versions/$1/bin/node"
		chmod +x "$NVM_DIR/versions/$1/bin/node"
		nvm use "$1"
		;;
	esac
}`

func testNvm(b *bench) {
	b.wants("mkdir -p /tmp/nvm", "")
	b.file("/tmp/nvm/nvm.sh", nvm)
	b.wants("export NVM_DIR=/tmp/nvm\n[ -s \"$NVM_DIR/nvm.sh\" ] && \\. \"$NVM_DIR/nvm.sh\"", "")
	b.ends("nvm use v18", 3, verifier.Exited)
	b.wants("nvm install v18", "Now using node v18\n")
	b.wants("node", "v18\n")
	b.wants("nvm install v20", "Now using node v20\n")
	b.wants("node; nvm use v18; node", "v20\nNow using node v18\nv18\n")
	b.wants("echo $NVM_BIN", "/tmp/nvm/versions/v18/bin\n")
	b.ends("nvm", 127, verifier.Exited)
}

const conda = `#!/bin/sh
case "$2" in
hook) cat <<'HOOK'
export CONDA_EXE=/tmp/conda/bin/conda
export CONDA_SHLVL=0
__conda_activate() {
	local ask_conda
	ask_conda="$(PS1="${PS1:-}" "$CONDA_EXE" shell.posix "$@")" || return 1
	eval "$ask_conda"
}
conda() {
	case "$1" in
	activate | deactivate) __conda_activate "$@" ;;
	*) "$CONDA_EXE" "$@" ;;
	esac
}
HOOK
	;;
activate)
	[ "$3" = shop ] || { echo "EnvironmentNameNotFound: $3" >&2; exit 1; }
	echo "PS1='($3) ${PS1:-}'"
	echo "export PATH='/tmp/conda/envs/$3/bin:$PATH'"
	echo "export CONDA_DEFAULT_ENV='$3' CONDA_SHLVL=1"
	;;
deactivate)
	echo "export PATH='${PATH#/tmp/conda/envs/shop/bin:}'"
	echo "unset CONDA_DEFAULT_ENV; export CONDA_SHLVL=0"
	;;
esac`

func testConda(b *bench) {
	b.wants("mkdir -p /tmp/conda/bin /tmp/conda/envs/shop/bin", "")
	b.program("/tmp/conda/bin/conda", conda)
	b.program("/tmp/conda/envs/shop/bin/shop", "#!/bin/sh\necho open")
	b.wants(`eval "$(/tmp/conda/bin/conda shell.bash hook)"`, "")
	b.ends("conda activate nowhere", 1, verifier.Exited)
	b.wants("conda activate shop", "")
	b.wants(`shop; echo "$CONDA_DEFAULT_ENV $CONDA_SHLVL ${PS1%% *}"`, "open\nshop 1 (shop)\n")
	b.wants("conda deactivate", "")
	b.ends("shop", 127, verifier.Exited)
	b.wants(`echo "$CONDA_SHLVL ${CONDA_DEFAULT_ENV-none}"`, "0 none\n")
}
