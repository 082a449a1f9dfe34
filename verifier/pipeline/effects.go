package pipeline

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/run"
)

// Status 0 is no success where a program swallows its own failure. What a step
// names as its product is looked for beside the terminal, and only what is
// certainly absent counts: where the step may have put it elsewhere, or removed
// it again, or where looking needs a program that is not there, nothing is said.
// A step that was mended must have its effect too, also the port that it names.

// effect is a product of a step.
type effect struct {
	what   string // in plain words, as the end of "not there afterwards: …"
	script string // prints absent where it certainly is not there
}

const absent = "absent"

var (
	// fetches is a download into a file that the command names.
	fetches = regexp.MustCompile(`(?:^|[\s;&|(])(?:curl\b[^|;&\n]*?\s(?:-o|--output)[ =]?|wget\b[^|;&\n]*?\s(?:-O|--output-document)[ =]?)([A-Za-z0-9_][\w./+-]*)(?:$|[\s;&|)])`)
	// elsewhereOr are words after which a file may be where it is not looked for,
	// or the download may not have been meant to happen.
	elsewhereOr = regexp.MustCompile(`(?:^|[\s;&|(])(?:cd|pushd|mv|rm|install|git|sudo|su|ssh|docker|unzip|if|case|for|while|until|function|trap|alias|echo|printf|cat)\s|\(\)|<<|#|\|\||--output-dir|--create-dirs|&\s*$`)
	// updates fetches package lists.
	updates = regexp.MustCompile(`(?:^|[\s;&|(])apt(?:-get)? (?:-\S+ )*update\b`)
	// rPackages are installed by R from its archive, by literal names.
	rPackages = regexp.MustCompile(`install\.packages\(\s*(?:c\(\s*)?((?:["'][A-Za-z][A-Za-z0-9.]*["'](?:\s*,\s*)?)+)\)?`)
	// portNamed is a port that a server is told to use.
	portNamed = regexp.MustCompile(`(?:--port[= ]|http\.server |--bind [\d.]+:)(\d{2,5})\b`)
	quotes    = strings.NewReplacer(`"`, "", `'`, "", " ", "", "\n", "")
)

// effects are what the text of a step names as its products, seen from the
// folder in which it ended.
func effects(text, cwd, user string) []effect {
	var all []effect
	if path.IsAbs(cwd) && !elsewhereOr.MatchString(text) {
		for _, m := range fetches.FindAllStringSubmatch(text, -1) {
			file := m[1]
			if !path.IsAbs(file) {
				file = path.Join(cwd, file)
			}
			all = append(all, effect{"the file " + m[1], "test -e " + quoted(file) + " || echo " + absent})
		}
	}
	if updates.MatchString(text) {
		all = append(all, effect{"any list of packages", `test -d /var/lib/apt/lists || exit 0
for f in /var/lib/apt/lists/*_*; do if test -e "$f"; then exit 0; fi; done; echo ` + absent})
	}
	if m := rPackages.FindStringSubmatch(text); m != nil && !strings.Contains(text, "lib") && path.IsAbs(cwd) {
		names := strings.Split(strings.Trim(quotes.Replace(m[1]), ","), ",")
		ask := fmt.Sprintf(`if (!all(sapply(c("%s"), requireNamespace, quietly = TRUE))) cat("%s")`, strings.Join(names, `", "`), absent)
		as := ""
		if user != "root" {
			as = "runuser -u " + quoted(user) + " -- env HOME=" + quoted(startFolder(verifier.StartHome, user)) + " "
		}
		all = append(all, effect{"the R package " + strings.Join(names, ", "), "cd " + quoted(cwd) + " && command -v Rscript >/dev/null && " + as + "Rscript -e " + quoted(ask) + " 2>/dev/null"})
	}
	return all
}

// fails reports whether a step that ended with status 0 has failed after all,
// and notes what did not come of it.
func (v *visit) fails(ctx context.Context, m run.Machine, step verifier.Step, rec *run.Record) (bool, error) {
	if v.silent(step, *rec) {
		return true, nil
	}
	if rec.Execution.Ended != verifier.Exited || rec.Execution.Unmet != "" {
		return false, nil
	}
	for _, e := range effects(rec.Typed, rec.Execution.Cwd, v.stage.Record().User) {
		out, _, err := m.Exec(ctx, e.script)
		if err != nil {
			return false, fmt.Errorf("look for what %s should have made: %w", step.ID, err)
		}
		if strings.TrimSpace(out) == absent {
			rec.Execution.Unmet = "not there afterwards: " + v.typist.Shown(e.what)
			return true, nil
		}
	}
	return false, nil
}

// opensSoon bounds how long a server may take to open the port that it was told
// to use, once it listens at all.
const opensSoon = 10 * time.Second

// portMissing waits for the port that a mended server was told to use.
func (v *visit) portMissing(ctx context.Context, m run.Machine, rec *run.Record) (bool, error) {
	named := portNamed.FindStringSubmatch(rec.Typed)
	if rec.Execution.Ended != verifier.Serving || named == nil {
		return false, nil
	}
	port, err := strconv.Atoi(named[1])
	if err != nil || slices.Contains(rec.Execution.Ports, port) {
		return false, nil // a number that is none is no port
	}
	limit := time.NewTimer(opensSoon)
	defer limit.Stop()
	for {
		have, err := listening(ctx, m)
		if err != nil || slices.Contains(have, port) {
			return false, err
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-limit.C:
			rec.Execution.Unmet = fmt.Sprintf("not there afterwards: a server on port %d", port)
			return true, nil
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
}
