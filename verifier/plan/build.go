package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

// Input is what a plan is made of.
type Input struct {
	Repository  string            // name of the folder that a clone makes
	Documents   []Document        // in reading order, the README first
	Files       []string          // tracked files, slash-separated
	Target      Target            // what the newcomer sits at
	URLs        []string          // of the repository itself, any spelling
	Corrections []Correction      // by the people who know the project; they win over every rule
	Values      map[string]string // for placeholders, by their text with or without brackets

	// Open brings the documents that a link leads to, several where it leads to
	// a folder, none where the repository does not hold them; nil: links lead
	// nowhere.
	Open func(from, target string) []Document

	Without []string // rules that are switched off, by name: see [Rules]; for measurements
}

// Document is an install document.
type Document struct {
	Path     string // slash-separated, in the repository
	Source   []byte
	Declared bool // to be followed whatever it looks like
}

// Target is the system that steps are chosen for. The zero value is the Debian
// family.
type Target struct {
	Family  verifier.Family
	Release string // "debian 12"; for reasons only
}

// Correction overrules the decision about steps.
type Correction struct {
	Match    string // the command's text, white space folded; or a part of it ending or beginning with "…"
	Document string // empty: any
	Line     int    // one-based; 0: any
	Follow   bool
	Keeps    bool // says nothing about whether the step is followed
	Why      string
	Ready    *verifier.Ready // when what the step starts can be used; nil: nothing is said
	Expect   string          // text that its output must hold; empty: nothing is said
}

// Build makes the plan. A plan without steps is no error. The error says that
// the input itself makes no sense: no documents, or a correction without any
// criterion, or more commands than
// any install document has.
func Build(in Input) (verifier.Plan, error) {
	if len(in.Documents) == 0 {
		return verifier.Plan{}, fmt.Errorf("plan %s: no documents", in.Repository)
	}
	for i, c := range in.Corrections {
		if strings.TrimSpace(c.Match) == "" && c.Line == 0 {
			return verifier.Plan{}, fmt.Errorf("plan %s: correction %d: neither text nor line", in.Repository, i+1)
		}
	}
	p := newPlanner(in)
	if err := p.gather(); err != nil {
		return verifier.Plan{}, err
	}
	p.markClones()
	p.classify()
	p.leave()
	p.adoptDevelopment()
	p.alternatives()
	p.chooseDocuments()
	p.usage()
	p.correct()
	p.outcomes()
	return p.plan(), nil
}

// planner carries the candidates through the rules, which run in the order
// that Build shows.
type planner struct {
	in     Input
	repo   identity
	files  map[string]bool
	names  map[string]bool // programs of the project, as far as its files and documents tell
	title  string          // of the README, where it is one word: the project's other name
	called map[string]bool // programs that a document calls so, whosever they are
	docs   []*document
	all    []*candidate // in document order, documents in reading order
	order  []*candidate // in plan order
	group  int          // alternatives' groups so far
	linked int          // documents that links led to
	bytes  int          // read so far
	cut    []string     // documents that were read in part
	off    map[string]bool
	topics map[string]topic // of headings, as far as they were read
	ways   map[string]method
	uses   map[string]*candidate // of the project's own programs, the first in a chapter on use
}

func newPlanner(in Input) *planner {
	in = learnIdentity(in)
	p := &planner{in: in, repo: newIdentity(in), files: map[string]bool{}, names: map[string]bool{}, called: map[string]bool{}, off: map[string]bool{}, topics: map[string]topic{}, ways: map[string]method{}}
	for _, name := range in.Without {
		p.off[name] = true
	}
	if p.in.Target.Family == "" {
		p.in.Target.Family = verifier.FamilyDeb
	}
	for _, f := range in.Files {
		p.files[f] = true
	}
	return p
}

// plan writes the candidates down as steps.
func (p *planner) plan() verifier.Plan {
	out := verifier.Plan{Schema: verifier.PlanSchema, Repository: p.in.Repository, Start: p.start(), Steps: []verifier.Step{}, Documents: []string{},
		Findings: []verifier.Finding{}, Prose: []verifier.Prose{}}
	for _, d := range p.docs {
		out.Documents = append(out.Documents, d.path)
	}
	for i, c := range p.order {
		out.Steps = append(out.Steps, c.step(fmt.Sprintf("s%d", i+1), p.in.Values))
	}
	out.Prose = p.prose()
	for _, name := range p.cut {
		if slices.Contains(out.Documents, name) {
			out.Cut = append(out.Cut, name)
		}
	}
	return out
}

// longestAllowed bounds what a document may ask for: it is foreign input.
const longestAllowed = 2 * time.Hour

// allowed reads the author's time limit, as "90s" or "10m"; 0: none, or one
// that nobody can mean.
func allowed(text string) time.Duration {
	d, err := time.ParseDuration(text)
	if err != nil || d < time.Second {
		return 0
	}
	return min(d, longestAllowed)
}

func (c *candidate) step(id string, values map[string]string) verifier.Step {
	s := verifier.Step{
		ID: id, Document: c.doc.path, Line: c.cmd.Line, EndLine: c.cmd.EndLine, Span: c.cmd.Span,
		Section: c.block.Heading(), Command: c.cmd.Text, Role: c.role, Follow: c.reason == "",
		Reason: c.reason, Platform: c.platform, Flags: c.flags(), Builtin: c.cmd.Builtin,
	}
	s.Timeout = allowed(c.block.Directives["timeout"]).Seconds()
	s.Ready, s.Expect = c.ready, c.expect
	if s.Follow {
		s.Reason = c.note
		s.Needs = unfilled(c.cmd.Holes, values)
		if open := s.Needs; len(open) > 0 && s.Reason == "" {
			s.Reason = "needs a value for " + strings.Join(open, ", ")
		}
	}
	if c.option != nil {
		s.Alternative = &verifier.Alternative{Group: c.option.group, Option: c.option.name, Primary: c.option.primary}
	}
	return s
}
