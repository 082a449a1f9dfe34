package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTally(t *testing.T) {
	for _, c := range []struct {
		name, in string
		exit     int
		out      string
	}{
		{
			name: "only leaves are counted",
			in: `{"Action":"run","Package":"a","Test":"TestX"}
{"Action":"run","Package":"a","Test":"TestX/one"}
{"Action":"output","Package":"a","Test":"TestX/one","Output":"quiet\n"}
{"Action":"pass","Package":"a","Test":"TestX/one"}
{"Action":"run","Package":"a","Test":"TestX/a/b"}
{"Action":"pass","Package":"a","Test":"TestX/a/b"}
{"Action":"pass","Package":"a","Test":"TestX"}
{"Action":"run","Package":"a","Test":"TestY"}
{"Action":"pass","Package":"a","Test":"TestY"}
{"Action":"pass","Package":"a","Elapsed":1.25}
`,
			out: "ok      a 1.2s\n3 passed, 0 failed, 0 skipped\n",
		},
		{
			name: "a failure is shown with its output",
			in: `{"Action":"run","Package":"a","Test":"TestX"}
{"Action":"output","Package":"a","Test":"TestX","Output":"=== RUN   TestX\n"}
{"Action":"output","Package":"a","Test":"TestX","Output":"    x_test.go:3: wrong\n"}
{"Action":"fail","Package":"a","Test":"TestX"}
{"Action":"fail","Package":"a","Elapsed":1}
`,
			exit: 1,
			out:  "FAILED  a TestX\n    x_test.go:3: wrong\n0 passed, 1 failed, 0 skipped\n",
		},
		{
			name: "a skip says why",
			in: `{"Action":"run","Package":"a","Test":"TestX"}
{"Action":"output","Package":"a","Test":"TestX","Output":"    harness_test.go:9: looking for one\n"}
{"Action":"output","Package":"a","Test":"TestX","Output":"    x_test.go:3: no engine\n"}
{"Action":"output","Package":"a","Test":"TestX","Output":"--- SKIP: TestX (0.00s)\n"}
{"Action":"skip","Package":"a","Test":"TestX"}
{"Action":"run","Package":"a","Test":"TestY"}
{"Action":"pass","Package":"a","Test":"TestY"}
{"Action":"pass","Package":"a","Elapsed":0}
{"Action":"skip","Package":"b"}
`,
			out: "skipped a TestX: x_test.go:3: no engine\nok      a 0.0s\n1 passed, 0 failed, 1 skipped\n",
		},
		{
			name: "a package that does not build is a failure",
			in: `{"Action":"build-output","ImportPath":"a [a.test]","Output":"./a.go:3: undefined: x\n"}
{"Action":"build-fail","ImportPath":"a [a.test]"}
{"Action":"output","Package":"a","Output":"FAIL\ta [build failed]\n"}
{"Action":"fail","Package":"a","FailedBuild":"a [a.test]"}
`,
			exit: 1,
			out:  "FAILED  a\nFAIL\ta [build failed]\n./a.go:3: undefined: x\n0 passed, 1 failed, 0 skipped\n",
		},
		{
			name: "a test that was cut off is a failure",
			in: `{"Action":"run","Package":"a","Test":"TestX"}
{"Action":"output","Package":"a","Test":"TestX","Output":"panic: test timed out\n"}
{"Action":"fail","Package":"a","Elapsed":600}
`,
			exit: 1,
			out:  "cut off a TestX\npanic: test timed out\nFAILED  a\n0 passed, 1 failed, 0 skipped\n",
		},
		{name: "nothing ran", exit: 1, out: "0 passed, 0 failed, 0 skipped\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			exit := run(nil, strings.NewReader(c.in), &stdout, &stderr)
			if diff := cmp.Diff(c.out, stdout.String()); diff != "" || exit != c.exit {
				t.Errorf("exit %d, want %d; stderr %q; stdout (-want +got):\n%s", exit, c.exit, stderr.String(), diff)
			}
		})
	}
}

func TestBrokenStream(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if exit := run(nil, strings.NewReader("FAIL: not JSON"), &stdout, &stderr); exit != 1 || stderr.Len() == 0 {
		t.Errorf("exit %d, stderr %q; want 1 and a message", exit, stderr.String())
	}
}

func TestCoverage(t *testing.T) {
	const passed = `{"Action":"run","Package":"a","Test":"TestX"}
{"Action":"pass","Package":"a","Test":"TestX"}
`
	for _, c := range []struct {
		name, profile, least string
		exit                 int
		out                  string
	}{
		{"a block counts once", "mode: atomic\na.go:1.1,2.2 3 0\na.go:3.1,4.2 1 0\na.go:1.1,2.2 3 7\n", "75", 0, "coverage: 75.0%"},
		{"too little", "mode: atomic\na.go:1.1,2.2 3 0\na.go:3.1,4.2 1 2\n", "80", 1, "coverage: 25.0%"},
		{"no statements", "mode: atomic\n", "0", 1, "1 passed"},
		{"no profile", "hello\n", "0", 1, "1 passed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			name := filepath.Join(t.TempDir(), "cover.out")
			if err := os.WriteFile(name, []byte(c.profile), 0o600); err != nil {
				t.Fatal(err)
			}
			var stdout, stderr bytes.Buffer
			exit := run([]string{"-coverprofile", name, "-least", c.least}, strings.NewReader(passed), &stdout, &stderr)
			if exit != c.exit || !strings.Contains(stdout.String(), c.out) || !strings.HasSuffix(stdout.String(), "1 passed, 0 failed, 0 skipped\n") {
				t.Errorf("exit %d, stdout %q, stderr %q; want exit %d and %q", exit, stdout.String(), stderr.String(), c.exit, c.out)
			}
		})
	}
}

func TestTallyOfEach(t *testing.T) {
	in := `{"Action":"run","Package":"a","Test":"TestX"}
{"Action":"run","Package":"a","Test":"TestX/one"}
{"Action":"pass","Package":"a","Test":"TestX/one","Elapsed":0.31}
{"Action":"pass","Package":"a","Test":"TestX"}
`
	var out, fault bytes.Buffer
	if exit := run([]string{"-each"}, strings.NewReader(in), &out, &fault); exit != 0 {
		t.Errorf("exit %d: %s", exit, fault.String())
	}
	if diff := cmp.Diff("ok      TestX/one 0.3s\n1 passed, 0 failed, 0 skipped\n", out.String()); diff != "" {
		t.Error(diff)
	}
}
