// Command tally reads the stream of "go test -json", shows what failed and
// what was skipped, and ends with one line: N passed, N failed, N skipped.
//
// It runs no tests. The one design decision: only leaves are counted, so that
// a table of ten cases is ten tests and not eleven, and a package that fails
// outside of any test (it does not build, it ran out of time) is one failure.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// run gives 1 when something failed, nothing ran, or too little was covered.
func run(args []string, in io.Reader, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("tally", flag.ContinueOnError)
	flags.SetOutput(stderr)
	profile := flags.String("coverprofile", "", "coverage profile to judge")
	each := flags.Bool("each", false, "a line for each test, also for those that passed")
	least := flags.Float64("least", 0, "percent of statements that the profile must cover")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	counts, err := count(in, stdout, *each)
	if err != nil {
		fmt.Fprintln(stderr, "tally:", err)
		return 1
	}
	bad := counts.failed > 0
	if counts.passed+counts.failed == 0 {
		fmt.Fprintln(stderr, "tally: no test ran")
		bad = true
	}
	if *profile != "" {
		if err := judge(*profile, *least, stdout); err != nil {
			fmt.Fprintln(stderr, "tally:", err)
			bad = true
		}
	}
	fmt.Fprintf(stdout, "%d passed, %d failed, %d skipped\n", counts.passed, counts.failed, counts.skipped)
	if bad {
		return 1
	}
	return 0
}

func judge(name string, least float64, stdout io.Writer) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	percent, err := covered(file)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := file.Close(); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "coverage: %.1f%% of statements, at least %.0f%% wanted\n", percent, least)
	if percent < least {
		return fmt.Errorf("coverage of %.1f%% is below %.0f%%", percent, least)
	}
	return nil
}
