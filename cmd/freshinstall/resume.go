package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/pipeline"
	"github.com/freshinstall/freshinstall/verifier/plan"
)

// earlierRun is a run that was cut off and is gone on with. Its result was read
// from a file, so nothing of it is believed that can be asked here and now.
type earlierRun struct {
	folder string // where it is kept; empty: it is a file of the user's own
	file   string
	result *verifier.Result
}

// openRun finds a run by the name that it is kept under, or by its result file.
func (d *frontDoor) openRun(name string) (*earlierRun, error) {
	run := &earlierRun{file: name}
	if run.folder = d.keptRun(name); run.folder != "" {
		run.file = filepath.Join(run.folder, keptResult)
		if regularFile(filepath.Join(run.folder, keptDone)) {
			return nil, misuse("verify anew, without --resume; `freshinstall report --from "+shellWord(run.file)+"` shows what it found", "every environment of this run was finished").at(name)
		}
	} else {
		if info, err := os.Stat(name); err == nil && info.IsDir() {
			run.file = filepath.Join(name, keptResult)
		}
		if !regularFile(run.file) {
			return nil, misuse(d.keptInWords(), "there is no run to go on with").at(name)
		}
	}
	if run.folder != "" && goesOn(run.folder) {
		return nil, misuse("wait for its end, or end it with Ctrl-C; if another program has its process number by now, give the file instead: --resume "+shellWord(run.file),
			"this run still goes on").at(name)
	}
	var err error
	run.result, err = d.readResult(run.file)
	return run, err
}

// keptInWords names the runs that can be gone on with, the latest first.
func (d *frontDoor) keptInWords() string {
	const few = 5
	var names []string
	if runs, err := d.runsFolder(); err == nil {
		kept, _ := filepath.Glob(filepath.Join(runs, "*", keptResult)) // the pattern is right
		for _, file := range slices.Backward(kept) {
			if regularFile(filepath.Join(filepath.Dir(file), keptDone)) {
				continue
			}
			names = append(names, filepath.Base(filepath.Dir(file)))
		}
	}
	if len(names) == 0 {
		return "name the result file that the run wrote (--report json=FILE); no run is kept besides"
	}
	return "name one of those that are kept: " + strings.Join(names[:min(few, len(names))], ", ") + "; or the result file that it wrote"
}

func regularFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// choose asks for the environments of the run, unless the user names some.
func (r *earlierRun) choose(flags *pflag.FlagSet) error {
	if flags.Changed("env") {
		return nil
	}
	for _, env := range r.result.Environments {
		if err := flags.Set("env", env.Environment.Name); err != nil {
			return err
		}
	}
	return nil
}

// fits says why a job cannot go on with the run: results of another commit, or
// of other machines, would make a whole that is true of nothing.
func (r *earlierRun) fits(p *prepared) error {
	refuse := func(todo, format string, args ...any) error {
		return misuse(todo+"; or verify from the start, without --resume", "cannot go on with this run: "+format, args...).at(r.file)
	}
	was, is := r.result.Repository, p.checkout.Repository
	inputs, err := p.inputs()
	if err != nil {
		return err
	}
	switch {
	case r.result.Inputs == nil || was.Tree == "":
		return refuse("use the result of a run that was cut off", "it does not tell what it was made of")
	case r.result.Tool != tool():
		return refuse("use that version", "it is of %s %s, this is %s", r.result.Tool.Name, r.result.Tool.Version, tool().Version)
	case was.Commit != is.Commit:
		return refuse("bring the repository back to that commit, or name the one that is meant", "it was of a repository %s, this one is %s",
			commitInWords(was), commitInWords(is))
	case was.Tree != is.Tree:
		return refuse("bring the files back to what they were", "the files of the repository have changed since (%s)", commitInWords(is))
	case r.result.Inputs.Documents != inputs.Documents:
		return refuse("name the same documents", "it read other documents")
	case r.result.Inputs.Declaration != inputs.Declaration:
		return refuse("give the same flags (-e, --config, --step-timeout, --silence, --search-time) and the same declaration as then",
			"what is declared for it is not the same: environments, corrections, values, answers, acceptance or limits of a step")
	}
	return nil
}

// of gives what the run has found in an environment.
func (r *earlierRun) of(name string) *pipeline.Earlier {
	if r == nil {
		return nil
	}
	for _, env := range r.result.Environments {
		if env.Environment.Name == name {
			return &pipeline.Earlier{Result: env, Started: r.result.Started}
		}
	}
	return nil
}

// inputs are digests of what decides over a result, beside the repository and
// this program. Of secrets only that they are there; of files outside of the
// repository only their names.
func (p *prepared) inputs() (*verifier.Inputs, error) {
	values := map[string]string{}
	for name, v := range p.values {
		values[name] = v.Text
		if v.Secret {
			values[name] = ""
		}
	}
	declared := struct {
		Environments          []envs.Environment
		Corrections           []plan.Correction
		Answers               map[string]string
		Values                map[string]string
		Acceptance            []string
		Step, Silence, Search time.Duration
	}{p.environments, p.corrections, p.answers, values, p.acceptance, p.settings.StepTimeout, p.settings.Silence, p.settings.SearchTime}
	read := map[string]string{}
	for _, doc := range p.documents {
		read[doc.Path] = string(doc.Source)
	}
	documents, err := p.digest(read)
	if err != nil {
		return nil, err
	}
	declaration, err := p.digest(declared)
	return &verifier.Inputs{Documents: documents, Declaration: declaration}, err
}

// digest names content. The temporary checkout has another place each time.
func (p *prepared) digest(content any) (string, error) {
	text, err := json.Marshal(content)
	if err != nil {
		return "", fmt.Errorf("what the run is made of: %w", err)
	}
	sum := sha256.Sum256([]byte(strings.ReplaceAll(string(text), p.checkout.Root, "")))
	return hex.EncodeToString(sum[:]), nil
}

// goOn is what to type to go on with a run.
func (ask request) goOn(p *prepared, name string) string {
	words := []string{"freshinstall", "verify"}
	if ask.location != "." {
		place := p.checkout.Repository.URL // without credentials
		if p.checkout.Local != "" {
			place = filepath.Join(p.checkout.Local, filepath.FromSlash(p.checkout.Sub))
		}
		words = append(words, shellWord(place))
	}
	if ask.ref != "" {
		words = append(words, "--ref", shellWord(ask.ref))
	}
	if ask.config != "" {
		words = append(words, "--config", shellWord(ask.config))
	}
	return strings.Join(append(words, "--resume", name), " ")
}

// shellWord quotes what a shell would not take as it is.
func shellWord(text string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:@+=", r)
	}
	if text != "" && strings.IndexFunc(text, func(r rune) bool { return !plain(r) }) < 0 {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
