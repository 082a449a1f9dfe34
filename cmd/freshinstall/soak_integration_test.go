package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// mass is what one process holds after a run.
type mass struct {
	heap    int64 // bytes that are in use after the garbage is gone
	files   int   // open ones
	threads int   // goroutines
}

// What may grow between the first and the last quarter of a soak: nothing but
// the heap, by less than one forgotten log would add.
const heapMayGrow = 1 << 20

const (
	looks       = 20               // at the process, spread over the runs
	quietWithin = 12 * time.Second // after a run
)

// TestIntegrationSoak runs the whole program again and again in one process
// (make soak), on READMEs that pass, that fail and are mended, and in two
// environments, and looks at what stays: in this process, and with the engine.
func TestIntegrationSoak(t *testing.T) {
	runs, err := strconv.Atoi(os.Getenv("SOAK"))
	if err != nil || runs < 2*looks {
		t.Skipf("takes long: make soak runs it, RUNS=%d or more", 2*looks)
	}
	o := engineOutside(t)
	readmes := []struct {
		files map[string]string
		args  []string
		exit  int
	}{
		{map[string]string{"README.md": readmeOf("mkdir -p build", "cp /etc/os-release build/")}, []string{"-e", "debian-12"}, exitOK},
		{map[string]string{"README.md": readmeOf("./script/hello.sh", "cat greeting"), "tools/hello.sh": "#!/bin/sh\necho hello > greeting\n"}, []string{"-e", "debian-12"}, exitFindings},
		{map[string]string{"README.md": readmeOf("mkdir -p build", "cp /etc/os-release build/")}, []string{"-e", "debian-12", "-e", "debian-13"}, exitOK},
	}
	var folders []string
	for _, r := range readmes {
		folders = append(folders, repository(t, r.files))
	}
	home := t.TempDir()
	env := append(slices.DeleteFunc(os.Environ(), func(pair string) bool { return strings.HasPrefix(pair, envPrefix) }),
		"HOME="+home, "XDG_STATE_HOME=", "XDG_CONFIG_HOME=", "CI=1")
	// Images are made, and lazy things read, before anything counts.
	for i := range readmes {
		soakOnce(t, i, folders[i], env, readmes[i].args, readmes[i].exit)
	}
	volumes := o.count(t, "/volumes", "", "Volumes")
	floor := weigh(t, 0).threads
	var masses []mass
	began := time.Now()
	for i := range runs {
		k := i % len(readmes)
		soakOnce(t, i, folders[k], env, readmes[k].args, readmes[k].exit)
		if (i+1)*looks/runs > i*looks/runs {
			m := weigh(t, floor)
			masses = append(masses, m)
			t.Logf("%d runs, %.1f s each: %+v", i+1, time.Since(began).Seconds()/float64(i+1), m)
		}
	}
	first, last := middle(masses[:looks/4]), middle(masses[looks-looks/4:])
	fmt.Printf("| of one process, medians | first quarter | last quarter | target |\n|---|---|---|---|\n"+
		"| memory in use, KiB | %d | %d | at most 1024 more |\n| open files | %d | %d | no more |\n| goroutines | %d | %d | no more |\n",
		first.heap>>10, last.heap>>10, first.files, last.files, first.threads, last.threads)
	if last.heap > first.heap+heapMayGrow {
		t.Errorf("memory grows: %d bytes in the first quarter, %d in the last", first.heap, last.heap)
	}
	if last.files > first.files {
		t.Errorf("open files grow: %d, %d", first.files, last.files)
	}
	if last.threads > first.threads {
		t.Errorf("goroutines grow: %d, %d", first.threads, last.threads)
	}
	left := o.leftOf(t, os.Getpid())
	now := o.count(t, "/volumes", "", "Volumes")
	fmt.Printf("%d runs left with the engine: containers %d, networks %d, untagged images %d, volumes %d\n",
		runs, left["container"], left["network"], left["image"], now-volumes)
	for what, n := range left {
		if n > 0 {
			t.Errorf("%d left: %s", n, what)
		}
	}
	// No volume of ours bears a label, since none is ever asked for.
	if now > volumes {
		t.Errorf("%d volumes before, %d after; unless another program makes some, they are ours", volumes, now)
	}
}

func soakOnce(t *testing.T, i int, folder string, env, args []string, exit int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	all := append([]string{"verify", folder}, args...)
	if got := run(t.Context(), all, env, streams{in: strings.NewReader(""), out: &stdout, err: &stderr}); got != exit {
		t.Fatalf("run %d: exit %d, want %d\n%s\n%s", i+1, got, exit, stdout.String(), stderr.String())
	}
}

// weigh waits until there are no more goroutines than there were, but not for
// long: a look-up of a name that was given up goes on in the resolver for the
// five seconds that it gives a name server (resolv.conf(5)), twice.
func weigh(t *testing.T, threads int) mass {
	t.Helper()
	for end := time.Now().Add(quietWithin); runtime.NumGoroutine() > threads && time.Now().Before(end); {
		time.Sleep(20 * time.Millisecond) // nothing tells of the end of foreign goroutines
	}
	// Twice: what waits for a finalizer goes with the second.
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skipf("this system does not tell its open files: %v", err)
	}
	return mass{heap: int64(stats.HeapAlloc), files: len(files), threads: runtime.NumGoroutine()}
}

// middle are the medians of each.
func middle(all []mass) mass {
	of := func(value func(mass) int64) int64 {
		var list []int64
		for _, m := range all {
			list = append(list, value(m))
		}
		slices.Sort(list)
		return list[len(list)/2]
	}
	return mass{
		heap:    of(func(m mass) int64 { return m.heap }),
		files:   int(of(func(m mass) int64 { return int64(m.files) })),
		threads: int(of(func(m mass) int64 { return int64(m.threads) })),
	}
}

// count is how many things the engine lists; within names the list in the
// answer, empty: the answer is the list.
func (o outside) count(t *testing.T, path, filters, within string) int {
	t.Helper()
	return len(o.listed(t, path, filters, within))
}

func (o outside) listed(t *testing.T, path, filters, within string) []map[string]any {
	t.Helper()
	query := url.Values{"all": {"1"}}
	if filters != "" {
		query.Set("filters", filters)
	}
	response := o.call(t.Context(), t, http.MethodGet, path, query)
	defer response.Body.Close()
	var raw json.RawMessage
	if err := json.NewDecoder(response.Body).Decode(&raw); err != nil {
		t.Fatal(err)
	}
	if within != "" {
		var outer map[string]json.RawMessage
		if err := json.Unmarshal(raw, &outer); err != nil {
			t.Fatal(err)
		}
		raw = outer[within]
	}
	var list []map[string]any
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return list
}

// leftOf counts what bears a process's label with the engine. An image with a
// name is a cache; one without is a snapshot.
func (o outside) leftOf(t *testing.T, pid int) map[string]int {
	t.Helper()
	const labelled = `{"label":["freshinstall.owner"]}`
	left := map[string]int{"container": 0, "network": 0, "image": 0}
	for what, path := range map[string]string{"container": "/containers/json", "network": "/networks", "image": "/images/json"} {
		for _, thing := range o.listed(t, path, labelled, "") {
			labels, _ := thing["Labels"].(map[string]any)
			owner, _ := labels["freshinstall.owner"].(string)
			tags, _ := thing["RepoTags"].([]any)
			named := slices.ContainsFunc(tags, func(tag any) bool { return tag != "<none>:<none>" })
			if strings.HasPrefix(owner, fmt.Sprintf("%d:", pid)) && !(what == "image" && named) {
				left[what]++
			}
		}
	}
	return left
}
