# Read by a bash that sees a machine's processes; freshinstall asks it, over
# its standard input, what they are doing. It only reads.
exec 2>/dev/null

# Every process: the line of /proc/PID/stat.
all() {
	local f l
	for f in /proc/[0-9]*/stat; do
		l= && read -r l <"$f" && printf '%s\n' "$l"
	done
}

# Given processes: arguments, program, what each thread does in the kernel, open files.
each() {
	local p t l a n
	for p; do
		printf 'P %s\n' "$p"
		a=() && mapfile -d '' -n 64 -t a <"/proc/$p/cmdline" && printf 'A %s\n' "${a[@]//[$'\r\n']/ }"
		printf 'X %s\n' "$(readlink "/proc/$p/exe")"
		n=0
		for t in "/proc/$p/task/"*; do
			[ "$((n += 1))" -le 100 ] || break
			l= && read -r l <"$t/syscall" && printf 'T %s\n' "$l"
		done
		ls -l "/proc/$p/fd" | head -n 500 | sed 's/^/F /'
	done
}

# Bytes of a process's memory: process, address, length.
bytes() {
	dd "if=/proc/$1/mem" bs=1 "skip=$(($2))" "count=$3" | od -An -v -tx1 | tr -d ' \n'
	printf '\n'
}

# What an epoll file of a process waits for.
polls() { cat "/proc/$1/fdinfo/$2"; }

# TCP sockets as a process sees them.
sockets() { cat "/proc/$1/net/tcp" "/proc/$1/net/tcp6"; }
