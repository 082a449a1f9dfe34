package export

import (
	"cmp"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/run"
)

// told is a run in few words: steps with how they went.
type told struct {
	in   Input
	line int
}

func tell(folder string, start verifier.Start, env verifier.Environment) *told {
	t := &told{line: 10}
	t.in = Input{
		Repository: verifier.Repository{Name: folder, Commit: "0123456789abcdef0123", URL: "https://git.example.org/civic/" + folder + ".git"},
		Plan:       verifier.Plan{Repository: folder, Start: start, Documents: []string{"README.md"}},
		Environment: verifier.EnvironmentResult{Environment: env, Verdict: verifier.Works,
			Findings: []verifier.Finding{}},
	}
	return t
}

// step adds one that passed.
func (t *told) step(role verifier.Role, command string, flags ...verifier.Flag) *told {
	t.line++
	id := "s" + string(rune('a'+len(t.in.Plan.Steps)))
	t.in.Plan.Steps = append(t.in.Plan.Steps, verifier.Step{ID: id, Document: "README.md", Line: t.line, Command: command, Role: role, Follow: true, Flags: flags})
	t.in.Environment.Steps = append(t.in.Environment.Steps, verifier.StepResult{Step: id, Document: "README.md", Line: t.line,
		Command: command, Outcome: verifier.OutcomeOK, Ended: verifier.Exited})
	return t
}

// mended says that the latest step passed with a fix.
func (t *told) mended(evidence string, fix verifier.Fix) *told {
	s := &t.in.Environment.Steps[len(t.in.Environment.Steps)-1]
	s.Outcome, s.AfterFix, s.Exit = verifier.OutcomeFailed, verifier.OutcomeOK, 1
	id := "f" + s.Step
	s.Findings = append(s.Findings, id)
	fix.Grade = cmp.Or(fix.Grade, verifier.Proven)
	t.in.Environment.Verdict = verifier.WorksWithFixes
	t.in.Environment.Replay = &verifier.Replay{Passed: true}
	t.in.Environment.Findings = append(t.in.Environment.Findings, verifier.Finding{ID: id, Step: s.Step, Evidence: evidence, Fixes: []verifier.Fix{fix}})
	return t
}

// moved says that the latest step was typed earlier, as a fix.
func (t *told) moved() *told {
	s := &t.in.Environment.Steps[len(t.in.Environment.Steps)-1]
	s.Outcome, s.AfterFix = verifier.OutcomeNotRun, verifier.OutcomeOK
	return t
}

// asked says that the latest step asked a question.
func (t *told) asked(question, reply string) *told {
	s := &t.in.Environment.Steps[len(t.in.Environment.Steps)-1]
	s.Outcome = verifier.OutcomeOKWithDeviation
	s.Deviations = append(s.Deviations, verifier.Deviation{Kind: verifier.DeviationAnswer, What: "…",
		Prompt: verifier.Prompt{Text: question, Reply: reply, Answered: true}})
	return t
}

func debian() verifier.Environment {
	return verifier.Environment{Name: "debian-12", Image: "bootstrap bookworm", Digest: "sha256:00", Family: verifier.FamilyDeb, Release: "debian 12", Version: "12",
		Architecture: "amd64", User: "newcomer", Sudo: true, Furnishings: []verifier.Furnishing{{Name: "user", Detail: "user newcomer"}, {Name: "sudo", Detail: "sudo"},
			{Name: "git", Detail: "git without its recommended packages"}, {Name: "ca_certificates", Detail: "the package ca-certificates"}, {Name: "utf8", Detail: "LANG=C.UTF-8"}}}
}

var clone = "git clone https://git.example.org/civic/tally.git"

// tally is a C project with missing packages, a wrong command and a way into a
// folder for building.
func tally() *told {
	return tell("tally", verifier.StartHome, debian()).
		step(verifier.RoleClone, clone, verifier.FlagSelfClone).
		step(verifier.RoleClone, "cd tally", verifier.FlagDirectory).
		step(verifier.RolePrerequisite, "sudo apt-get update && sudo apt-get install -y --no-install-recommends gcc libc6-dev", verifier.FlagSudo).
		step(verifier.RolePrerequisite, "sudo apt install make", verifier.FlagSudo).asked("Do you want to continue? [Y/n]", "y").
		step(verifier.RoleConfigure, "export GREETING=hello").
		step(verifier.RoleInstall, "mkdir build && cd build", verifier.FlagDirectory).
		step(verifier.RoleBuild, "gcc -o tally ../tally.c -lyaml").
		mended("../tally.c:2:10: fatal error: yaml.h: No such file or directory", verifier.Fix{Kind: verifier.FixBefore, Commands: []string{"sudo apt-get install -y libyaml-dev"}}).
		step(verifier.RoleConfigure, "cd ..", verifier.FlagDirectory).
		step(verifier.RoleConfigure, "cp conf/example.conf tally.conf").
		mended("cp: cannot stat 'conf/example.conf'", verifier.Fix{Kind: verifier.FixReplace, Replace: "cp config/example.conf tally.conf"}).
		step(verifier.RoleConfigure, "echo 'export TALLY=1' >> ~/.profile").
		step(verifier.RoleBuild, "sudo make install", verifier.FlagSudo).
		step(verifier.RoleTest, "make check").
		step(verifier.RoleRun, "build/tally sample.txt")
}

// atlas is a Python project with a virtual environment, values, a secret, a
// server and a file that is asked for in words.
func atlas() *told {
	env := debian()
	env.Services = []verifier.Service{{Name: "db", Kind: verifier.Postgres, User: "app", Password: "s3cret", Database: "app", At: verifier.AtName}}
	t := tell("maps", verifier.StartInside, env)
	t.in.Values = map[string]run.Value{"<api-key>": {}, "YOUR_TOKEN": {Secret: true}}
	t.step(verifier.RolePrerequisite, "sudo apt-get install -y python3-venv=3.11.2-1 ./extra.deb", verifier.FlagSudo).
		step(verifier.RoleInstall, "python3 -m venv env").
		step(verifier.RoleInstall, ". env/bin/activate", verifier.FlagActivates).
		step(verifier.RoleInstall, "pip install -r requirements.txt").
		step(verifier.RoleConfigure, "export PATH=$PATH:$HOME/.local/bin").
		step(verifier.RoleConfigure, "./setup.sh --key <api-key>", verifier.FlagPlaceholder).asked("Name of the site [maps]:", "").
		step(verifier.RoleConfigure, "cat > settings.ini <<EOF\nkey = '<api-key>'\nEOF", verifier.FlagPlaceholder).
		step(verifier.RoleConfigure, "source ./paths.sh").
		step(verifier.RoleBuild, "make tiles; make index").
		step(verifier.RoleRun, "./maps.py --token YOUR_TOKEN", verifier.FlagPlaceholder)
	t.in.Plan.Prose = []verifier.Prose{{Document: "README.md", Line: 30, What: "Create a file .env with", Kind: verifier.ProseFile, Path: ".env",
		Content: "KEY=<api-key>\nIt's $5\n", Before: "si", Do: true}}
	return t
}
