package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

// What a run has found is kept while it goes on, in a folder of its own in the
// user's state folder and in each result file that was asked for: nobody can
// write down that the power failed. That of a run which was cut off stays for a
// week, for `verify --resume`; that of a finished one for a day where something
// failed, for `shell` and `prove`, or an environment works, for `export`; else it
// goes at once.

const (
	keptFor     = 7 * 24 * time.Hour // how long a run that was cut off can be gone on with
	finishedFor = 24 * time.Hour     // how long one can look into a finished run, or export it, as its states are kept
)

// The files of a kept run: what it has found, the number of its process, and a
// mark that every environment was finished.
const (
	keptResult = "result.json"
	keptBy     = "pid"
	keptDone   = "finished"
)

// keeper keeps the result of one run.
type keeper struct {
	door    *frontDoor
	folder  string // of the run; empty: it is kept nowhere but in outputs
	outputs []output
	tell    func(string)
	logs    string // where the logs are kept; empty: nowhere
	failed  bool
}

// runsFolder is where runs are kept.
func (d *frontDoor) runsFolder() (string, error) {
	state, err := stateFolder(d.env)
	if err != nil {
		return "", err
	}
	return filepath.Join(state, "runs"), nil
}

// newRun makes the folder of a run, named after the moment and the repository.
func (d *frontDoor) newRun(repository string) (folder string, err error) {
	runs, err := d.runsFolder()
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(runs, 0o700); err != nil {
		return "", err
	}
	if _, err := d.forgetRuns(tooOld); err != nil {
		return "", err
	}
	name := filepath.Join(runs, d.now().UTC().Format("20060102T150405Z")+"-"+plainName(repository))
	folder = name
	for n := 2; ; n++ {
		err := os.Mkdir(folder, 0o700)
		if !errors.Is(err, fs.ErrExist) {
			return folder, err
		}
		folder = fmt.Sprintf("%s-%d", name, n)
	}
}

// Which runs are forgotten, told by how long nothing was written to them.
func tooOld(finished bool, quiet time.Duration) bool {
	return quiet >= keptFor || finished && quiet >= finishedFor
}
func allFinished(finished bool, _ time.Duration) bool { return finished }
func allKept(bool, time.Duration) bool                { return true }

// keptRun is the folder of the run that is kept under a name; empty: none is.
func (d *frontDoor) keptRun(name string) string {
	runs, err := d.runsFolder()
	if err != nil || filepath.Base(name) != name || !filepath.IsLocal(name) || !regularFile(filepath.Join(runs, name, keptResult)) {
		return ""
	}
	return filepath.Join(runs, name)
}

// forgetRuns removes some runs, and says how many those were.
func (d *frontDoor) forgetRuns(which func(finished bool, quiet time.Duration) bool) (int, error) {
	runs, err := d.runsFolder()
	if err != nil {
		return 0, err
	}
	entries, err := os.ReadDir(runs)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	n := 0
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !which(regularFile(filepath.Join(runs, e.Name(), keptDone)), d.now().Sub(info.ModTime())) {
			continue // gone meanwhile, or still wanted
		}
		if err := os.RemoveAll(filepath.Join(runs, e.Name())); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// begin makes the place where a run is kept, or takes that of the run that is
// gone on with.
func (k *keeper) begin(p *prepared, logs string, keptLogs bool, tell func(string)) {
	k.tell = tell
	if keptLogs {
		k.logs = logs
	}
	if p.earlier != nil && p.earlier.folder != "" {
		k.folder = p.earlier.folder
	}
	var err error
	if k.folder == "" {
		k.folder, err = k.door.newRun(p.checkout.Repository.Name)
	}
	if err == nil {
		err = writeWhole(filepath.Join(k.folder, keptBy), []byte(strconv.Itoa(os.Getpid())))
	}
	if err != nil {
		k.folder = ""
		tell("what is found is not kept meanwhile, so that a run which is cut off has to start anew: " + cleanLine(err.Error()))
	}
}

// goesOn reports whether the process that keeps a run still lives.
func goesOn(folder string) bool {
	text, err := os.ReadFile(filepath.Join(folder, keptBy))
	if err != nil {
		return false
	}
	pid, err := strconv.Atoi(string(text))
	return err == nil && pid > 0 && pid != os.Getpid() && processLives(pid)
}

// keep writes the result so far. A run does not end because it cannot be kept:
// that is said once.
func (k *keeper) keep(r verifier.Result) {
	forgetLogs(&r, k.logs)
	places := slices.DeleteFunc(slices.Clone(k.outputs), func(o output) bool { return o.format != "json" || !regular(o.file) })
	var first error
	if k.folder != "" {
		first = os.MkdirAll(k.folder, 0o700)
		places = append(places, output{format: "json", file: filepath.Join(k.folder, keptResult)})
	}
	if err := k.door.writeOutputs(places, &r, nil); err != nil {
		first = err
	}
	if first != nil && !k.failed {
		k.failed = true
		k.tell("what is found cannot be kept meanwhile: " + cleanLine(first.Error()))
	}
}

// regular reports whether a file is one that can be written again and again.
func regular(file string) bool {
	if file == onStdout {
		return false
	}
	info, err := os.Stat(file)
	return errors.Is(err, fs.ErrNotExist) || err == nil && info.Mode().IsRegular()
}

// close ends the keeping. It gives the name of a run that can be gone on with;
// empty when every environment was finished, or nothing is kept.
func (k *keeper) close(r *verifier.Result) (name string, err error) {
	if k.folder == "" {
		return "", nil
	}
	if slices.ContainsFunc(r.Environments, func(env verifier.EnvironmentResult) bool { return !env.Finished() }) {
		return filepath.Base(k.folder), nil
	}
	if keepsStates(r) || proveAgain(r, "") != "" || slices.ContainsFunc(r.Environments, proves) {
		return "", writeWhole(filepath.Join(k.folder, keptDone), nil)
	}
	return "", os.RemoveAll(k.folder)
}
