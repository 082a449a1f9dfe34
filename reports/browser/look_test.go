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
	"github.com/google/go-cmp/cmp"
)

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
