package container

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// sight is what one look at a job saw.
type sight struct {
	shellGone bool
	pids      []int
	ticks     int64
	running   bool  // something was on the processor, or in uninterruptible sleep
	ports     []int // on which it can be visited
	inner     []int // on which it only seems to talk to itself
	settled   bool  // it has shown no sign of life for so long that inner ports must be what it is for
	readers   []reader
}

// reader is a process that waits for a terminal.
type reader struct {
	pid     int
	args    []string
	program string
	file    int
	size    uint64 // asked for, when it reads
	polled  bool   // it waits for several things, the terminal among them
}

// verdict is what a job does. The order is the precedence: a server that
// also listens to the keyboard is a server.
type verdict int

const (
	unknown verdict = iota
	sleeping
	busy
	waiting
	serving
)

func (v verdict) String() string {
	return [...]string{"unknown", "sleeping", "busy", "waiting", "serving"}[v]
}

// judge decides from two looks.
func judge(before, now sight) verdict {
	work := now.running || now.ticks-before.ticks >= 3 || now.ticks < before.ticks
	blocked := slices.ContainsFunc(now.readers, func(r reader) bool { return !r.polled })
	switch {
	case now.shellGone:
		return unknown
	case len(now.ports) > 0 && !work:
		return serving
	case blocked, len(now.readers) > 0 && !work:
		return waiting
	case work:
		return busy
	case len(now.inner) > 0 && now.settled:
		return serving
	}
	return sleeping
}

// same reports whether two looks saw the same processes wait for the same.
func same(a, b sight) bool {
	who := func(s sight) (pids []int) {
		for _, r := range s.readers {
			pids = append(pids, r.pid)
		}
		return pids
	}
	return slices.Equal(a.ports, b.ports) && slices.Equal(a.inner, b.inner) && slices.Equal(who(a), who(b))
}

// syscall numbers that wait for files, on the two machines that matter.
type waitCall int

const (
	callOther waitCall = iota
	callRead
	callPoll
	callSelect
	callEpoll
)

func (s syscallLine) waits(arch string) waitCall {
	table := map[int]waitCall{
		0: callRead, 19: callRead, 7: callPoll, 271: callPoll, 23: callSelect, 270: callSelect,
		232: callEpoll, 281: callEpoll, 441: callEpoll,
	}
	if arch == "arm64" || arch == "aarch64" {
		table = map[int]waitCall{63: callRead, 65: callRead, 73: callPoll, 72: callSelect, 22: callEpoll, 441: callEpoll}
	}
	return table[s.number]
}

// asker fetches facts about a machine's processes; see look.bash.
type asker func(command string) (string, error)

// maxJob bounds how many processes of a job are looked at closely.
const maxJob = 60

// look sees what the foreground job of a shell does.
func look(ask asker, shell, first int, arch string) (sight, error) {
	text, err := ask("all")
	if err != nil {
		return sight{}, err
	}
	all := parseStats(text)
	members, ok := job(all, shell)
	if !ok {
		if members, ok = job(all, first); !ok {
			return sight{shellGone: true}, nil
		}
	}
	s := sight{}
	command := "each"
	for i, p := range members {
		s.pids = append(s.pids, p.pid)
		s.ticks += p.ticks
		s.running = s.running || p.state == 'R' || p.state == 'D'
		if i < maxJob {
			command += " " + strconv.Itoa(p.pid)
		}
	}
	if text, err = ask(command); err != nil {
		return s, err
	}
	details := parseDetails(text)
	for _, p := range members {
		if d := details[p.pid]; d != nil {
			r, found, err := terminalReader(ask, p, d, arch)
			if err != nil {
				return s, err
			}
			if found && !(r.polled && relays(all, p)) {
				s.readers = append(s.readers, r)
			}
		}
	}
	s.ports, s.inner, err = listening(ask, details)
	return s, err
}

// relays reports whether a process passes its terminal on to another one in
// which a descendant runs, as sudo, script and apt do: what counts then is
// what that descendant waits for.
func relays(all []proc, p proc) bool {
	return slices.ContainsFunc(all, func(q proc) bool {
		return q.tty != 0 && q.tty != p.tty && q.state != 'Z' && descends(all, q, p.pid)
	})
}

func isTerminal(target string) bool {
	return strings.HasPrefix(target, "/dev/pts/") && target != "/dev/pts/ptmx" || target == "/dev/tty" || target == "/dev/console"
}

// terminalReader finds out whether one of a process's threads waits for a terminal.
func terminalReader(ask asker, p proc, d *detail, arch string) (reader, bool, error) {
	r := reader{pid: p.pid, args: d.args, program: d.program}
	terminal := func(fd int) bool { return isTerminal(d.files[fd]) }
	for _, s := range d.syscalls {
		var files []int
		var err error
		switch s.waits(arch) {
		case callOther:
			continue
		case callRead:
			if fd := int(s.args[0]); terminal(fd) {
				r.file, r.size, r.polled = fd, s.args[2], false
				return r, true, nil
			}
			continue
		case callPoll:
			files, err = polled(ask, p.pid, s.args[0], s.args[1])
		case callSelect:
			files, err = selected(ask, p.pid, s.args[1], s.args[0])
		case callEpoll:
			var text string
			text, err = ask(fmt.Sprintf("polls %d %d", p.pid, s.args[0]))
			files = epolled(text)
		}
		if err != nil {
			return r, false, err
		}
		if i := slices.IndexFunc(files, terminal); i >= 0 {
			r.file, r.polled = files[i], true
			return r, true, nil
		}
	}
	return r, false, nil
}

func memory(ask asker, pid int, address, length uint64) ([]byte, error) {
	if address == 0 || length == 0 {
		return nil, nil
	}
	text, err := ask(fmt.Sprintf("bytes %d 0x%x %d", pid, address, min(length, 1024)))
	if err != nil {
		return nil, err
	}
	raw, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil {
		return nil, nil // the process went on in the meantime: it waits no more
	}
	return raw, nil
}

// polled reads an array of struct pollfd and gives the files waited for to read.
func polled(ask asker, pid int, address, count uint64) ([]int, error) {
	raw, err := memory(ask, pid, address, min(count, 128)*8)
	var files []int
	for ; len(raw) >= 8; raw = raw[8:] {
		const in, normal = 0x1, 0x40
		if binary.LittleEndian.Uint16(raw[4:])&(in|normal) != 0 {
			files = append(files, int(int32(binary.LittleEndian.Uint32(raw))))
		}
	}
	return files, err
}

// selected reads an fd_set.
func selected(ask asker, pid int, address, count uint64) ([]int, error) {
	count = min(count, 1024)
	raw, err := memory(ask, pid, address, (count+63)/64*8)
	var files []int
	for fd := range int(count) {
		if fd/8 < len(raw) && raw[fd/8]&(1<<(fd%8)) != 0 {
			files = append(files, fd)
		}
	}
	return files, err
}

// epolled reads the targets that an epoll file lists in /proc/PID/fdinfo.
func epolled(text string) []int {
	var files []int
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) < 4 || f[0] != "tfd:" || f[2] != "events:" {
			continue
		}
		fd, err := strconv.Atoi(f[1])
		events, err2 := strconv.ParseUint(f[3], 16, 64)
		if err == nil && err2 == nil && events&0x41 != 0 {
			files = append(files, fd)
		}
	}
	return files
}
