// Package browser_test holds the HTML report to its promises in a real
// browser: what a reader sees, clicks, types, copies and prints.
//
// Nothing here looks at the report's text as a file; that is done beside the
// other formats. It needs Chromium, takes half a minute, and skips under -short.
package browser_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/freshinstall/freshinstall/reports"
	"github.com/freshinstall/freshinstall/verifier"
)

// names of the program, most fitting first.
var names = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}

// start starts a browser with a profile of its own and gives a context that
// tabs are opened from. Without a browser it skips, or fails where
// REQUIRE_BROWSER says that there must be one.
func start(t *testing.T) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser is not started under -short")
	}
	program := ""
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		says := t.Skipf
		if required := os.Getenv("REQUIRE_BROWSER"); required != "" && required != "0" {
			says = t.Fatalf
		}
		says("no browser on PATH (%s): the HTML report is not looked at", strings.Join(names, ", "))
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program), chromedp.UserDataDir(t.TempDir()), chromedp.WSURLReadTimeout(time.Minute),
		chromedp.NoSandbox, // root has none, and what is opened is our own
		chromedp.DisableGPU, chromedp.Flag("disable-component-update", true))
	allocator, cancel := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), options...) // it ends in a clean-up
	t.Cleanup(cancel)
	ctx, quit := chromedp.NewContext(allocator)
	t.Cleanup(quit)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start %s: %v", program, err)
	}
	// Cancel waits until it is gone, so that its folder can be removed.
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil {
			t.Logf("end %s: %v", program, err)
		}
	})
	return ctx
}

// tab is a page that is looked at.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu     sync.Mutex
	faults []string // of the console, and requests to anything but the page
}

// open opens a tab. What goes wrong in it until the test's end fails the test.
func open(t *testing.T, browser context.Context) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // without a limit: it would be the tab's
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(stop)
	tab := &tab{t: t, ctx: ctx}
	asked := map[network.RequestID]string{} // of the one goroutine that listens
	err := chromedp.Listen(ctx, func(event any) {
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			tab.fault("exception: " + e.ExceptionDetails.Text)
		case *runtime.EventConsoleAPICalled:
			tab.fault(fmt.Sprintf("console.%s", e.Type))
		case *log.EventEntryAdded:
			tab.fault(fmt.Sprintf("%s: %s", e.Entry.Level, e.Entry.Text))
		case *network.EventRequestWillBeSent:
			if url := e.Request.URL; !strings.HasPrefix(url, "file://") || e.Type != network.ResourceTypeDocument {
				asked[e.RequestID] = "request to " + url
				tab.fault(asked[e.RequestID])
			}
		case *network.EventLoadingFailed:
			if e.BlockedReason == network.BlockedReasonCsp { // it never left the page
				tab.forgive(asked[e.RequestID])
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	tab.do(send(network.Enable, network.EnableParams{}), send(log.Enable, cdp.Empty{}), send(runtime.Enable, cdp.Empty{}), width(1280))
	t.Cleanup(func() {
		tab.mu.Lock()
		defer tab.mu.Unlock()
		for _, fault := range tab.faults {
			t.Error(fault)
		}
	})
	return tab
}

func (b *tab) fault(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.faults = append(b.faults, text)
}

// forgive drops the faults that hold a text, and says whether there were any.
func (b *tab) forgive(text string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	before := len(b.faults)
	b.faults = slices.DeleteFunc(b.faults, func(f string) bool { return strings.Contains(f, text) })
	return len(b.faults) < before
}

// step is something that is done in a tab.
type step = chromedp.Action[chromedp.Void]

func (b *tab) do(steps ...step) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// eval gives what an expression is in the page.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	out, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("%v, in: %s", err, expression)
	}
	return out
}

// send is a command of the browser's protocol.
func send[P, R any](command cdp.Command[P, R], params P) step {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, command, params)
		return chromedp.Void{}, err
	}
}

func click(at string) step         { return chromedp.Click(chromedp.CSS(at)) }
func focus(at string) step         { return chromedp.Focus(chromedp.CSS(at)) }
func run(script string) step       { return chromedp.Evaluate[chromedp.Void](script) }
func until(expression string) step { return chromedp.Poll[chromedp.Void](expression) }
func width(pixels int64) step      { return chromedp.EmulateViewport(pixels, 900) }
func beforehand(script string) step { // runs in a page before any of its own
	return send(page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
}

// scheme is what the reader's system prefers: "light" or "dark".
func scheme(name string) step {
	return send(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}}})
}

// show opens the report of a result.
func (b *tab) show(r *verifier.Result) {
	b.t.Helper()
	b.do(chromedp.Navigate(file(b.t, r)))
}

// file writes the report of a result and gives its address.
func file(t *testing.T, r *verifier.Result) string {
	t.Helper()
	var out bytes.Buffer
	if err := reports.HTML(&out, r); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return "file://" + path
}

// result is one that the reports' own tests keep.
func result(t *testing.T, name string) *verifier.Result {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := reports.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// large is a result with many steps, of which some fail, some print much and
// some are left out.
func large(steps, environments int) *verifier.Result {
	r := &verifier.Result{Schema: verifier.ResultSchema, Kind: "container", Repository: verifier.Repository{Name: "atlas"}}
	for i := range steps {
		s := verifier.Step{ID: fmt.Sprintf("s%d", i+1), Document: fmt.Sprintf("docs/part-%d.md", i/500+1), Line: i%500*3 + 1,
			Command: fmt.Sprintf("make -C module-%d install PREFIX=/opt/atlas/module-%d", i, i), Follow: i%7 != 0}
		if !s.Follow {
			s.Reason = "meant for macOS"
		}
		r.Plan.Steps = append(r.Plan.Steps, s)
	}
	for e := range environments {
		env := verifier.EnvironmentResult{Environment: verifier.Environment{Name: fmt.Sprintf("debian-%d", e+4)}, Verdict: verifier.Broken}
		for i, s := range r.Plan.Steps {
			if !s.Follow {
				continue
			}
			done := verifier.StepResult{Step: s.ID, Document: s.Document, Line: s.Line, Command: s.Command, Outcome: verifier.OutcomeOK, Seconds: float64(i%90) / 7,
				Output: verifier.Output{Bytes: 1 << 20, Head: strings.Repeat("compiling one file after the other\n", 100), Tail: strings.Repeat("linking <it> & more\n", 200)}}
			if i%5 == e%5 {
				id := fmt.Sprintf("f%d", i)
				done.Outcome, done.Exit, done.Findings = verifier.OutcomeFailed, 2, []string{id}
				env.Findings = append(env.Findings, verifier.Finding{ID: id, Fingerprint: fmt.Sprint(i), Step: s.ID, Rule: "C02", Title: "Header missing", Object: fmt.Sprintf("part%d.h", i),
					Blame: verifier.BlameDocs, Evidence: fmt.Sprintf("fatal error: part%d.h: No such file or directory", i), Plain: "Something has to be installed first.",
					Fixes: []verifier.Fix{{Kind: verifier.FixBefore, Commands: []string{fmt.Sprintf("sudo apt-get install -y part%d-dev", i)}, Grade: verifier.Suggested}}})
			}
			env.Steps = append(env.Steps, done)
		}
		r.Environments = append(r.Environments, env)
	}
	return r
}
