package container

import (
	"slices"
	"strconv"
	"strings"
)

// process states and numbers as /proc/PID/stat gives them.
type proc struct {
	pid, parent, group, session, tty, foreground int
	name                                         string
	state                                        byte
	ticks                                        int64 // of processor time, waited-for children included
}

// parseStat reads one line of /proc/PID/stat.
func parseStat(line string) (proc, bool) {
	open, end := strings.IndexByte(line, '('), strings.LastIndexByte(line, ')')
	if open < 1 || end < open {
		return proc{}, false
	}
	fields := strings.Fields(line[end+1:])
	if len(fields) < 15 || len(fields[0]) != 1 {
		return proc{}, false
	}
	p := proc{name: line[open+1 : end], state: fields[0][0]}
	var err error
	number := func(s string) int {
		n, e := strconv.Atoi(s)
		if e != nil {
			err = e
		}
		return n
	}
	p.pid = number(strings.TrimSpace(line[:open]))
	p.parent, p.group, p.session = number(fields[1]), number(fields[2]), number(fields[3])
	p.tty, p.foreground = number(fields[4]), number(fields[5])
	for _, f := range fields[11:15] {
		p.ticks += int64(number(f))
	}
	return p, err == nil
}

// parseStats reads all lines, leaving out what is no process.
func parseStats(text string) []proc {
	var all []proc
	for line := range strings.Lines(text) {
		if p, ok := parseStat(strings.TrimSuffix(line, "\n")); ok {
			all = append(all, p)
		}
	}
	return all
}

// job is what runs in the foreground of a shell's terminal: its foreground
// process group, and all their descendants, which may have terminals of their
// own. The shell itself belongs to it while it is in the foreground; its
// background jobs do not. ok is false when the shell is gone.
func job(all []proc, shell int) (members []proc, ok bool) {
	at := slices.IndexFunc(all, func(p proc) bool { return p.pid == shell })
	if at < 0 {
		return nil, false
	}
	sh := all[at]
	in := map[int]bool{}
	for _, p := range all {
		if p.group == sh.foreground && p.session == sh.session {
			in[p.pid] = true
		}
	}
	for grown := true; grown; {
		grown = false
		for _, p := range all {
			if !in[p.pid] && p.parent != shell && in[p.parent] {
				in[p.pid], grown = true, true
			}
		}
	}
	for _, p := range all {
		if in[p.pid] && p.state != 'Z' {
			members = append(members, p)
		}
	}
	return members, true
}

// descends reports whether p is below ancestor.
func descends(all []proc, p proc, ancestor int) bool {
	for range len(all) {
		if p.parent == ancestor {
			return true
		}
		at := slices.IndexFunc(all, func(q proc) bool { return q.pid == p.parent })
		if at < 0 {
			return false
		}
		p = all[at]
	}
	return false
}

// detail is what is known of one process of a job beyond its stat line.
type detail struct {
	args     []string
	program  string
	syscalls []syscallLine
	files    map[int]string // open file to what it is
}

// syscallLine is what a thread waits for in the kernel.
type syscallLine struct {
	number int
	args   [6]uint64
}

// parseSyscall reads /proc/PID/task/TID/syscall; a thread that runs, or is
// stopped, gives ok == false.
func parseSyscall(line string) (s syscallLine, ok bool) {
	fields := strings.Fields(line)
	if len(fields) < 7 {
		return s, false
	}
	n, err := strconv.Atoi(fields[0])
	if err != nil || n < 0 {
		return s, false
	}
	s.number = n
	for i := range s.args {
		v, err := strconv.ParseUint(strings.TrimPrefix(fields[1+i], "0x"), 16, 64)
		if err != nil {
			return s, false
		}
		s.args[i] = v
	}
	return s, true
}

// parseDetails reads the answer of "each".
func parseDetails(text string) map[int]*detail {
	found := map[int]*detail{}
	var now *detail
	for line := range strings.Lines(text) {
		kind, rest, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if !ok {
			continue
		}
		if kind == "P" {
			if pid, err := strconv.Atoi(rest); err == nil {
				now = &detail{files: map[int]string{}}
				found[pid] = now
			}
			continue
		}
		if now == nil {
			continue
		}
		switch kind {
		case "A":
			now.args = append(now.args, rest)
		case "X":
			now.program = strings.TrimSuffix(rest, " (deleted)")
		case "T":
			if s, ok := parseSyscall(rest); ok {
				now.syscalls = append(now.syscalls, s)
			}
		case "F":
			before, target, ok := strings.Cut(rest, " -> ")
			words := strings.Fields(before)
			if !ok || len(words) == 0 {
				continue
			}
			if fd, err := strconv.Atoi(words[len(words)-1]); err == nil {
				now.files[fd] = target
			}
		}
	}
	return found
}
