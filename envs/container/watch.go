package container

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

// diskLook is the shortest time between two looks at a machine's disk use.
const diskLook = 3 * time.Second

// watchDisk says once when a machine has written more than it may, or when
// the engine's disk runs full. Engines rarely have quotas, so this is all that
// stands between a step and the host's disk; a very fast writer gets past it
// by what it writes in a few seconds.
func (m *Machine) watchDisk(ctx context.Context, fault chan<- string) {
	pause := diskLook
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		began := time.Now()
		c, err := m.engine.back.Container(ctx, m.box.ID, true)
		if err != nil {
			continue // what is lost is noticed where it is needed
		}
		if limit := m.stage.env.Limits.Disk; limit > 0 && c.Bytes > limit {
			fault <- fmt.Sprintf("the machine wrote %s, its limit is %s", size(c.Bytes), size(limit))
			return
		}
		if what := m.beside.heavy(ctx, m.stage.env.Limits.Disk); what != "" {
			fault <- what
			return
		}
		if free, ok := freeBytes(m.engine.root); m.engine.root != "" && ok && free < m.engine.options.FreeDisk {
			fault <- fmt.Sprintf("the engine's disk (%s) has only %s left", m.engine.root, size(free))
			return
		}
		// The engine walks the whole layer for this; it shall not do so all the time.
		pause = max(diskLook, 30*time.Since(began))
	}
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
