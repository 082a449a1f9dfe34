package shell

import "github.com/freshinstall/freshinstall/verifier"

// Line is a line of a block with its place in the document.
type Line struct {
	Text   string
	Start  int // byte offset of Text in the document
	End    int // byte offset behind it, where Text is not verbatim what the document holds; 0: Start+len(Text)
	Number int // one-based
}

// Input is a block to be split.
type Input struct {
	Lines    []Line
	Language string            // tag of the block, lower case; empty: untagged
	Single   bool              // inline code: one command, no prompts needed
	Prompted bool              // only lines with a prompt count, as in a quotation
	Led      bool              // a sentence that ends in a colon leads to it
	Known    func(string) bool // further program names: of this project, files of the checkout; may be nil
}

// Command is one thing that a person types and ends with Enter.
type Command struct {
	Text       string          // as typed; lines joined by a newline
	Span       verifier.Span   // in the document, from the first to the last byte of Text
	Pieces     []verifier.Span // of each line of Text
	Line       int             // one-based
	EndLine    int
	Prompt     string   // as shown, "$", "#", "PS>"; empty: none
	Dialect    Dialect  // what would read it
	Comments   []string // comment lines right before it
	Remark     string   // the comment or remark behind it
	Under      string   // the comment that it stands under, up to the next blank line or comment
	Holes      []string // placeholders in it, in order
	Calls      []Call   // the programs that it starts, in order; empty for assignments alone
	Assigns    []string // names that are set for the shell itself
	Background bool     // ends with &
	Pipe       bool     // output of one program into another
	Builtin    bool     // shell builtins and assignments alone
}

// Call is a program with its arguments, quotes removed. What cannot be known
// before it runs (a variable, a substitution) stands verbatim.
type Call struct {
	Name string
	Args []string
	Sudo bool
	Set  []string // variables set for this call
}

// Dialect is a language of commands.
type Dialect string

// The closed set of dialects.
const (
	Posix      Dialect = "sh"
	PowerShell Dialect = "powershell"
	Batch      Dialect = "cmd"
)

// Arg is the n-th argument that is no option, or empty.
func (c Call) Arg(n int) string {
	for _, a := range c.Args {
		if len(a) > 1 && a[0] == '-' {
			continue
		}
		if n == 0 {
			return a
		}
		n--
	}
	return ""
}

// Has reports whether one of the arguments is given.
func (c Call) Has(args ...string) bool {
	for _, a := range c.Args {
		for _, want := range args {
			if a == want {
				return true
			}
		}
	}
	return false
}
