package browser_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"
)

// fixtures that a page is tried with: usual ones, and the one that attacks.
var fixtures = []string{"five-findings", "documented", "inconclusive", "interrupted", "works", "resumed", "differing", "warm", "hostile", "empty"}

func TestHTML(t *testing.T) {
	browser := start(t)
	for _, test := range []struct {
		name string
		run  func(*tab)
	}{
		{"filters", filters},
		{"the copy button copies the exact commands", copies},
		{"a copy that the browser refuses is selected", copyRefused},
		{"what is folded opens by keyboard", folds},
		{"links open what is folded", links},
		{"everything is reached by tab, in order and visibly", tabs},
		{"nothing foreign acts", hostile},
		{"readable without JavaScript", withoutScript},
		{"contrast", contrast},
		{"no sideways scrolling on a phone", narrow},
		{"landmarks and headings", outline},
		{"printed on two pages", printed},
		{"ten thousand steps open within a second", quick},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(open(t, browser)) })
	}
}

// rows are the steps that the grid shows: place, and the words of its cells.
const rows = `[...document.querySelectorAll(".grid tbody tr")].filter(r => r.checkVisibility()).map(r =>
	[r.querySelector(".where").textContent, ...[...r.querySelectorAll("td")].filter(c => c.checkVisibility()).map(c => c.textContent)].join(" "))`

// entries are those that the logs show.
const entries = `[...document.querySelectorAll("details.entry")].filter(e => e.checkVisibility()).map(e => e.id)`

func filters(b *tab) {
	b.show(result(b.t, "differing"))
	expect := func(what string, wantRows, wantEntries []string, found string) {
		b.t.Helper()
		if diff := cmp.Diff(wantRows, eval[[]string](b, rows)); diff != "" {
			b.t.Errorf("%s: rows (-want +got):\n%s", what, diff)
		}
		if diff := cmp.Diff(wantEntries, eval[[]string](b, entries)); diff != "" {
			b.t.Errorf("%s: entries (-want +got):\n%s", what, diff)
		}
		if got := eval[string](b, `document.getElementById("found").textContent`); got != found {
			b.t.Errorf("%s: says %q, want %q", what, got, found)
		}
	}
	allRows := []string{"README.md:12 ok with note ok with note", "README.md:13 ok ok", "README.md:19 to README.md:20 not run not run", "README.md:26 mended mended",
		"README.md:31 mended mended", "README.md:32 failed mended", "README.md:40 blocked mended", "README.md:44 mended mended", "README.md:60 not run not run"}
	allEntries := []string{"e1-1", "e1-2", "e1-5", "e1-6", "e1-7", "e1-8", "e1-9", "e2-1", "e2-2", "e2-5", "e2-6", "e2-7", "e2-8", "e2-9"}
	expect("no filter", allRows, allEntries, "")

	b.do(focus("#find"), chromedp.KeyEvent("CMake"))
	expect("text", []string{"README.md:19 to README.md:20 not run not run", "README.md:31 mended mended"}, []string{"e1-6", "e2-6"}, "2 of 10 steps are shown.")
	if got := eval[string](b, `document.querySelector(".grid .lines").textContent.trim()`); !strings.Contains(got, "cmake") || strings.Contains(got, "libpng") {
		b.t.Errorf("lines of the fold: %q", got)
	}
	b.do(click("button[type=reset]"), until(`document.getElementById("found").textContent === ""`))
	expect("reset", allRows, allEntries, "")

	choose := func(id, value string) {
		b.t.Helper()
		b.do(focus("#"+id), chromedp.KeyEvent(value))
	}
	choose("outcome", "failed")
	expect("outcome", []string{"README.md:32 failed mended"}, []string{"e1-7"}, "1 of 10 steps are shown.")
	choose("environment", "debian-13")
	expect("outcome that the environment does not have", []string{}, []string{}, "0 of 10 steps are shown.")
	choose("outcome", "all")
	expect("environment", []string{"README.md:12 ok with note", "README.md:13 ok", "README.md:19 to README.md:20 not run", "README.md:26 mended", "README.md:31 mended",
		"README.md:32 mended", "README.md:40 mended", "README.md:44 mended", "README.md:60 not run"}, allEntries[7:], "")
	if got := eval[[]string](b, `[...document.querySelectorAll(".lane")].filter(l => l.checkVisibility()).map(l => l.querySelector("bdi").textContent)`); !slices.Equal(got, []string{"debian-13"}) {
		b.t.Errorf("time lines: %q", got)
	}
}

// clipboard stands in for the reader's.
const clipboard = `Object.defineProperty(navigator, "clipboard", {value: {writeText: async (text) => { window.copied = text; }}})`

func copies(b *tab) {
	r := result(b.t, "five-findings")
	exact := "cat >>~/.profile <<'END'\n\texport A=\"<b>&amp;</b>\"  # \\u003c\nEND\n. ~/.profile && make"
	for i := range r.Environments {
		r.Environments[i].Findings[1].Fixes[0].Commands = []string{exact}
		r.Environments[i].Findings[2].Fixes[0].Commands = []string{"echo \u202egnp.exe"}
	}
	b.do(beforehand(clipboard))
	b.show(r)
	b.do(click("#p1 button"), until(`window.copied === "sudo apt-get update"`))
	b.do(focus("#p2 button"), chromedp.KeyEvent(kb.Enter), until(`window.copied !== "sudo apt-get update"`))
	if diff := cmp.Diff(exact, eval[string](b, "window.copied")); diff != "" {
		b.t.Errorf("(-want +got):\n%s", diff)
	}
	if got := eval[string](b, `document.querySelector("#p2 button").textContent + document.getElementById("said").textContent`); got != "CopiedCopied." {
		b.t.Errorf("says %q", got)
	}
	// What cannot be shown as it is must not be copied as if it were.
	if n := eval[int](b, `document.querySelectorAll("#p3 button").length`); n != 0 {
		b.t.Errorf("%d buttons at a command with hidden characters", n)
	}
}

func copyRefused(b *tab) {
	b.do(beforehand(`Object.defineProperty(navigator, "clipboard", {value: undefined}); document.execCommand = () => false`))
	b.show(result(b.t, "five-findings"))
	b.do(click("#p2 button"), until(`getSelection().toString() === "sudo apt-get install -y cmake"`))
	if got := eval[string](b, `document.querySelector("#p2 button").textContent`); got != "Selected" {
		b.t.Errorf("says %q", got)
	}
}

func folds(b *tab) {
	r := result(b.t, "five-findings")
	r.Environments[0].Steps[3].Output.Head = "-- Configuring done\n"
	b.show(r)
	output := `document.querySelector("#e1-6 .output").checkVisibility({contentVisibilityAuto: true, visibilityProperty: true}) && document.querySelector("#e1-6").open`
	if eval[bool](b, output) {
		b.t.Error("it is open from the start")
	}
	b.do(focus("#e1-6 > summary"), chromedp.KeyEvent(kb.Enter), until(output))
	b.do(chromedp.KeyEvent(" "), until("!("+output+")"))
	b.do(focus("[data-open]"), chromedp.KeyEvent(kb.Enter),
		until(`[...document.querySelectorAll(".entry")].every(e => e.open)`),
		focus("[data-close]"), chromedp.KeyEvent(kb.Enter),
		until(`[...document.querySelectorAll(".entry")].every(e => !e.open)`))
}

func links(b *tab) {
	b.show(result(b.t, "five-findings"))
	target := `document.getElementById("e2-7").open`
	cell := `.grid a[href="#e2-7"]`
	b.do(click(cell), until(target))
	b.do(run(target+" = false"), click(cell), until(target)) // the same one again
	broken := `[...document.querySelectorAll("a")].map(a => a.getAttribute("href")).filter(h => !h.startsWith("#") || !document.getElementById(h.slice(1)))`
	for _, r := range fixtures {
		b.show(result(b.t, r))
		if got := eval[[]string](b, broken); len(got) > 0 {
			b.t.Errorf("%s: links that lead nowhere: %q", r, got)
		}
		if twice := eval[[]string](b, `(ids => ids.filter((id, i) => ids.indexOf(id) !== i))([...document.querySelectorAll("[id]")].map(e => e.id))`); len(twice) > 0 {
			b.t.Errorf("%s: ids that are there twice: %q", r, twice)
		}
	}
	b.show(large(2000, 3))
	if got := eval[[]string](b, broken); len(got) > 0 {
		b.t.Errorf("links that lead nowhere: %q", got)
	}
}

func tabs(b *tab) {
	b.show(result(b.t, "five-findings"))
	name := `(e => e.id || e.getAttribute("href") || (e.closest("[id]")?.id ?? "") + " " + e.localName + " " + e.textContent.slice(0, 12))`
	want := eval[[]string](b, `[...document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")].filter(e => e.checkVisibility()).map(`+name+`)`)
	if len(want) < 30 {
		b.t.Fatalf("only %d elements to reach: %q", len(want), want)
	}
	var got []string
	for range want {
		b.do(chromedp.KeyEvent(kb.Tab))
		got = append(got, eval[string](b, name+"(document.activeElement)"))
		if seen := eval[string](b, `(e => { const s = getComputedStyle(e), r = e.getBoundingClientRect();
			return s.outlineStyle === "none" || parseFloat(s.outlineWidth) < 2 ? "no outline" : r.bottom < 0 || r.top > innerHeight || r.right < 0 ? "out of sight" : "" })(document.activeElement)`); seen != "" {
			b.t.Errorf("%s: %s", got[len(got)-1], seen)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		b.t.Errorf("(-want +got):\n%s", diff)
	}
	if want[0] != "#main" {
		b.t.Errorf("first is %q, want the link that skips", want[0])
	}
}

func hostile(b *tab) {
	b.do(beforehand(`window.alert = () => { window.owned = true; }`))
	b.show(result(b.t, "hostile"))
	for what, expression := range map[string]string{
		"a script ran":            `Boolean(window.owned)`,
		"foreign elements":        `document.querySelectorAll("img, i, iframe, object, embed, b, style:not(head style), link").length > 0`,
		"handlers in attributes":  `[...document.querySelectorAll("*")].some(e => [...e.attributes].some(a => a.name.startsWith("on") || a.name === "style"))`,
		"characters that deceive": `/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/.test(document.body.textContent)`,
		"another second script":   `document.scripts.length !== 1`,
	} {
		if eval[bool](b, expression) {
			b.t.Error(what)
		}
	}
	if text := eval[string](b, `document.querySelector("#p2").textContent`); !strings.Contains(text, "<img src=x onerror=alert(1)>") {
		b.t.Errorf("the text is not shown as it is: %s", text)
	}
	// What got in all the same could do nothing.
	b.do(run(`document.body.insertAdjacentHTML("beforeend", "<p id=style style='color: red'>x</p><img src=x onerror=alert(1)>"); 0`))
	if eval[bool](b, `Boolean(window.owned) || getComputedStyle(document.getElementById("style")).color === "rgb(255, 0, 0)"`) {
		b.t.Error("the policy lets an attribute act")
	}
	if !b.forgive("Content Security Policy") {
		b.t.Error("the browser does not say that the policy refused something")
	}
}

func withoutScript(b *tab) {
	b.do(send(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
	b.show(result(b.t, "five-findings"))
	text := eval[string](b, `document.body.innerText`)
	for _, want := range []string{"Worked with fixes on 2 of 2 environments.", "sudo apt-get install -y cmake", "python3 tools/tides.py --selftest",
		"The documents use the program cmake, but never say that it has to be installed.", "mended", "never run: it deploys"} {
		if !strings.Contains(strings.ToLower(text), strings.ToLower(want)) {
			b.t.Errorf("%q is not there", want)
		}
	}
	if n := eval[int](b, `[...document.querySelectorAll("button, input, select")].filter(e => e.checkVisibility()).length`); n != 0 {
		b.t.Errorf("%d controls are shown that do nothing", n)
	}
}
