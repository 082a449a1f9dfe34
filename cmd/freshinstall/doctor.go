package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/envs/container"
	"github.com/freshinstall/freshinstall/verifier/diagnose"
)

// health is how one part of the surroundings is.
type health string

const (
	healthy health = "ok"
	warning health = "warning"
	failing health = "problem" // a run cannot work
)

// examined is one part with its state and, unless it is healthy, what to do.
type examined struct {
	part   string
	health health
	text   string
	todo   string
}

func newDoctorCommand(door *frontDoor) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Look at everything that a run needs, and say what to do where something is wrong",
		Long: `doctor looks at git, the container engine, the disk, the host's own certificate
authorities and what dead runs left, and starts one machine to see whether the
distribution's archive can be reached from it. It removes what dead runs left, and
keeps the machine's image for later runs.

It exits 3 when a run cannot work as things are.`,
		Args: noArguments,
	}
	name := cmd.Flags().StringP("env", "e", envs.DefaultNames()[0], "environment that the machine is made of, by `NAME`")
	offline := cmd.Flags().Bool("no-machine", false, "start no machine")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		env, err := envs.Lookup(*name)
		if err != nil {
			return err
		}
		parts := door.examine(cmd.Context(), env, !*offline)
		if err := cmd.Context().Err(); err != nil {
			return err
		}
		if slices.ContainsFunc(parts, func(e examined) bool { return e.health == failing }) {
			door.code = exitUntested
		}
		return door.print(examinedList(parts))
	}
	return cmd
}

// examine looks at one part after the other; what stands on a failing part is
// left out.
func (d *frontDoor) examine(ctx context.Context, env envs.Environment, machine bool) []examined {
	parts := []examined{examineGit(ctx), d.examineAuthorities(authorityFolders), examineDisk(diskToWatch())}
	engine, err := d.connect(ctx)
	if err != nil {
		p := asProblem(err)
		return append(parts, examined{"engine", failing, p.what, p.todo})
	}
	parts = append(parts, examined{"engine", healthy, "answers at " + engine.Address(), ""}, examineBase(env))
	parts = append(parts, examineSupport(env, d.now())...)
	parts = append(parts, d.examineLeftovers(ctx, engine), examineKept(ctx, engine))
	if machine {
		parts = append(parts, d.examineMachine(ctx, engine, env)...)
	}
	if err := engine.Close(); err != nil {
		parts = append(parts, examined{"clean-up", warning, err.Error(), "run `freshinstall prune`"})
	}
	return parts
}

func examineGit(ctx context.Context) examined {
	cmd := exec.CommandContext(ctx, "git", "--version")
	cmd.WaitDelay = time.Second
	out, err := cmd.Output()
	if err != nil {
		return examined{"git", failing, "git does not run: " + err.Error(), "install git (Debian, Ubuntu: sudo apt-get install git)"}
	}
	return examined{"git", healthy, cleanLine(string(out)), ""}
}

// examineDisk judges the room where the engine keeps its images.
func examineDisk(folder string) examined {
	free, known := freeDisk(folder)
	text := fmt.Sprintf("%s free in %s", bytesInWords(free), folder)
	switch {
	case !known:
		return examined{"disk", healthy, "the engine's disk is not on this machine, or cannot be looked at", ""}
	case free < noDisk:
		return examined{"disk", failing, text, "make room: `freshinstall prune --all` frees what this tool has cached"}
	case free < littleDisk:
		return examined{"disk", warning, text, "images and snapshots take some gigabytes; `freshinstall prune --all` frees what is cached"}
	}
	return examined{"disk", healthy, text, ""}
}

// noDisk is too little for any run: the machines' own watch ends them.
const noDisk = 1 << 30

// authorityFolders are where administrators put certificate authorities of
// their own, by family of distributions.
var authorityFolders = []string{"/usr/local/share/ca-certificates", "/etc/pki/ca-trust/source/anchors", "/etc/pki/trust/anchors"}

// examineAuthorities tells of certificate authorities that machines will not
// know unless they are declared.
func (d *frontDoor) examineAuthorities(folders []string) examined {
	var found []string
	for _, folder := range folders {
		for _, pattern := range []string{"*.crt", "*.pem", "*/*.crt"} {
			// The only error is a bad pattern, and these are constant.
			files, _ := filepath.Glob(filepath.Join(folder, pattern))
			found = append(found, files...)
		}
	}
	for _, name := range []string{"SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE"} {
		if d.env[name] != "" {
			found = append(found, name+"="+d.env[name])
		}
	}
	if len(found) == 0 {
		return examined{"authorities", healthy, "this machine trusts no certificate authority of its own", ""}
	}
	return examined{"authorities", warning, "this machine trusts authorities that a fresh one does not: " + someOf(found, 3),
		"if a proxy of yours opens encrypted connections, declare ca_certificates: [host] for the environment"}
}

func someOf(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
}

// examineSupport says that nobody mends the faults of the base any more; it
// says nothing where that is not certain.
func examineSupport(env envs.Environment, today time.Time) []examined {
	catalogue, err := diagnose.Bundled()
	if err != nil {
		return []examined{{"support", failing, err.Error(), "report it: the program's own tables are broken"}}
	}
	ended := catalogue.OutOfSupportImage(env.Base.Image, today)
	if ended == "" {
		return nil
	}
	return []examined{{"support", warning, ended, "declare a newer release, unless the target really has this one"}}
}

// examineBase says how the environment's bare system can be had.
func examineBase(env envs.Environment) examined {
	if env.Base.Bootstrap == nil {
		return examined{"base", healthy, baseInWords(env.Base), ""}
	}
	path, err := exec.LookPath("mmdebstrap")
	if err != nil {
		return examined{"base", warning, "mmdebstrap is not installed: where no image registry answers, no base can be built",
			"Debian, Ubuntu: sudo apt-get install mmdebstrap"}
	}
	return examined{"base", healthy, path + " can build Debian bases where no image registry answers", ""}
}

// examineLeftovers removes what dead runs left, as every start does.
func (d *frontDoor) examineLeftovers(ctx context.Context, engine *container.Engine) examined {
	folders, err := sweepScratch()
	if err != nil {
		return examined{"leftovers", warning, err.Error(), "look at the folder for temporary files"}
	}
	swept, err := engine.Sweep(ctx, container.Leftovers)
	if err != nil {
		return examined{"leftovers", warning, err.Error(), "run `freshinstall prune`"}
	}
	if text := sweptInWords(swept, folders); text != "" {
		return examined{"leftovers", healthy, "earlier runs had left " + text + ": removed", ""}
	}
	return examined{"leftovers", healthy, "runs that were killed have left nothing", ""}
}

// examineKept tells of the room that is taken for a while.
func examineKept(ctx context.Context, engine *container.Engine) examined {
	kept, err := engine.Kept(ctx)
	if err != nil {
		return examined{"kept", warning, err.Error(), "run `freshinstall prune`"}
	}
	text := keptInWords(kept)
	if text == "" {
		return examined{"kept", healthy, "neither a snapshot of a failed step nor downloads", ""}
	}
	return examined{"kept", healthy, text + "; `freshinstall prune` removes them before their time", ""}
}

// examineMachine starts one machine and looks from inside.
func (d *frontDoor) examineMachine(ctx context.Context, engine *container.Engine, env envs.Environment) []examined {
	began := d.now()
	prepared, err := engine.Prepare(ctx, env, func(line string) { d.say("%s  %s", env.Name, line) })
	if err != nil {
		return []examined{machineFault("base", err)}
	}
	m, err := prepared.Throwaway(ctx, "", "")
	if err != nil {
		return []examined{machineFault("machine", err)}
	}
	parts := []examined{{"machine", healthy, fmt.Sprintf("one of %s stood after %.1f s", env.Name, d.now().Sub(began).Seconds()), ""}}
	out, exit, err := m.Exec(ctx, archiveLook)
	switch {
	case err != nil:
		parts = append(parts, machineFault("network", err))
	case exit != 0:
		parts = append(parts, examined{"network", failing, "the distribution's archive cannot be reached from a machine: " + lastLineOf(out),
			"see that containers reach the network (proxy, firewall, name service of the engine)"})
	default:
		parts = append(parts, examined{"network", healthy, "a machine reaches the distribution's archive", ""})
	}
	parts = append(parts, examineLimits(ctx, m), examineBuilds(ctx, engine))
	if open := prepared.Record().Open; open != "" {
		parts = append(parts, examined{"fence", warning, "machines could reach this computer and private networks: " + cleanLine(open),
			"do not verify what you do not trust here, or start the engine and this tool on Linux, built with CGO_ENABLED=0"})
	} else {
		parts = append(parts, examined{"fence", healthy, "a machine reaches neither this computer nor private networks", ""})
	}
	if err := m.Close(); err != nil {
		parts = append(parts, examined{"clean-up", warning, err.Error(), "run `freshinstall prune`"})
	}
	return parts
}

// examineLimits tells which of the declared limits the engine does not hold.
func examineLimits(ctx context.Context, m *container.Machine) examined {
	unheld, err := m.Unheld(ctx)
	switch {
	case err != nil:
		return machineFault("limits", err)
	case len(unheld) > 0:
		return examined{"limits", warning, "this engine holds no machine to its limit of " + strings.Join(unheld, ", "), unheldToDo(unheld)}
	}
	return examined{"limits", healthy, "a machine is held to its limits of memory, processes and processors", ""}
}

// unheldToDo is what to do about limits that are not held.
func unheldToDo(unheld []string) string {
	if slices.Equal(unheld, []string{"namespaces"}) {
		return "programs in a machine reach more of this computer's kernel: keep it up to date, or forbid such namespaces (sysctl user.max_user_namespaces=0, as far as nothing else needs them)"
	}
	return "what a README does can use up this computer: do not verify what you do not trust here, or use an engine that runs as root; " +
		"one without root needs control groups of version 2, of which systemd delegates cpu, memory and pids to its user (Delegate= of user@.service)"
}

// examineBuilds tells whether bases that are declared as Dockerfiles can be built.
func examineBuilds(ctx context.Context, engine *container.Engine) examined {
	if err := engine.FencesBuilds(ctx); err != nil {
		return examined{"builds", warning, "bases that are declared with dockerfile: are not built here, since their steps could reach this computer: " + err.Error(),
			"build such a base by hand (podman build, docker build) and declare image: with its name"}
	}
	return examined{"builds", healthy, "the steps of a declared Dockerfile reach neither this computer nor private networks", ""}
}

// archiveLook fetches package lists, which each family does in its own way.
const archiveLook = `if command -v apt-get >/dev/null; then apt-get -o Acquire::Retries=1 -o Acquire::http::Timeout=20 -o APT::Update::Error-Mode=any update
elif command -v dnf >/dev/null; then dnf -q makecache
elif command -v apk >/dev/null; then apk update
elif command -v zypper >/dev/null; then zypper -n refresh
else echo "no package manager that is known"; exit 1; fi 2>&1`

func machineFault(part string, err error) examined {
	p := asProblem(err)
	text := p.what
	if p.cause != nil {
		text += ": " + p.cause.Error()
	}
	if errors.Is(err, context.Canceled) {
		return examined{part, warning, "not looked at: interrupted", ""}
	}
	return examined{part, failing, text, p.todo}
}

func lastLineOf(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return cleanLine(lines[len(lines)-1])
}

func examinedList(parts []examined) string {
	var out strings.Builder
	for _, e := range parts {
		fmt.Fprintf(&out, "%-8s %-12s %s\n", e.health, e.part, strings.ReplaceAll(cleanBlock(e.text), "\n", "\n                      "))
		if e.todo != "" {
			fmt.Fprintf(&out, "%-21s to do: %s\n", "", strings.ReplaceAll(cleanBlock(e.todo), "\n", "\n                             "))
		}
	}
	return out.String()
}
