//go:build unix

package reports

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

// large is a result of 1,000 steps in 10 environments; of each ten steps two
// fail, one is blocked, one is not run, and all have printed something.
func large() *verifier.Result {
	r := skeleton()
	r.Plan.Steps = nil
	output := verifier.Output{Head: strings.Repeat("Setting up a package of the distribution (1.2-3) ...\n", 40), Bytes: 2120}
	for e := range 10 {
		name := fmt.Sprintf("environment-%d", e)
		env := verifier.EnvironmentResult{Environment: machineOf(name, "debian:12", "debian 12"), Verdict: verifier.WorksWithFixes, Seconds: 3000, Replay: &verifier.Replay{Passed: true, Steps: 800}}
		for i := range 1000 {
			id, command := fmt.Sprintf("s%d", i+1), fmt.Sprintf("make -C part%d all", i)
			if e == 0 {
				r.Plan.Steps = append(r.Plan.Steps, step(id, i+1, command, verifier.RoleBuild))
			}
			s := ok(id, i+1, command, 1)
			s.Output = output
			switch i % 10 {
			case 3, 4:
				f := fmt.Sprintf("f%d", i)
				s = mended(id, i+1, command, 2, f)
				s.Output = output
				env.Findings = append(env.Findings, verifier.Finding{ID: f, Fingerprint: fmt.Sprintf("%016x", i), Step: id, Rule: fmt.Sprintf("C%02d", i%40), Title: "Header missing", Object: fmt.Sprintf("part%d.h", i),
					Category: verifier.MissingLibrary, Blame: verifier.BlameDocs, Evidence: fmt.Sprintf("part%d.c:3:10: fatal error: part%d.h: No such file or directory", i, i),
					Plain: "The program is built with a library. Its development files have to be installed first.",
					Fixes: provenFix(verifier.FixBefore, fmt.Sprintf("sudo apt-get install -y libpart%d-dev", i), "the package index says so", 2, 12)})
			case 5:
				s.Outcome, s.BlockedBy = verifier.OutcomeBlocked, fmt.Sprintf("s%d", i)
			case 6:
				s = notRun(id, i+1, command, "meant for macOS")
			case 7:
				s.Outcome, s.Deviations = verifier.OutcomeOKWithDeviation, []verifier.Deviation{{Kind: verifier.DeviationAnswer, What: "answered “y”"}}
			}
			env.Steps = append(env.Steps, s)
		}
		r.Environments = append(r.Environments, env)
	}
	return r
}

// The promise: any report of such a result takes at most 200 ms, and at most
// 100 MB are allocated for it in all.
const (
	longestTime = 200 * time.Millisecond
	mostBytes   = 100 << 20
)

func BenchmarkReports(b *testing.B) {
	r := large()
	for _, format := range Formats() {
		b.Run(format, func(b *testing.B) {
			var before, after runtime.MemStats
			b.ReportAllocs()
			runtime.ReadMemStats(&before)
			n, fastest, worked := 0, time.Hour, processorTime(b)
			for b.Loop() {
				n++
				start := time.Now()
				if err := Write(format, io.Discard, r); err != nil {
					b.Fatal(err)
				}
				fastest = min(fastest, time.Since(start))
			}
			runtime.ReadMemStats(&after)
			b.ReportMetric(float64(fastest.Milliseconds()), "fastest-ms")
			// Wall time says little on a machine that has other work too: the
			// fastest run counts, or the processor's time where that is less.
			worked = (processorTime(b) - worked) / time.Duration(n)
			b.ReportMetric(float64(worked.Milliseconds()), "cpu-ms/op")
			if took := min(fastest, worked); took > longestTime {
				b.Errorf("%s takes %s, %s are promised", format, took.Round(time.Millisecond), longestTime)
			}
			if bytes := (after.TotalAlloc - before.TotalAlloc) / uint64(n); bytes > mostBytes {
				b.Errorf("%s allocates %d MiB, %d are promised", format, bytes>>20, mostBytes>>20)
			}
		})
	}
}

// processorTime is what this process has used so far.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		b.Fatal(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}
