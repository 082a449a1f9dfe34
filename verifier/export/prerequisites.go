package export

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/foreign"
)

// Measured is what was seen while install.sh ran in a clean machine.
type Measured struct {
	Disk     int64    // bytes that it wrote
	Memory   int64    // bytes, the limit under which it ran; 0: none
	Seconds  float64  // that it took
	Versions []string // "python3 3.11.2": first lines of what programs say of themselves
}

// PrerequisitesMd writes what a machine must have, as Markdown.
func PrerequisitesMd(r Recipe, tool verifier.Tool, m Measured) ([]byte, error) {
	if err := r.sound(); err != nil {
		return nil, err
	}
	p := &page{}
	p.say("# What " + foreign.Code(r.Folder) + " needs on " + r.Release())
	p.para("Written by %s from %s. A clean machine with these packages was made, and the steps of the documents passed there%s.",
		toolInWords(tool), commitInWords(r.Repository), map[bool]string{true: ", with the corrections at the end", false: " as they are written"}[len(r.Corrections) > 0])
	p.head("System")
	p.item("%s, %s", r.Release(), foreign.Inline(foreign.Line(r.Environment.Architecture)))
	if r.Root() {
		p.item("to be installed by root")
	} else if r.UsesSudo() {
		p.item("a user who may use `sudo`")
	}
	for _, f := range r.Environment.Furnishings {
		if f.Name == "git" || f.Name == "ca_certificates" || f.Name == "utf8" {
			p.item("there already: %s", foreign.Inline(foreign.Line(f.Detail)))
		}
	}
	p.packages(r)
	if len(r.Services) > 0 {
		p.head("Servers beside it")
		for _, s := range r.Services {
			p.item("%s", foreign.Inline(foreign.Line(s.String())))
		}
	}
	if len(r.Variables) > 0 {
		p.head("Values")
		for _, v := range r.Variables {
			p.item("%s, which the documents call %s", foreign.Code(v.Name), foreign.Code(foreign.Line(v.Placeholder)))
		}
	}
	if len(m.Versions) > 0 {
		p.head("Versions that were used")
		for _, v := range m.Versions {
			p.item("%s", foreign.Code(foreign.Line(v)))
		}
	}
	p.head("Room and time")
	p.item("disk: %s were written by the installation", bytesInWords(m.Disk))
	if m.Memory > 0 {
		p.item("memory: %s were enough; less was not tried", bytesInWords(m.Memory))
	}
	p.item("time: %.0f seconds on the machine of the run", m.Seconds)
	if hosts := r.hosts(); len(hosts) > 0 {
		p.head("Network")
		for _, h := range hosts {
			p.item("%s", h)
		}
	}
	p.corrections(r)
	return []byte(p.String()), nil
}

type page struct{ strings.Builder }

func (p *page) say(line string)         { p.WriteString(line + "\n") }
func (p *page) head(title string)       { p.say("\n## " + title + "\n") }
func (p *page) item(f string, a ...any) { p.say("- " + fmt.Sprintf(f, a...)) }
func (p *page) para(f string, a ...any) { p.say("\n" + fmt.Sprintf(f, a...)) }

func (p *page) packages(r Recipe) {
	all := r.Packages()
	if len(all) == 0 && len(r.Environment.Packages) == 0 {
		return
	}
	p.head("Packages")
	for _, name := range r.Environment.Packages {
		p.item("%s: declared as already there", foreign.Code(name))
	}
	for _, q := range all {
		why := "named in " + foreign.Inline(q.Place)
		if q.Fix {
			why = "no documented command installs it; the step at " + foreign.Inline(q.Place) + " fails without it"
		}
		p.item("%s: %s", foreign.Code(q.Name), why)
	}
}

func (p *page) corrections(r Recipe) {
	if len(r.Corrections) == 0 {
		return
	}
	p.head("Corrections to the documents")
	for _, c := range r.Corrections {
		where := "before the step at " + foreign.Inline(c.Place())
		if c.Kind == Correction {
			where = "in the place of " + foreign.Code(foreign.Line(c.Was)) + " at " + foreign.Inline(c.Place())
		}
		p.item("%s:\n\n%s", where, indented(foreign.Fence("sh", foreign.Text(c.Text))))
	}
}

func indented(text string) string { return "  " + strings.ReplaceAll(text, "\n", "\n  ") }

var (
	addressed = regexp.MustCompile(`\b(?:https?|ftp|git|ssh)://(?:[^@/\s'"]*@)?([A-Za-z0-9.-]+\.[A-Za-z]{2,})`)
	// indexes are what programs fetch from by themselves, in words: where that is differs from network to network.
	indexes = []struct{ program, from string }{
		{"pip", "the Python package index"}, {"pip3", "the Python package index"}, {"poetry", "the Python package index"},
		{"npm", "the npm registry"}, {"yarn", "the npm registry"}, {"pnpm", "the npm registry"},
		{"go", "the Go module proxy"}, {"cargo", "the registry of Rust crates"}, {"gem", "the registry of Ruby gems"},
		{"bundle", "the registry of Ruby gems"}, {"mvn", "the Maven repository"}, {"composer", "the registry of PHP packages"},
	}
)

// hosts is what must be reached, as far as the commands show it.
func (r *Recipe) hosts() []string {
	var out []string
	add := func(text string) {
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	if len(r.Packages()) > 0 {
		add("the archive of the distribution")
	}
	for _, c := range r.Commands {
		for _, m := range addressed.FindAllStringSubmatch(c.Text, -1) {
			add(foreign.Code(m[1]))
		}
		for _, i := range indexes {
			if regexp.MustCompile(`(?:^|[\s;&|])`+i.program+`\s`).MatchString(c.Text) || i.program == "pip" && strings.Contains(c.Text, "-m pip ") {
				add(i.from)
			}
		}
	}
	return out
}

func bytesInWords(n int64) string {
	switch {
	case n >= 10<<30:
		return fmt.Sprintf("%d GB", n>>30)
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GB", float64(n)/(1<<30))
	}
	return fmt.Sprintf("%d MB", (n+1<<20-1)>>20)
}
