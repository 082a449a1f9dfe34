package envs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/freshinstall/freshinstall/verifier"
)

// maxFile bounds a declaration. A long one has some hundred lines.
const maxFile = 1 << 20

// File is a declaration, freshinstall.yaml, with every default filled in.
type File struct {
	Path         string // as it was named to Read or Parse
	Environments []Environment
	Documents    []string // slash-separated, relative to the repository, in reading order
	Values       map[string]Value
	Answers      map[string]string // text of the question, or a part of it → what is typed
	Steps        []Correction
	Acceptance   []Check
	Rules        []Rule         // of what failures look like; read by package diagnose
	Settings     map[string]any // the tool's own preferences, unchecked here

	reaches []Reach
}

// Correction changes the decision of the plan for the steps that it names.
type Correction struct {
	Match    string // part of the command's text; empty: by line alone
	Document string // slash-separated; empty: any document
	Line     int    // one-based line of the document; 0: by text alone
	Follow   bool
	Keeps    bool // no follow: was written: only how the step comes out is declared
	Why      string
	Ready    *verifier.Ready // when what the step starts can be used
	Expect   string          // text that its output must hold
	At       int             // line of the declaration
}

// Check is a command of the acceptance: the definition of done.
type Check struct {
	Run string
	At  int // line of the declaration
}

// Rule is a rule of the repository's own, as it is written.
type Rule struct {
	Text []byte // a YAML mapping, unchecked here
	At   int    // line of the declaration
}

// Names are the file names of a declaration, the usual one first.
func Names() []string { return []string{"freshinstall.yaml", "freshinstall.yml"} }

// Find looks for a declaration in the folder itself; to look further up is up
// to the caller.
func Find(dir string) (path string, ok bool) {
	for _, name := range Names() {
		path = filepath.Join(dir, name)
		// A link counts as found: to refuse one that leads elsewhere, and say
		// so, is better than to overlook it.
		if info, err := os.Lstat(path); err == nil && !info.IsDir() {
			return path, true
		}
	}
	return "", false
}

// Read reads a declaration. What is wrong with its text is a [*Problems];
// another error means that the file could not be read. A link is followed only
// inside the file's own folder: the file may be foreign.
func Read(path string) (*File, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	src, err := readBounded(abs)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	f, err := parse(path, filepath.Dir(abs), src)
	if err != nil {
		return nil, err
	}
	f.followLinks(filepath.Dir(abs))
	return f, nil
}

func readBounded(path string) (src []byte, err error) {
	root, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	// Stat before Open: opening a named pipe would wait for a writer for ever.
	info, err := root.Stat(filepath.Base(path))
	if err != nil {
		if link, lerr := root.Lstat(filepath.Base(path)); lerr == nil && link.Mode()&fs.ModeSymlink != 0 {
			return nil, errors.New("it is a link that leads nowhere or out of its folder; name the file itself")
		}
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	file, err := root.Open(filepath.Base(path))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return io.ReadAll(io.LimitReader(file, maxFile+1))
}

// Parse reads a declaration from memory. The name stands in messages, and
// relative paths of the host start in its folder. The error is a [*Problems]
// with everything that is wrong.
func Parse(name string, src []byte) (*File, error) {
	return parse(name, filepath.Dir(name), src)
}

func parse(name, dir string, src []byte) (*File, error) {
	r := &reader{file: name, dir: dir, faulty: map[string]bool{}}
	f := &File{Path: name}
	if top := r.decode(src); top != nil && r.plain(top) {
		r.sections(top, f)
	}
	if len(r.problems) > 0 {
		p := &Problems{List: r.problems}
		p.tidy()
		return nil, p
	}
	f.reaches = r.reaches
	return f, nil
}

// decode returns the top node, or nil for an empty file or a problem.
func (r *reader) decode(src []byte) *yaml.Node {
	if len(src) > maxFile {
		r.bad(nil, "larger than %d bytes: this is no declaration", maxFile)
		return nil
	}
	if !utf8.Valid(src) {
		r.problems = append(r.problems, Problem{r.file, invalidLine(src), "not valid UTF-8; save the file as UTF-8"})
		return nil
	}
	d := yaml.NewDecoder(bytes.NewReader(src))
	var doc, second yaml.Node
	if err := d.Decode(&doc); err != nil {
		if !errors.Is(err, io.EOF) {
			r.unreadable(err)
		}
		return nil
	}
	switch err := d.Decode(&second); {
	case err == nil:
		r.bad(&second, "a second document (---) in one file; only one is read")
		return nil
	case !errors.Is(err, io.EOF):
		r.unreadable(err)
		return nil
	}
	if len(doc.Content) != 1 || empty(doc.Content[0]) {
		return nil
	}
	return doc.Content[0]
}

var yamlLine = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?`)

// unreadable turns the YAML reader's own message, which has its line only in
// the text, into a problem.
func (r *reader) unreadable(err error) {
	text := err.Error()
	m := yamlLine.FindStringSubmatch(text)
	line, convErr := strconv.Atoi(m[1])
	if convErr != nil {
		line = 0 // the reader gave none
	}
	what := "unreadable YAML: " + strings.TrimPrefix(text, m[0])
	if strings.Contains(text, "cannot start any token") {
		what += "; indent with spaces, not with tabs, and put texts with special characters into quotes"
	}
	r.problems = append(r.problems, Problem{r.file, line, what})
}

func invalidLine(src []byte) int {
	line := 1
	for len(src) > 0 {
		c, size := utf8.DecodeRune(src)
		if c == utf8.RuneError && size == 1 {
			return line
		}
		if c == '\n' {
			line++
		}
		src = src[size:]
	}
	return line
}
