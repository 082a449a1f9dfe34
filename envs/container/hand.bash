# Read by the shell that is handed to a person. It stands where the terminal of
# the steps stood, without what freshinstall had put there for itself.
__fi_state=${FRESHINSTALL_STATE-}
__fi_dir=${FRESHINSTALL_DIR-}
__fi_term=${TERM-}
if [ -n "$__fi_state" ] && [ -r "$__fi_state" ]; then
	__fi_where=$__fi_dir
	__fi_window=$__fi_term
	unset $(compgen -e)
	. "$__fi_state" >/dev/null 2>&1
	{ set +e; } 2>/dev/null
	__fi_dir=$__fi_where
	TERM=$__fi_window
	unset LINES COLUMNS
elif [ -n "${FRESHINSTALL_ASKS-}" ] && [ -r ~/.bashrc ]; then
	. ~/.bashrc
fi
PROMPT_COMMAND=${PROMPT_COMMAND-}
PROMPT_COMMAND=${PROMPT_COMMAND#'{ __fi_status=$?; } 2>/dev/null'}
PROMPT_COMMAND=${PROMPT_COMMAND%'{ __fi_end; } 2>/dev/null'}
[ -n "${PROMPT_COMMAND//[$' \n']/}" ] || unset PROMPT_COMMAND
[ -z "$__fi_dir" ] || builtin cd -- "$__fi_dir"
case $- in
*i*) set -o emacs -o history ;;
*) set +m ;;
esac
unset -f $(compgen -A function __fi_)
unset BASH_ENV FRESHINSTALL_STATE FRESHINSTALL_DIR FRESHINSTALL_ASKS $(compgen -v __fi_)
