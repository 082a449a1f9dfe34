package browser_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
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

// faint lists texts with less contrast than WCAG 2.2 asks for (AA, 1.4.3):
// 4.5, or 3 for text of 24 pixels, bold of 18.66.
const faint = `(() => {
	for (const d of document.querySelectorAll("details")) d.open = true;
	const rgb = (text) => { const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number); return {r, g, b, a}; };
	const linear = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
	const light = ({r, g, b}) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
	const behind = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.a === 1) return c; if (c.a > 0) throw "half transparent"; } throw "no background"; };
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	const out = []; let seen = 0;
	while (walker.nextNode()) {
		const e = walker.currentNode.parentElement, s = getComputedStyle(e);
		if (!walker.currentNode.data.trim() || !e.checkVisibility() || e.closest("script, svg")) continue;
		seen++;
		const [a, b] = [light(rgb(s.color)), light(behind(e))].sort((x, y) => y - x), ratio = (a + 0.05) / (b + 0.05);
		const size = parseFloat(s.fontSize), large = size >= 24 || size >= 18.66 && s.fontWeight >= 700;
		if (s.opacity !== "1" || ratio < (large ? 3 : 4.5)) out.push(ratio.toFixed(2) + " " + walker.currentNode.data.trim().slice(0, 40));
	}
	return {seen, out};
})()`

func contrast(b *tab) {
	for _, colours := range []string{"light", "dark"} {
		backgrounds := map[string]bool{}
		for _, name := range fixtures {
			b.do(scheme(colours))
			b.show(result(b.t, name))
			got := eval[struct {
				Seen int
				Out  []string
			}](b, faint)
			if len(got.Out) > 0 || got.Seen < 5 {
				b.t.Errorf("%s, %s: of %d texts: %q", name, colours, got.Seen, got.Out)
			}
			backgrounds[eval[string](b, `getComputedStyle(document.body).backgroundColor`)] = true
		}
		want := map[string]bool{map[string]string{"light": "rgb(244, 246, 248)", "dark": "rgb(20, 24, 29)"}[colours]: true}
		if diff := cmp.Diff(want, backgrounds); diff != "" {
			b.t.Errorf("%s: background (-want +got):\n%s", colours, diff)
		}
	}
}

func narrow(b *tab) {
	b.do(width(360))
	check := func(name string) {
		b.t.Helper()
		b.do(run(`for (const d of document.querySelectorAll("details")) d.open = true; 0`))
		if width := eval[int](b, `document.documentElement.scrollWidth`); width > 360 {
			b.t.Errorf("%s is %d pixels wide: %q", name, width, eval[[]string](b, `[...document.querySelectorAll("body *")].filter(e => !e.closest(".wide, .skip") && e.getBoundingClientRect().right > 361).map(e => e.localName + "." + e.className).slice(0, 5)`))
		}
	}
	for _, name := range fixtures {
		b.show(result(b.t, name))
		check(name)
	}
	r := result(b.t, "differing")
	long := strings.Repeat("averylongnamewithoutanyblank", 20)
	for i := range r.Environments {
		env := &r.Environments[i]
		env.Environment.Name += long
		env.Steps[0].Command, env.Steps[0].Output.Head = long, long+long
		env.Findings[0].Evidence, env.Findings[0].Fixes[0].Commands[0], env.Findings[0].Plain = long, long, long
	}
	r.Repository.Name, r.Repository.URL = long, "https://"+long
	b.show(r)
	check("a result of long names")
	b.show(large(40, 12))
	check("twelve environments")
}

func outline(b *tab) {
	for _, name := range fixtures {
		b.show(result(b.t, name))
		for what, expression := range map[string]string{
			"not one h1":               `document.querySelectorAll("h1").length !== 1`,
			"levels of headings jump":  `[...document.querySelectorAll("h1, h2, h3, h4")].some((h, i, all) => i > 0 && h.localName[1] - all[i - 1].localName[1] > 1)`,
			"landmarks are missing":    `["header", "nav", "main", "footer"].some(l => document.querySelectorAll("body > " + l).length !== 1)`,
			"heads without scope":      `[...document.querySelectorAll("th")].some(h => !h.scope)`,
			"controls without a label": `[...document.querySelectorAll("input, select")].some(e => e.labels.length !== 1)`,
			"sections without a name":  `[...document.querySelectorAll("section, [role=region]")].some(e => !document.getElementById(e.getAttribute("aria-labelledby"))?.textContent.trim())`,
			"cells without a word":     `[...document.querySelectorAll(".grid tbody td")].some(e => !e.textContent.trim())`,
			"no language or title":     `!document.documentElement.lang || !document.title`,
		} {
			if eval[bool](b, expression) {
				b.t.Errorf("%s: %s", name, what)
			}
		}
	}
}

// paper is as wide as A4 without the page's margins.
func paper() step {
	return chromedp.Steps(width(695), send(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}))
}

var pageCount = regexp.MustCompile(`/Type\s*/Pages[^>]*?/Count (\d+)|/Count (\d+)[^>]*?/Type\s*/Pages`)

func printed(b *tab) {
	for _, name := range fixtures {
		if name == "hostile" {
			continue // no ordinary result: a finding of it fills half a page
		}
		b.show(result(b.t, name))
		pdf, err := chromedp.Run(b.ctx, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize(), chromedp.PDFPrintBackground()))
		if err != nil {
			b.t.Fatal(err)
		}
		keep(b.t, name+".pdf", pdf)
		found := pageCount.FindSubmatch(pdf)
		if found == nil {
			b.t.Fatalf("%s: no count of pages in %d bytes", name, len(pdf))
		}
		if n := string(found[1]) + string(found[2]); n != "1" && n != "2" {
			b.t.Errorf("%s: %s pages", name, n)
		}
	}
	b.do(paper())
	b.show(large(60, 10))
	if got := eval[int](b, `Math.max(document.documentElement.scrollWidth, document.querySelector(".grid").getBoundingClientRect().right)`); got > 695 {
		b.t.Errorf("ten environments are %d pixels wide, more than paper", got)
	}
}

func quick(b *tab) {
	address := file(b.t, large(10_000, 1))
	var times []float64
	for range 3 {
		b.do(chromedp.Navigate("about:blank"), chromedp.Navigate(address),
			until(`performance.getEntriesByType("paint").length > 0 && performance.getEntriesByType("navigation")[0].loadEventEnd > 0`))
		times = append(times, eval[float64](b, `Math.max(performance.getEntriesByType("navigation")[0].loadEventEnd, ...performance.getEntriesByType("paint").map(p => p.startTime))`))
	}
	slices.Sort(times)
	b.t.Logf("%d elements; from navigation to load event and paint: %.0f ms", eval[int](b, `document.querySelectorAll("*").length`), times)
	if times[1] >= 1000 {
		b.t.Errorf("took %.0f ms, wanted less than 1000 in the middle", times)
	}
	if got := eval[string](b, `document.body.textContent`); !strings.Contains(got, "module-9999") {
		b.t.Error("the last step is not told")
	}
}

// keep leaves what the browser made in the folder BROWSER_OUT, to be looked at.
func keep(t *testing.T, name string, data []byte) {
	t.Helper()
	if folder := os.Getenv("BROWSER_OUT"); folder != "" {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// Pictures for the eye, when they are asked for: no judgement.
func TestPictures(t *testing.T) {
	if os.Getenv("BROWSER_OUT") == "" {
		t.Skip("BROWSER_OUT names no folder for pictures")
	}
	browser := start(t)
	picture := func(name string, steps ...step) {
		t.Run(name, func(t *testing.T) {
			b := open(t, browser)
			b.do(steps...)
			if fixture, _, _ := strings.Cut(name, "."); fixture == "large" {
				b.show(large(150, 10))
			} else {
				b.show(result(t, fixture))
			}
			png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
			if err != nil {
				t.Fatal(err)
			}
			keep(t, name+".png", png)
		})
	}
	for _, name := range append(slices.Clone(fixtures), "large") {
		for _, pixels := range []int64{360, 1280} {
			for _, colours := range []string{"light", "dark"} {
				picture(fmt.Sprintf("%s.%d.%s", name, pixels, colours), width(pixels), scheme(colours))
			}
		}
		picture(name+".print", paper())
	}
}
