package envtest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/freshinstall/freshinstall/verifier"
)

// Stage makes fake machines of one script. It is safe for concurrent use.
type Stage struct {
	script   Script
	programs map[string]Program // of the base and of every package

	mu        sync.Mutex
	lost      bool
	made      int
	machines  []*Machine
	snapshots map[string]frozenMachine
	counts    map[any]int
}

// frozenMachine is what a snapshot holds.
type frozenMachine struct {
	system frozenSystem
	seat   // its shell is never run, only copied
	layers int
	copied int64
}

// New makes a stage. Faults of the script come with the first machine.
func New(script Script) *Stage {
	if script.Environment.Name == "" {
		script.Environment = DefaultEnvironment()
	}
	if script.MaxOutput == 0 {
		script.MaxOutput = 1 << 20
	}
	s := &Stage{script: script, programs: BasePrograms(), snapshots: map[string]frozenMachine{}, counts: map[any]int{}}
	maps.Copy(s.programs, map[string]Program{"sudo": Sudo, "git": gitProgram(script.Repository)})
	maps.Copy(s.programs, script.Programs)
	for _, p := range script.Index {
		for name, program := range p.Programs {
			if s.programs[name] == nil {
				s.programs[name] = program
			}
		}
	}
	return s
}

// DefaultEnvironment is the record of the machine that a zero script makes.
func DefaultEnvironment() verifier.Environment {
	return verifier.Environment{
		Name: "debian-12", Image: "envtest", Digest: "sha256:envtest", Family: verifier.FamilyDeb,
		Release: "debian 12", Version: "12", Architecture: "amd64", User: "newcomer", Sudo: true,
		Furnishings: []verifier.Furnishing{
			{Name: "user", Detail: "a user newcomer with a home directory"},
			{Name: "sudo", Detail: "sudo without a password", Brought: []string{"sudo"}},
			{Name: "git", Detail: "git", Brought: []string{"git"}},
		},
	}
}

// Record is the environment of the stage.
func (s *Stage) Record() verifier.Environment { return s.script.Environment }

// Lose makes the engine go away: every machine of the stage is lost, and no
// new one can be made.
func (s *Stage) Lose() {
	s.mu.Lock()
	s.lost = true
	machines := slices.Clone(s.machines)
	s.mu.Unlock()
	for _, m := range machines {
		m.Lose()
	}
}

// Open counts the machines that were not closed, so that a test can see what
// was left behind.
func (s *Stage) Open() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.machines)
}

// Made counts the machines that were made, forks included.
func (s *Stage) Made() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.made
}

// Frozen counts the snapshots that were taken.
func (s *Stage) Frozen() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.snapshots)
}

// Close removes every machine that is still there.
func (s *Stage) Close() {
	s.mu.Lock()
	machines := slices.Clone(s.machines)
	s.mu.Unlock()
	for _, m := range machines {
		_ = m.Close() // a temporary folder that stays is the host's to sweep
	}
}

// Fresh makes a clean machine.
func (s *Stage) Fresh(ctx context.Context) (*Machine, error) {
	m, err := s.machine(ctx)
	if err != nil {
		return nil, fmt.Errorf("make a fake machine: %w", err)
	}
	if err := s.furnish(m); err != nil {
		return nil, errors.Join(fmt.Errorf("make a fake machine: %w", err), m.Close())
	}
	return m, nil
}

// Fork makes a machine from a snapshot of this stage.
func (s *Stage) Fork(ctx context.Context, snap verifier.Snapshot) (*Machine, error) {
	s.mu.Lock()
	frozen, ok := s.snapshots[snap.ID]
	s.mu.Unlock()
	if !ok {
		return nil, fmt.Errorf("fork: no snapshot %q", snap.ID)
	}
	m, err := s.machine(ctx)
	if err != nil {
		return nil, fmt.Errorf("fork %s: %w", snap.ID, err)
	}
	m.layers = frozen.layers
	m.copied = frozen.copied
	if m.system, err = frozen.system.thaw(m.files, m.system.index); err != nil {
		return nil, errors.Join(fmt.Errorf("fork %s: %w", snap.ID, err), m.Close())
	}
	s.mu.Lock()
	m.seat = seat{frozen.shell.Subshell(), frozen.user}
	s.mu.Unlock()
	return m, m.terminal.attach(m.shell)
}

// machine makes an empty machine and registers it.
func (s *Stage) machine(ctx context.Context) (*Machine, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if s.lost {
		return nil, verifier.ErrLost
	}
	files, err := newFiles()
	if err != nil {
		return nil, err
	}
	m, err := newMachine(s, files)
	if err != nil {
		return nil, errors.Join(err, files.remove())
	}
	s.made++
	s.machines = append(s.machines, m)
	return m, nil
}

func (s *Stage) forget(m *Machine) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.machines = slices.DeleteFunc(s.machines, func(o *Machine) bool { return o == m })
}

// keep stores a snapshot and names it.
func (s *Stage) keep(f frozenMachine) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := fmt.Sprintf("envtest-%d", len(s.snapshots)+1)
	s.snapshots[id] = f
	return id
}

// count raises a counter of the whole stage.
func (s *Stage) count(key any) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts[key]++
	return s.counts[key]
}

// furnish fills a clean machine as the script says.
func (s *Stage) furnish(m *Machine) error {
	home := homeOf(s.script.Environment.User)
	for _, dir := range []string{"/tmp/", "/root/", "/etc/", "/usr/bin/", "/usr/local/bin/", "/usr/include/", "/dev/", home + "/"} {
		if err := m.files.write(dir, File{}); err != nil {
			return err
		}
	}
	if err := m.files.root.Symlink("usr/bin", "bin"); err != nil {
		return err
	}
	base := BasePrograms()
	if s.script.Environment.Sudo {
		base["sudo"] = Sudo
	}
	base["git"] = gitProgram(s.script.Repository)
	maps.Copy(base, s.script.Programs)
	for name, program := range base {
		if program == nil {
			continue
		}
		if err := m.files.write("/usr/bin/"+name, programFile(name)); err != nil {
			return err
		}
	}
	for _, name := range s.script.Installed {
		if err := m.system.Install(name); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.script.Files)) {
		if err := m.files.write(name, s.script.Files[name]); err != nil {
			return err
		}
	}
	return s.begin(m, home)
}

// begin puts the checkout in place and opens the terminal where it starts.
func (s *Stage) begin(m *Machine, home string) error {
	dir := home
	checkout := path.Join(home, s.script.Repository.Name)
	if s.script.Start == verifier.StartBeside || s.script.Start == verifier.StartInside {
		if s.script.Repository.Name == "" {
			return errors.New("the script starts at a checkout but has no repository")
		}
		if err := s.script.Repository.writeTo(m.system, checkout); err != nil {
			return err
		}
	}
	if s.script.Start == verifier.StartInside {
		dir = checkout
	}
	shell, err := newShell(dir, login(s.script.Environment.User), true)
	if err != nil {
		return err
	}
	m.seat = seat{shell, s.script.Environment.User}
	return m.terminal.attach(m.shell)
}

func homeOf(user string) string {
	if user == "root" || user == "" {
		return "/root"
	}
	return "/home/" + user
}

// programFile is how a scripted program stands in the file system.
func programFile(name string) File {
	return File{Text: programMark + name + "\n", Mode: 0o755}
}

// programMark begins the file of a scripted program.
const programMark = "#!scripted "

func (r Repository) writeTo(s *System, dir string) error {
	if err := s.WriteFile(dir+"/", File{}); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(r.Files)) {
		if err := s.WriteFile(path.Join(dir, name)+trailingSlash(name), r.Files[name]); err != nil {
			return err
		}
	}
	return nil
}

func trailingSlash(name string) string {
	if strings.HasSuffix(name, "/") {
		return "/"
	}
	return ""
}
