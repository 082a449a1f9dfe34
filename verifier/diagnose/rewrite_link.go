package diagnose

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
)

var (
	undefinedSymbols = phrase.Compile("undefined (?:reference to (?:symbol )?|symbol: )[`‘']?([^\\n`’']+?)(?:@@?[\\w.]+)?(?:[’']|\\n|$)")
	symbolGrammar    = phrase.Compile(`^[A-Za-z_][\w:~<>,()&* .\[\]-]{2,250}$`)
	identifier       = phrase.Compile(`[A-Za-z_]\w{2,}`)
	// sanitizers hold copies of functions of other libraries.
	sanitizers = phrase.Compile(`^(?:hw)?[a-z]{1,2}san$`)
)

// mostSymbols bounds how many of the undefined symbols are looked for: those of
// one library come together.
const mostSymbols = 12

// linked adds the installed libraries that have the symbols which the linker
// misses.
func linked(ctx context.Context, _ Explanation, o Observation, s Surroundings) ([]verifier.Fix, error) {
	var symbols []string
	for _, m := range undefinedSymbols.FindAllStringSubmatch(o.Output, -1) {
		if symbol := m[1]; symbol != "main" && symbolGrammar.MatchString(symbol) && !slices.Contains(symbols, symbol) && len(symbols) < mostSymbols {
			symbols = append(symbols, symbol)
		}
	}
	if len(symbols) == 0 {
		return nil, nil
	}
	text, err := s.look(ctx, askForSymbols(symbols))
	if err != nil {
		return nil, err
	}
	names, why := covering(holdersOf(text, symbols), symbols)
	if len(names) == 0 {
		return nil, nil
	}
	return linking(ctx, "-l"+strings.Join(names, " -l"), why, o, s)
}

// askForSymbols prints a line for each library and symbol: lib, the name after
// -l, "dev" where the linker can find it by that name, and the symbol.
func askForSymbols(symbols []string) string {
	var parts, whole string
	for _, symbol := range symbols {
		longest := slices.MaxFunc(identifier.FindAllString(symbol, -1), func(a, b string) int { return len(a) - len(b) })
		parts += " -e " + longest
		whole += " -e " + quote(symbol)
	}
	return `for d in /usr/local/lib /usr/lib/*-linux-* /usr/lib64 /usr/lib; do for f in $(grep -lsF` + parts + ` "$d"/lib*.so.* "$d"/lib*.a); do ` +
		`n=${f##*/lib}; n=${n%%.so*}; n=${n%.a}; t=-; if [ -e "$d/lib$n.so" ] || [ -e "$d/lib$n.a" ]; then t=dev; fi; ` +
		`case $f in *.a) nm -C --defined-only "$f" ;; *) nm -DC --defined-only "$f" ;; esac 2>/dev/null | sed -n 's/^[0-9a-f]* [TWVBDRiu] //p' | sed 's/@.*//' | ` +
		`grep -Fx` + whole + ` | sed "s/^/lib $n $t /"; done; done | sort -u | head -n 500`
}

// holder is a library that has some of the symbols.
type holder struct {
	name    string
	ready   bool // the linker finds it by its name
	symbols map[string]bool
}

func holdersOf(text string, symbols []string) []*holder {
	var all []*holder
	for line := range strings.Lines(text) {
		f := strings.SplitN(strings.TrimSpace(line), " ", 4)
		if len(f) < 4 || f[0] != "lib" || !sound(Library, f[1]) || sanitizers.MatchString(f[1]) || !slices.Contains(symbols, f[3]) {
			continue
		}
		at := slices.IndexFunc(all, func(h *holder) bool { return h.name == f[1] })
		if at < 0 {
			at = len(all)
			all = append(all, &holder{name: f[1], symbols: map[string]bool{}})
		}
		all[at].ready = all[at].ready || f[2] == "dev"
		all[at].symbols[f[3]] = true
	}
	return all
}

// covering chooses libraries until all symbols are there that any of them has:
// those that can be linked first, then those that have most, then the plainest
// name.
func covering(all []*holder, symbols []string) (names []string, why string) {
	left := slices.Clone(symbols)
	has := func(h *holder) (n int) {
		for _, symbol := range left {
			if h.symbols[symbol] {
				n++
			}
		}
		return n
	}
	ready := func(h *holder) int {
		if h.ready {
			return 0
		}
		return 1
	}
	for len(all) > 0 && len(left) > 0 {
		best := slices.MinFunc(all, func(a, b *holder) int {
			return cmp.Or(min(has(b), 1)-min(has(a), 1), ready(a)-ready(b), has(b)-has(a), len(a.name)-len(b.name), cmp.Compare(a.name, b.name))
		})
		if has(best) == 0 {
			break
		}
		if why != "" {
			why += ", "
		}
		at := slices.IndexFunc(left, func(symbol string) bool { return best.symbols[symbol] })
		why += fmt.Sprintf("lib%s has %s", best.name, left[at])
		names = append(names, best.name)
		left = slices.DeleteFunc(left, func(symbol string) bool { return best.symbols[symbol] })
	}
	return names, why
}

var compilers = phrase.Compile(`^(?:[\w./-]*-)?(?:cc|gcc|g\+\+|c\+\+|clang|clang\+\+)(?:-[\d.]+)?$`)

// linking gives the ways in which a step, or what prepared it, takes libraries.
func linking(ctx context.Context, flags, why string, o Observation, s Surroundings) ([]verifier.Fix, error) {
	text := o.text()
	if changed, ok := appendToCalls(text, flags, compilers.MatchString); ok {
		return []verifier.Fix{replace(changed, why)}, nil
	}
	libs := "LIBS=" + quote(flags)
	if changed, ok := appendToCalls(text, libs, isConfigure); ok {
		return []verifier.Fix{replace(changed, why)}, nil
	}
	fixes, err := makeWith(ctx, flags, why, o, s)
	if err != nil {
		return nil, err
	}
	prepared := configured(o)
	standard := "-DCMAKE_C_STANDARD_LIBRARIES=" + quote(flags) + " -DCMAKE_CXX_STANDARD_LIBRARIES=" + quote(flags)
	for _, way := range []struct {
		flags string
		of    func(program string) bool
	}{{libs, isConfigure}, {standard, func(program string) bool { return program == "cmake" }}} {
		if changed, ok := appendToCalls(prepared, way.flags, way.of); ok && !strings.Contains(prepared, "\n") {
			fixes = append(fixes, before(why, changed))
		}
	}
	return fixes, nil
}

func isConfigure(program string) bool { return program == "./configure" || program == "../configure" }

// appendToCalls puts words to the end of each call of a program, before what
// redirects its output.
func appendToCalls(text, words string, of func(program string) bool) (string, bool) {
	var ends []int
	inside := false
	for _, w := range split(text) {
		switch {
		case w.runs && !carriers[w.text]:
			if inside = of(w.text); inside {
				ends = append(ends, w.end)
			}
		case strings.ContainsAny(w.text, "<>"):
			inside = false
		case inside:
			ends[len(ends)-1] = w.end
		}
	}
	for _, end := range slices.Backward(ends) {
		text = text[:end] + " " + words + text[end:]
	}
	return text, len(ends) > 0
}

var (
	makeVariable = phrase.Compile(`(?m)^(LIBS|LDLIBS) [:?]?= *(.*)$`)
	makeLibrary  = phrase.Compile(`^(?:-[lLW][\w./,=+-]+|-pthread|\$[({][A-Za-z_]\w*[)}])$`)
)

// makeWith gives make a longer list of libraries, under the name by which the
// Makefile knows it; else under the two names that Makefiles have for it, of
// which make's own rules know the first.
func makeWith(ctx context.Context, flags, why string, o Observation, s Surroundings) ([]verifier.Fix, error) {
	text := o.text()
	plain := true
	program := ""
	for _, c := range calls(text) {
		switch c.program {
		case "make", "gmake":
			program = c.program
		case "cd":
		default:
			plain = false
		}
	}
	if program == "" {
		return nil, nil
	}
	names, known := []string{"LDLIBS", "LIBS"}, map[string]string{}
	if database, _ := replaceProgram(text, program, program+" -pn"); plain {
		printed, err := s.look(ctx, "("+database+`) </dev/null 2>/dev/null | grep -E '^(LIBS|LDLIBS) [:?]?='`)
		if err != nil {
			return nil, err
		}
		for _, m := range makeVariable.FindAllStringSubmatch(printed, -1) {
			known[m[1]] = strings.TrimSpace(m[2])
		}
		if len(known) > 0 {
			names = slices.DeleteFunc(names, func(name string) bool { _, there := known[name]; return !there })
		}
	}
	var fixes []verifier.Fix
	for _, name := range names {
		have := strings.Fields(known[name])
		if slices.ContainsFunc(have, func(word string) bool { return !makeLibrary.MatchString(word) }) {
			continue // what a file of the repository says enters a command only where it is plain
		}
		value := strings.Join(append(have, flags), " ")
		if changed, runs := replaceProgram(text, program, program+" "+name+"="+quote(value)); runs {
			fixes = append(fixes, replace(changed, why))
		}
	}
	return fixes, nil
}
