package container

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

const (
	diskLook = 3 * time.Second        // the shortest time between two looks at a machine's disk use
	freeLook = 200 * time.Millisecond // the same for the room on the engine's disk, which costs nothing to ask
)

// excess is why a step is ended: what it used up, or what there was too little
// of, whoever used that.
type excess struct {
	step string
	ours *Trouble
}

// diskFull is the fault of a disk that everything of the engine shares: who
// filled it cannot be told, so no step and no document is to blame.
func diskFull(where string, err error) *Trouble {
	return &Trouble{Blame: verifier.BlameWorld, What: "the engine's disk is full", Where: where, Err: err,
		ToDo: "make room there (`freshinstall prune --all` frees what is cached), and go on with the run: freshinstall verify --resume"}
}

// watchDisk says once when a machine has written more than it may, or when
// the engine's disk runs full. Engines rarely have quotas, so this is all that
// stands between a step and the host's disk. The engine walks a whole layer
// to tell its size, so it is not asked all the time, but at once when the room
// on its disk shrinks fast: a step that writes as fast as it can gets past its
// limit by what it writes in some tenths of a second.
func (m *Machine) watchDisk(ctx context.Context, fault chan<- excess) {
	limit := m.stage.env.Limits.Disk
	due := time.Now().Add(diskLook)
	before, local := m.freeDisk()
	for {
		pause := freeLook
		if !local {
			pause = time.Until(due)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		began := time.Now()
		if free, ok := m.freeDisk(); ok {
			if free < m.engine.options.FreeDisk {
				fault <- excess{ours: diskFull(m.engine.root, fmt.Errorf("it has only %s left, and %s stay free", size(free), size(m.engine.options.FreeDisk)))}
				return
			}
			if began.Before(due) && (limit == 0 || before-free < limit/4) {
				continue
			}
			before = free
		}
		c, err := m.engine.back.Container(ctx, m.box.ID, true)
		if err == nil && limit > 0 && c.Bytes > limit {
			fault <- excess{step: fmt.Sprintf("the machine wrote %s, its limit is %s", size(c.Bytes), size(limit))}
			return
		}
		if what := m.beside.heavy(ctx, limit); what != "" {
			fault <- excess{step: what}
			return
		}
		// What is lost is noticed where it is needed.
		due = time.Now().Add(max(diskLook, 30*time.Since(began)))
	}
}

// freeDisk is the room on the engine's disk, where that is this host's.
func (m *Machine) freeDisk() (free int64, known bool) {
	if m.engine.root == "" {
		return 0, false
	}
	return freeBytes(m.engine.root)
}

// size writes bytes as a person reads them.
func size(n int64) string {
	const unit = 1024
	if n < unit {
		return fmt.Sprintf("%d bytes", n)
	}
	value, names := float64(n)/unit, []string{"KiB", "MiB", "GiB", "TiB"}
	for value >= unit && len(names) > 1 {
		value, names = value/unit, names[1:]
	}
	return fmt.Sprintf("%.1f %s", value, names[0])
}

// memoryKills reads how often the kernel ended a process of this container
// for memory: cgroup 2, then cgroup 1.
const memoryKills = `for f in /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control; do
	[ -r "$f" ] && while read -r key value; do [ "$key" = oom_kill ] && echo "$value"; done <"$f"
done; :`

// checkMemory turns a failure into [verifier.Killed] when the kernel's own
// count shows that it ended a process for memory during the step.
func (m *Machine) checkMemory(ctx context.Context, y *typing) error {
	if y.done.Ended != verifier.Exited && y.done.Ended != verifier.ShellClosed || y.done.Exit == 0 {
		return nil
	}
	tail := strings.ToLower(string(y.sink.ending()))
	sign := y.done.Exit == 137
	for _, word := range []string{"killed", "signal 9", "sigkill", "memory", "alloc"} {
		sign = sign || strings.Contains(tail, word)
	}
	if !sign {
		return nil
	}
	text, _, err := m.exec(ctx, memoryKills)
	if err != nil {
		return err
	}
	count, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		return nil // this kernel does not tell: not sure, so not said
	}
	if n := count - m.ooms; n > 0 {
		y.done.Ended = verifier.Killed
		y.done.Detail = fmt.Sprintf("the kernel ended %d process(es) for memory", n)
		if limit := m.stage.env.Limits.Memory; limit > 0 {
			y.done.Detail += fmt.Sprintf("; the machine has %s", size(limit))
		}
	}
	m.ooms = count
	return nil
}
