# Read by the interactive bash that freshinstall types into. It marks in the
# terminal's own stream where a step ends and writes the shell's state to a
# file. Builtins alone, stty apart: a step may have unset PATH. Everything is
# quiet under set -x, and nothing may fail under set -e or set -u.

__fi_status=$?
if [ -n "${FRESHINSTALL_KEY-}" ]; then
	__fi_key=$FRESHINSTALL_KEY
	__fi_state=${FRESHINSTALL_STATE-}
	__fi_dir=${FRESHINSTALL_DIR-}
	export -n FRESHINSTALL_KEY FRESHINSTALL_STATE FRESHINSTALL_DIR FRESHINSTALL_PLAIN
	if [ -n "$__fi_state" ] && [ -r "$__fi_state" ]; then
		__fi_keep=$__fi_key
		__fi_where=$__fi_dir
		unset $(compgen -e)
		. "$__fi_state" >/dev/null 2>&1
		{ set +e; } 2>/dev/null
		__fi_key=$__fi_keep
		__fi_dir=$__fi_where
		unset __fi_keep __fi_where __fi_idle
	elif [ -z "${FRESHINSTALL_PLAIN-}" ] && [ -r ~/.bashrc ]; then
		. ~/.bashrc
	fi
	{
		[ -z "$__fi_dir" ] || builtin cd -- "$__fi_dir"
		command -p stty sane rows 40 cols 120 </dev/tty
		unset FRESHINSTALL_KEY FRESHINSTALL_STATE FRESHINSTALL_DIR FRESHINSTALL_PLAIN __fi_state __fi_dir
		__fi_n=0
		__fi_status=0
	} 2>/dev/null
fi

__fi_mark() {
	builtin printf '\033]7717;%s;%s\007' "$__fi_key" "$1" >/dev/tty || builtin printf '\033]7717;%s;%s\007' "$__fi_key" "$1"
}

# What follows the typed line, up to a record separator, is the step's text.
__fi_begin() {
	__fi_n=$1
	PS1=${__fi_ps1-}
	unset __fi_idle
	[ -z "${2-}" ] || IFS= builtin read -r -s -d $'\036' __fi_text || :
	command -p stty echo </dev/tty || :
	__fi_mark "S;$1;$$"
	case $- in *e*) return 0 ;; esac
	return "$__fi_status"
}

__fi_dump() {
	builtin printf 'builtin cd -- %q\n' "$PWD"
	builtin declare -p
	builtin declare -f
	builtin declare -F
	builtin alias -p
	builtin umask -p
	builtin shopt -p
	builtin set +o
}

__fi_end() {
	command -p stty sane -echo </dev/tty || :
	while builtin read -t 0; do builtin read -r -t 1 __fi_junk || break; done
	if [ -z "${__fi_idle-}" ]; then
		__fi_file=/run/freshinstall/state.$EUID.$((__fi_n % 2))
		__fi_good=0
		unset __fi_text
		__fi_dump >|"$__fi_file" && __fi_good=1
		__fi_ps1=${PS1-}
		PS1=
		__fi_idle=1
	fi
	__fi_mark "E;$__fi_n;$__fi_status;$EUID;$$;$__fi_good;$-;$PWD"
}

# What PROMPT_COMMAND held stays, between the two parts of ours: the status
# must be taken before it, and the mark must come last.
__fi_install() {
	local IFS=$'\n'
	case "${PROMPT_COMMAND[*]-}" in
	*__fi_end*) ;;
	*)
		set -- "${PROMPT_COMMAND[*]-}"
		unset PROMPT_COMMAND
		PROMPT_COMMAND='{ __fi_status=$?; } 2>/dev/null
'"${1:+$1
}"'{ __fi_end; } 2>/dev/null'
		;;
	esac
}

{
	set +o history
	set +o emacs +o vi
	__fi_install
	return "$__fi_status"
} 2>/dev/null
