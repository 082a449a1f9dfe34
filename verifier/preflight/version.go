package preflight

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
	"github.com/freshinstall/freshinstall/verifier/shell"
)

// given says how a step names a version of a language.
var given = []struct {
	language string
	re       *phrase.Expr
}{
	{"python", phrase.Compile(`(?:^|\s)(?:sudo\s+)?apt(?:-get)?\s[^|&;]*\binstall\b[^|&;]*\spython(\d\.\d+)(?:[\s-]|$)`)},
	{"python", phrase.Compile(`^(?:conda|mamba|micromamba)\s+create\s[^|&;]*\bpython={1,2}(\d(?:\.\d+)?)`)},
	{"python", phrase.Compile(`^pyenv\s+(?:install|local|global|shell)\s[^|&;]*?\b(\d\.\d+)`)},
	{"python", phrase.Compile(`^virtualenv\s[^|&;]*(?:-p|--python)[ =]?\S*?python(\d\.\d+)`)},
	{"python", phrase.Compile(`^python(\d\.\d+)\s+-m\s+venv\b`)},
	{"python", phrase.Compile(`^docker\s+(?:run|pull)\s[^|&;]*\bpython:(\d\.\d+)`)},
	{"node", phrase.Compile(`^(?:nvm|fnm|n)\s+(?:(?:install|use)\s+)?v?(\d+(?:\.\d+)*)\b`)},
	{"node", phrase.Compile(`^docker\s+(?:run|pull)\s[^|&;]*\bnode:(\d+(?:\.\d+)*)`)},
	{"ruby", phrase.Compile(`^(?:rbenv|rvm)\s+(?:install|use|local|global)\s+(?:ruby-)?(\d+\.\d+(?:\.\d+)?)`)},
	{"rust", phrase.Compile(`^rustup\s+(?:install|default|override set|toolchain install)\s+(\d+\.\d+(?:\.\d+)?)`)},
	{"php", phrase.Compile(`(?:^|\s)apt(?:-get)?\s[^|&;]*\binstall\b[^|&;]*\sphp(\d\.\d+)(?:[\s-]|$)`)},
	{"go", phrase.Compile(`(?:^|\s)apt(?:-get)?\s[^|&;]*\binstall\b[^|&;]*\sgolang-(\d+\.\d+)(?:[\s-]|$)`)},
}

// versions holds the version that a step names against the declared minimum.
func (w *walk) versions(a shell.Act) {
	text := strings.Join(append([]string{a.Name}, a.Args...), " ")
	for _, g := range given {
		m := g.re.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		minimum, line := w.tree.minimum(g.language)
		if minimum == "" || !below(m[1], minimum) {
			return
		}
		w.report(fault{rule: RuleVersion, object: g.language + " " + m[1], evidence: line,
			cause: fmt.Sprintf("The step names %s %s; the project asks for %s or newer (%s).", g.language, m[1], minimum, line),
			plain: fmt.Sprintf("The instructions install version %s of %s, and the project says that it needs %s or newer.", m[1], g.language, minimum),
			fixes: w.newer(m[1], minimum)})
		return
	}
}

// newer offers the step with as much of the minimum as it names itself.
func (w *walk) newer(old, minimum string) []verifier.Fix {
	parts, want := strings.Split(minimum, "."), strings.Count(old, ".")+1
	if strings.Count(w.step.Command, old) != 1 || len(parts) < want {
		return nil
	}
	with := strings.Join(parts[:want], ".")
	return []verifier.Fix{{Kind: verifier.FixReplace, Replace: strings.Replace(w.step.Command, old, with, 1),
		Why: "the project declares this minimum", Grade: verifier.Suggested}}
}

var declared = map[string][]struct {
	file string
	re   *phrase.Expr
}{
	"python": {
		{"pyproject.toml", phrase.Compile(`(?m)^requires-python\s*=\s*["']([^"']+)["']`)},
		{"pyproject.toml", phrase.Compile(`(?ms)^\[tool\.poetry\.dependencies\][^\[]*?^python\s*=\s*["']([^"']+)["']`)},
		{"setup.cfg", phrase.Compile(`(?m)^python_requires\s*=\s*(\S[^\n]*)$`)},
		{"setup.py", phrase.Compile(`python_requires\s*=\s*["']([^"']+)["']`)},
	},
	"go":   {{"go.mod", phrase.Compile(`(?m)^go\s+(\d+\.\d+(?:\.\d+)?)\s*$`)}},
	"rust": {{"Cargo.toml", phrase.Compile(`(?m)^rust-version\s*=\s*"([\d.]+)"`)}},
	"ruby": {{"Gemfile", phrase.Compile(`(?m)^ruby\s+["']([^"']+)["']`)}, {".ruby-version", phrase.Compile(`^(?:ruby-)?(\d+\.\d+(?:\.\d+)?)`)}},
	"node": {{".nvmrc", phrase.Compile(`^v?(\d+(?:\.\d+)*)\s*$`)}},
}

// minimum is the lowest version of a language that the project accepts, and
// the text that says so.
func (x *index) minimum(language string) (version, line string) {
	if language == "node" || language == "php" {
		if v, line := x.jsonMinimum(language); v != "" {
			return v, line
		}
	}
	for _, d := range declared[language] {
		if m := d.re.FindStringSubmatch(x.read(d.file)); m != nil {
			if v := lowest(m[1]); v != "" {
				return v, d.file + ": " + strings.TrimSpace(m[0])
			}
		}
	}
	return "", ""
}

func (x *index) jsonMinimum(language string) (version, line string) {
	file := map[string]string{"node": "package.json", "php": "composer.json"}[language]
	var p struct {
		Engines map[string]any `json:"engines"`
		Require map[string]any `json:"require"`
	}
	if json.Unmarshal([]byte(x.read(file)), &p) != nil {
		return "", ""
	}
	text, _ := p.Engines["node"].(string)
	if language == "php" {
		text, _ = p.Require["php"].(string)
	}
	if v := lowest(text); v != "" {
		return v, fmt.Sprintf("%s: %s %s", file, language, text)
	}
	return "", ""
}

var bound = phrase.Compile(`^(>=|>|\^|~>|~=|~|==|=|v)?\s*v?(\d+(?:\.\d+)*)`)

// lowest is the lower bound of a range of versions: the smallest of its
// alternatives. Empty: there is none, or it is not understood.
func lowest(text string) string {
	best := ""
	for _, choice := range strings.Split(strings.ReplaceAll(text, "||", "|"), "|") {
		found := ""
		for _, part := range strings.FieldsFunc(strings.TrimSpace(choice), func(r rune) bool { return r == ',' }) {
			part = strings.TrimSpace(part)
			if m := bound.FindStringSubmatch(part); m != nil && (found == "" || below(found, m[2])) {
				found = m[2]
			}
		}
		if found == "" {
			return ""
		}
		if best == "" || below(found, best) {
			best = found
		}
	}
	return best
}

// below compares as many parts as both versions have.
func below(a, b string) bool {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := 0; i < min(len(x), len(y)); i++ {
		m, errM := strconv.Atoi(x[i])
		n, errN := strconv.Atoi(y[i])
		if errM != nil || errN != nil {
			return false
		}
		if m != n {
			return m < n
		}
	}
	return false
}
