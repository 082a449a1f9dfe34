package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/export"
	"github.com/freshinstall/freshinstall/verifier/foreign"
)

func newExportCommand(door *frontDoor) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "export RUN [REPO]",
		Short: "Write what a run has proven as install.sh, Dockerfile, devcontainer.json and prerequisites",
		Long: `export writes what a run has proven, in forms that others can use: the steps of the
documents that install, build and configure, with the fixes that they lack.

  install.sh      a script for bash; it may be run again
  dockerfile      Dockerfile, and .dockerignore where the repository has none
  devcontainer    .devcontainer/devcontainer.json; brings the two above
  prerequisites   PREREQUISITES.md: packages, versions, servers, room, network

Each is tried before it is written, and what fails is not written. install.sh is run
twice in a clean machine with nothing but the checkout; the Dockerfile is built and
a container of it used; a container as an editor would make it has install.sh run; in
a machine with the listed packages the documents are followed once more. Afterwards
the software must do what it did in the run. The base of the machines takes the place
of the image in FROM meanwhile, so that no registry is needed.

RUN is the name that verify tells at its end, or the file that "verify --report
json=FILE" wrote, and REPO the repository (default: this folder), which is taken at
the commit of the run. Declared values and secrets are in none of the files: they are
read from variables, which install.sh asks for.

The exit code is 0 when all that was asked for was written, 1 when something failed
when it was tried, or nothing is proven yet, and 3 when it could not be tried.`,
		Example: `  freshinstall export 20260307T091500Z-civic
  freshinstall export result.json -e debian-12 --format install.sh,prerequisites -o handover`,
		Args: func(cmd *cobra.Command, args []string) error { return arguments(cmd, args, 1, 2) },
	}
	var ask exportRequest
	flags := cmd.Flags()
	flags.StringVarP(&ask.env, "env", "e", "", "environment of the run, by `NAME` (default: the first that works)")
	flags.StringSliceVar(&ask.formats, "format", formatNames(), "what to write, as a `LIST` with commas")
	flags.StringVarP(&ask.out, "output", "o", ".", "the `FOLDER` to write into")
	flags.StringVarP(&ask.config, "config", "c", "", "the declaration that the run had, a `FILE` (default: the repository's freshinstall.yaml)")
	flags.BoolVar(&ask.trust, "trust-config", false, "agree to what the environment's declaration does on this machine; shows it and remembers it")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ask.run, ask.repository = args[0], "."
		if len(args) == 2 {
			ask.repository = args[1]
		}
		return door.export(cmd.Context(), ask)
	}
	return cmd
}

// exportRequest is what is to be written, of which run.
type exportRequest struct {
	run, repository string
	env, config     string
	formats         []string
	out             string
	trust           bool
}

// The formats, in the order in which they are tried: each may need those before it.
const (
	formatInstall       = "install.sh"
	formatDockerfile    = "dockerfile"
	formatDevcontainer  = "devcontainer"
	formatPrerequisites = "prerequisites"
)

func formatNames() []string {
	return []string{formatInstall, formatDockerfile, formatDevcontainer, formatPrerequisites}
}

// wants gives the formats to be written, in order; devcontainer brings what its
// file names.
func (r exportRequest) wants() ([]string, error) {
	wanted := map[string]bool{}
	for _, f := range r.formats {
		if f = strings.TrimSpace(f); !slices.Contains(formatNames(), f) {
			return nil, misuse("choose from "+strings.Join(formatNames(), ", "), "unknown format %q", f)
		}
		wanted[f] = true
	}
	if wanted[formatDevcontainer] {
		wanted[formatInstall], wanted[formatDockerfile] = true, true
	}
	if len(wanted) == 0 {
		return nil, misuse("choose from "+strings.Join(formatNames(), ", "), "--format names nothing")
	}
	return slices.DeleteFunc(formatNames(), func(f string) bool { return !wanted[f] }), nil
}

// export does everything from the result to the files.
func (d *frontDoor) export(ctx context.Context, ask exportRequest) (err error) {
	formats, err := ask.wants()
	if err != nil {
		return err
	}
	if folder := d.keptRun(ask.run); folder != "" {
		ask.run = filepath.Join(folder, keptResult)
	}
	r, err := d.readResult(ask.run)
	if err != nil {
		return err
	}
	of, err := findProven(r, ask)
	if err != nil {
		return err
	}
	if err := export.Proven(*of); err != nil {
		return unfit(err, of)
	}
	env, err := d.declaredIn(state{env: of}, shellRequest{run: ask.run, trust: ask.trust})
	if err != nil {
		return err
	}
	out, err := openDrawer(ask.out, formats)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.close()) }()
	place, err := d.openWorkplace(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, place.close()) }()
	checker, err := d.checker(ctx, place.engine, r, of, env, ask, place.scratch)
	if err != nil {
		return err
	}
	return d.offer(ctx, checker, formats, out, of)
}

// findProven finds the environment of which something can be exported.
func findProven(r *verifier.Result, ask exportRequest) (*verifier.EnvironmentResult, error) {
	var names []string
	var first *verifier.EnvironmentResult
	for i := range r.Environments {
		env := &r.Environments[i]
		names = append(names, env.Environment.Name)
		if ask.env == env.Environment.Name || ask.env == "" && proves(*env) {
			return env, nil
		}
		if first == nil {
			first = env
		}
	}
	if ask.env != "" || first == nil {
		return nil, misuse("choose one of "+cleanLine(strings.Join(names, ", ")), "the run has no environment %q", ask.env).at(ask.run)
	}
	return first, nil // it says what is wrong with it
}

// proves reports whether an environment works, with fixes or without.
func proves(env verifier.EnvironmentResult) bool {
	switch env.Verdict {
	case verifier.Works, verifier.WorksWithDocumentedFixes, verifier.WorksWithFixes:
		return true
	case verifier.Broken, verifier.Inconclusive:
	}
	return false
}

// unfit is the end for a run that teaches nothing.
func unfit(cause error, of *verifier.EnvironmentResult) *problem {
	p := &problem{code: exitFindings, what: "nothing can be exported of " + cleanLine(of.Environment.Name), cause: cause,
		todo: "choose another environment (-e), or mend what `freshinstall verify` tells and verify again"}
	if of.Verdict == verifier.Inconclusive {
		p.code = exitUntested
	}
	return p
}

// offer has each format tried, and writes what passes.
func (d *frontDoor) offer(ctx context.Context, k *export.Checker, formats []string, out *drawer, of *verifier.EnvironmentResult) error {
	var codes []int
	var dockerfile []byte
	failed := map[string]bool{}
	for _, format := range formats {
		d.say("%s", formatInWords(format))
		var files []file
		text, err := []byte(nil), error(nil)
		switch format {
		case formatInstall:
			text, err = k.InstallSh(ctx)
			files = []file{{"install.sh", text, 0o755}}
		case formatDockerfile:
			text, err = k.Dockerfile(ctx)
			dockerfile = text
			files = []file{{"Dockerfile", text, 0o644}}
			if k.Ignore != nil {
				files = append(files, file{".dockerignore", k.Ignore, 0o644})
			}
		case formatDevcontainer:
			if failed[formatInstall] || failed[formatDockerfile] {
				err = &export.Failure{What: "it needs the files that failed"}
				break
			}
			text, err = k.Devcontainer(ctx, dockerfile)
			files = []file{{".devcontainer/devcontainer.json", text, 0o644}}
		case formatPrerequisites:
			text, err = k.PrerequisitesMd(ctx)
			files = []file{{"PREREQUISITES.md", text, 0o644}}
		}
		why, code := notOffered(err)
		if err != nil && why == "" {
			return err
		}
		if why != "" {
			failed[format] = true
			codes = append(codes, code)
			if err := d.print(fmt.Sprintf("not written: %s: %s\n", format, why)); err != nil {
				return err
			}
			continue
		}
		for _, f := range files {
			if err := out.write(f); err != nil {
				return err
			}
			if err := d.print("written: " + out.name(f) + "\n"); err != nil {
				return err
			}
		}
	}
	if !k.Recipe.Shows() {
		d.say("no step of the documents runs the software: that it installs is all that was tried")
	}
	d.code = worst(append(codes, exitOK)...)
	return nil
}

// notOffered says why a file is not written, and what that is as an exit code.
func notOffered(err error) (why string, code int) {
	if f, ok := errors.AsType[*export.Failure](err); ok {
		why, code = f.What, exitFindings
		if f.World {
			why, code = "it could not be tried, since the network or a registry was out of reach ("+f.What+")", exitUntested
		}
		if last := lastLines(f.Output); last != "" {
			why += "; it ended with: " + last
		}
		return cleanLine(why), code
	}
	if u, ok := errors.AsType[*export.UnfitError](err); ok {
		return cleanLine(u.Error()), exitFindings
	}
	return "", exitOK
}

// lastLines are the end of an output, as one line.
func lastLines(text string) string {
	const few = 3
	var last []string
	for _, line := range slices.Backward(strings.Split(text, "\n")) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "install.sh: ") && len(last) < few {
			last = append(last, foreign.Clip(line, 200))
		}
	}
	slices.Reverse(last)
	return strings.Join(last, " / ")
}

func formatInWords(format string) string {
	switch format {
	case formatInstall:
		return "install.sh: running it twice in a clean machine"
	case formatDockerfile:
		return "Dockerfile: building it, and using a container of it"
	case formatDevcontainer:
		return "devcontainer.json: doing in a container what an editor would do"
	}
	return "prerequisites: following the documents in a machine with these packages"
}
