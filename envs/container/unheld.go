package container

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/freshinstall/freshinstall/envs"
)

// limitsScript prints what the kernel holds a container to, as the container
// sees it: control groups of version 2 (cgroup-v2.rst of the kernel), else of
// version 1. What is not there is not held.
const limitsScript = `cd /sys/fs/cgroup 2>/dev/null || cd /run
first() { for f; do [ -r "$f" ] && head -n 1 "$f" && return; done; echo none; }
echo "memory $(first memory.max memory/memory.limit_in_bytes)"
echo "processes $(first pids.max pids/pids.max)"
echo "processors $(first cpu.max cpu/cpu.cfs_quota_us cpu,cpuacct/cpu.cfs_quota_us)"
unshare -U true 2>/dev/null && echo "namespaces open" || :`

// Unheld names the limits that the engine accepts and does not hold the machine
// to: "memory", "processes", "processors" as declared; "namespaces", of which
// nobody inside shall make new ones, since an administrator of one reaches much
// more of the kernel. It looks from inside: engines mostly keep silent about it.
func (m *Machine) Unheld(ctx context.Context) ([]string, error) {
	text, exit, err := m.Exec(ctx, limitsScript)
	if err != nil {
		return nil, err
	}
	if exit != 0 {
		return nil, fmt.Errorf("look at the machine's limits: exit status %d", exit)
	}
	return unheld(text, m.stage.env.Limits), nil
}

func unheld(text string, declared envs.Limits) []string {
	held, open := map[string]float64{}, false
	for line := range strings.Lines(text) {
		name, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		value, _, _ := strings.Cut(rest, " ") // of "quota period" the first
		if n, err := strconv.ParseFloat(value, 64); err == nil && n > 0 {
			held[name] = n // else it is "max", -1 or none
		}
		open = open || name == "namespaces" && value == "open"
	}
	var found []string
	for _, l := range []struct {
		name     string
		declared bool
		most     float64 // 0: whatever there is will do
	}{
		{"memory", declared.Memory > 0, float64(declared.Memory)},
		{"processes", declared.PIDs > 0, float64(declared.PIDs)},
		{"processors", declared.CPUs > 0, 0},
	} {
		value, ok := held[l.name]
		if l.declared && (!ok || l.most > 0 && value > l.most) {
			found = append(found, l.name)
		}
	}
	if open {
		found = append(found, "namespaces")
	}
	return found
}
