package reports

import (
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

// fixtures are results as runs would give them, made by hand.
func fixtures() map[string]*verifier.Result {
	return map[string]*verifier.Result{
		"five-findings": fiveFindings(),
		"documented":    documented(),
		"inconclusive":  inconclusive(),
		"interrupted":   interrupted(),
		"works":         works(),
		"resumed":       resumed(),
		"differing":     differing(),
		"warm":          warm(),
		"hostile":       hostile(),
		"merged":        merged(),
		"empty":         {Schema: verifier.ResultSchema, Kind: "container"},
	}
}

func skeleton() *verifier.Result {
	day := time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)
	return &verifier.Result{
		Schema: verifier.ResultSchema, Kind: "container", Started: day, Finished: day.Add(2 * time.Minute),
		Tool:       verifier.Tool{Name: "freshinstall", Version: "0.1.0"},
		Repository: verifier.Repository{Name: "tidewatch", URL: "https://git.example.org/harbour/tidewatch", Commit: "4c1f2e97a0b35d1188c2f6a4e0d9b7c35f10aa42"},
		Plan: verifier.Plan{Schema: verifier.PlanSchema, Repository: "tidewatch", Documents: []string{"README.md"}, Start: verifier.StartHome, Findings: []verifier.Finding{}, Prose: []verifier.Prose{},
			Steps: []verifier.Step{
				step("s1", 12, "git clone https://git.example.org/harbour/tidewatch", verifier.RoleClone),
				step("s2", 13, "cd tidewatch", verifier.RoleOther),
				left("s3", 19, "brew install libpng", "meant for macOS"),
				left("s4", 20, "brew install cmake", "meant for macOS"),
				step("s5", 26, "sudo apt-get install -y libfreetype6-dev", verifier.RolePrerequisite),
				step("s6", 31, "cmake -B build", verifier.RoleBuild),
				step("s7", 32, "make -C build", verifier.RoleBuild),
				step("s8", 40, "python tools/tides.py --selftest", verifier.RoleTest),
				step("s9", 44, "sh scripts/setup.sh", verifier.RoleConfigure),
				left("s10", 60, "make deploy", "never run: it deploys"),
			}},
	}
}

// warm is a run of which one environment began with downloads.
func warm() *verifier.Result {
	r := works()
	r.Environments = append(r.Environments, r.Environments[0])
	r.Environments[0].Environment.Downloads = verifier.NoDownloads
	r.Environments[1].Environment.Name, r.Environments[1].Environment.Downloads = "debian-13", "apt 12.1 MiB in 4 files"
	return r
}

func step(id string, line int, command string, role verifier.Role) verifier.Step {
	return verifier.Step{ID: id, Document: "README.md", Line: line, EndLine: line, Section: "Install", Command: command,
		Role: role, Follow: true, Platform: verifier.PlatformAny}
}

func left(id string, line int, command, reason string) verifier.Step {
	s := step(id, line, command, verifier.RoleInstall)
	s.Follow, s.Reason = false, reason
	return s
}

func machineOf(name, image, release string) verifier.Environment {
	return verifier.Environment{Name: name, Image: image, Digest: "sha256:8af0e9c1d2b3a4958677", Family: verifier.FamilyDeb,
		Release: release, Architecture: "amd64", User: "newcomer", Sudo: true,
		Furnishings: []verifier.Furnishing{
			{Name: "user", Detail: "newcomer"},
			{Name: "sudo", Detail: "without password"},
			{Name: "git", Brought: []string{"git", "perl"}},
			{Name: "ca_certificates", Detail: "the distribution's own"},
		}}
}

func ok(id string, line int, command string, seconds float64) verifier.StepResult {
	return verifier.StepResult{Step: id, Document: "README.md", Line: line, Command: command, Outcome: verifier.OutcomeOK,
		Seconds: seconds, Ended: verifier.Exited}
}

func mended(id string, line int, command string, exit int, finding string) verifier.StepResult {
	s := ok(id, line, command, 1.5)
	s.Outcome, s.AfterFix, s.Exit, s.Findings = verifier.OutcomeFailed, verifier.OutcomeOK, exit, []string{finding}
	s.Attempts = []verifier.Attempt{{Command: command, Exit: exit, Seconds: 0.4, Finding: finding}, {Command: command, Seconds: 1.1}}
	return s
}

func notRun(id string, line int, command, reason string) verifier.StepResult {
	return verifier.StepResult{Step: id, Document: "README.md", Line: line, Command: command, Outcome: verifier.OutcomeNotRun, Reason: reason}
}

func provenFix(kind verifier.FixKind, text, why string, control int, seconds float64) []verifier.Fix {
	f := verifier.Fix{Kind: kind, Why: why, Grade: verifier.Proven,
		Proof: &verifier.Proof{ControlExit: control, Replay: "passed", Seconds: seconds}}
	if kind == verifier.FixReplace {
		f.Replace = text
	} else {
		f.Commands = []string{text}
	}
	return []verifier.Fix{f}
}

func fiveFindings() *verifier.Result {
	r := skeleton()
	for i, name := range []string{"debian-12", "debian-13"} {
		env := verifier.EnvironmentResult{
			Environment: machineOf(name, "debian:"+name[7:], "debian "+name[7:]),
			Verdict:     verifier.WorksWithFixes, Rung: verifier.RungTests, Seconds: 64.2 - 6*float64(i),
			Replay: &verifier.Replay{Passed: true, Seconds: 31, Steps: 7},
			Steps: []verifier.StepResult{
				ok("s1", 12, "git clone https://git.example.org/harbour/tidewatch", 0.4),
				ok("s2", 13, "cd tidewatch", 0),
				mended("s5", 26, "sudo apt-get install -y libfreetype6-dev", 100, "f1"),
				mended("s6", 31, "cmake -B build", 127, "f2"),
				mended("s7", 32, "make -C build", 2, "f3"),
				mended("s8", 40, "python tools/tides.py --selftest", 127, "f4"),
				mended("s9", 44, "sh scripts/setup.sh", 2, "f5"),
			},
			Findings: []verifier.Finding{
				{ID: "f1", Fingerprint: "a1b2c3d4e5f60001", Step: "s5", Rule: "T04", Title: "Package lists are stale", Object: "libfreetype6-dev",
					Category: verifier.TargetMoved, Blame: verifier.BlameDocs, Evidence: "E: Unable to locate package libfreetype6-dev",
					Cause: "the package lists were never fetched", Plain: "A fresh machine has no list of packages yet. It has to be fetched once before anything can be installed.",
					Fixes: provenFix(verifier.FixBefore, "sudo apt-get update", "the package is in the archive once the lists are there", 100, 4)},
				{ID: "f2", Fingerprint: "a1b2c3d4e5f60002", Step: "s6", Rule: "T01", Title: "Command not installed", Object: "cmake",
					Category: verifier.MissingTool, Blame: verifier.BlameDocs, Evidence: "bash: cmake: command not found",
					Cause: "cmake is not installed and no step installs it", Plain: "The documents use the program cmake, but never say that it has to be installed.",
					Fixes: provenFix(verifier.FixBefore, "sudo apt-get install -y cmake", "the package index says that cmake holds bin/cmake", 127, 9.3)},
				{ID: "f3", Fingerprint: "a1b2c3d4e5f60003", Step: "s7", Rule: "C02", Title: "Header missing", Object: "png.h",
					Category: verifier.MissingLibrary, Blame: verifier.BlameDocs,
					Evidence: "/home/newcomer/tidewatch/src/chart.c:3:10: fatal error: png.h: No such file or directory",
					Cause:    "the development files of libpng are missing",
					Plain:    "The program is built with the image library libpng. Its development files have to be installed first.",
					Fixes:    provenFix(verifier.FixBefore, "sudo apt-get install -y libpng-dev", "the package index says that libpng-dev holds png.h", 2, 12.8)},
				{ID: "f4", Fingerprint: "a1b2c3d4e5f60004", Step: "s8", Rule: "W01", Title: "The command has another name here", Object: "python",
					Category: verifier.WrongCommand, Blame: verifier.BlameDocs, Evidence: "bash: python: command not found",
					Cause: "there is python3, and no python", Plain: "On this system the program is called python3.",
					Fixes: provenFix(verifier.FixReplace, "python3 tools/tides.py --selftest", "", 127, 1.2)},
				{ID: "f5", Fingerprint: "a1b2c3d4e5f60005", Step: "s9", Rule: "F01", Title: "File does not exist", Object: "scripts/setup.sh",
					Category: verifier.MissingFile, Blame: verifier.BlameDocs, Evidence: "sh: 0: cannot open scripts/setup.sh: No such file",
					Cause: "the repository has tools/setup.sh", Plain: "The file lies in another folder than the documents say.",
					Fixes: provenFix(verifier.FixReplace, "sh tools/setup.sh", "the repository holds one file of that name", 2, 0.9)},
			},
		}
		env.Steps[0].Outcome = verifier.OutcomeOKWithDeviation
		env.Steps[0].Deviations = []verifier.Deviation{{Kind: verifier.DeviationClone, What: "git clone gave the checkout that is tested"}}
		r.Environments = append(r.Environments, env)
	}
	return r
}

// documented has one environment in which the section tells every fix.
func documented() *verifier.Result {
	r := fiveFindings()
	r.Repository.Dirty = true
	for i := range r.Environments {
		env := &r.Environments[i]
		env.Verdict = verifier.WorksWithDocumentedFixes
		for j := range env.Findings {
			env.Findings[j].Documented = true
		}
	}
	return r
}

// inconclusive has lost the engine in one of two environments.
func inconclusive() *verifier.Result {
	r := fiveFindings()
	env := &r.Environments[1]
	env.Verdict, env.Rung, env.Replay, env.Findings = verifier.Inconclusive, "", nil, env.Findings[:1]
	env.Steps = env.Steps[:3]
	env.Steps = append(env.Steps,
		verifier.StepResult{Step: "s6", Document: "README.md", Line: 31, Command: "cmake -B build", Outcome: verifier.OutcomeInconclusive, Exit: -1,
			Reason: "the machine was lost while it ran"},
		notRun("s7", 32, "make -C build", "the machine was lost"),
		notRun("s8", 40, "python tools/tides.py --selftest", "the machine was lost"),
		notRun("s9", 44, "sh scripts/setup.sh", "the machine was lost"))
	env.Incident = &verifier.Incident{Blame: verifier.BlameContainer, What: "the container engine stopped answering",
		Where: "unix:///var/run/docker.sock", ToDo: "start the engine and run again: sudo systemctl start docker",
		Message: "Cannot connect to the Docker daemon"}
	return r
}

func interrupted() *verifier.Result {
	r := inconclusive()
	r.Interrupted = true
	r.Environments = r.Environments[1:]
	r.Environments[0].Incident = &verifier.Incident{Blame: verifier.BlameContainer, What: "interrupted from the keyboard", Where: "README.md:31",
		ToDo: "run again; what was found so far is kept"}
	return r
}

// resumed is a run that was gone on with: one environment is of the first attempt.
func resumed() *verifier.Result {
	r := works()
	second := r.Environments[0]
	second.Environment = machineOf("debian-13", "debian:13", "debian 13")
	first := r.Started.Add(-40 * time.Minute)
	r.Environments[0].Earlier = &first
	r.Environments = append(r.Environments, second)
	r.Inputs = &verifier.Inputs{Documents: "a5f1", Declaration: "77b0"}
	r.Repository.Tree = "90b5c1f1b8c0f7ae2a3fdc6f16b1c0a94e86d1aa"
	return r
}

func works() *verifier.Result {
	r := skeleton()
	r.Plan.Steps = append(r.Plan.Steps[:2:2], r.Plan.Steps[8])
	r.Environments = []verifier.EnvironmentResult{{
		Environment: machineOf("debian-12", "debian:12", "debian 12"), Verdict: verifier.Works, Rung: verifier.RungUse, Seconds: 8.4,
		Steps: []verifier.StepResult{ok("s1", 12, "git clone https://git.example.org/harbour/tidewatch", 0.4), ok("s2", 13, "cd tidewatch", 0), ok("s9", 44, "sh scripts/setup.sh", 6)},
	}}
	return r
}

// differing has grades below proven, a flaky step, a blocked one, and fixes
// that differ between environments.
func differing() *verifier.Result {
	r := fiveFindings()
	old, cur := &r.Environments[0], &r.Environments[1]
	old.Environment = machineOf("rocky-9", "rockylinux:9", "rocky 9.4")
	old.Environment.Family = verifier.FamilyRPM
	old.Verdict, old.Rung = verifier.Broken, ""
	old.Replay = &verifier.Replay{Steps: 4, Seconds: 20, Failed: "s7", Why: "exit 2"}
	old.Findings[1].Fixes = []verifier.Fix{{Kind: verifier.FixBefore, Commands: []string{"sudo dnf install -y cmake"}, Grade: verifier.ProvenInPlace,
		Proof: &verifier.Proof{ControlExit: 127, Replay: "failed", Seconds: 9}}}
	old.Findings[2].Fixes = []verifier.Fix{{Kind: verifier.FixBefore, Commands: []string{"sudo dnf install -y libpng-devel"}, Grade: verifier.Suggested}}
	old.Findings[3].Fixes = nil
	old.Findings[4].Fixes, old.Findings[4].Flaky = nil, true
	old.Steps[4].AfterFix = verifier.OutcomeFailed
	old.Steps[5] = verifier.StepResult{Step: "s8", Document: "README.md", Line: 40, Command: "python tools/tides.py --selftest",
		Outcome: verifier.OutcomeBlocked, BlockedBy: "s7"}
	old.Findings[3].Step = "s6"
	old.Findings[3].Fingerprint = "a1b2c3d4e5f60006"
	cur.Findings[2].Documented = true
	return r
}

// hostile is full of text that tries to act.
func hostile() *verifier.Result {
	r := fiveFindings()
	evil := "\x1b]0;owned\a\x1b[31mred\x1b[0m \u202egnp.exe\u202c <img src=x onerror=alert(1)> ![x](http://evil.example) @everyone #1 | cell\r\n```\n~~~\n# heading\n<!-- freshinstall:end -->\n- [ ] task www.evil.example $x^2$"
	r.Repository.Name = "tide\x1b[2Jwatch | <b>bold</b>"
	r.Plan.Steps[5].Command = "echo '```' > x; printf '" + evil + "'"
	for i := range r.Environments {
		env := &r.Environments[i]
		env.Environment.Name += " |<i>&\x9b31m"
		env.Findings[1].Evidence, env.Findings[1].Plain, env.Findings[1].Title, env.Findings[1].Object = evil, evil, evil, "`"+evil+"``"
		env.Findings[1].Fixes[0].Commands = []string{"cat <<'```'\n" + evil + "\n```"}
		env.Findings[1].Fixes[0].Why = evil
		env.Steps[0].Deviations[0].What = evil
		env.Environment.Furnishings[0].Detail = evil
	}
	return r
}

// merged is a matrix of two jobs that disagree on the commit.
func merged() *verifier.Result {
	a, b := fiveFindings(), works()
	b.Repository.Commit, b.Started = "99aa2e97a0b35d1188c2f6a4e0d9b7c35f10aa42", b.Started.Add(time.Hour)
	r, err := Merge([]Part{{"debian.json", a}, {"later.json", b}})
	if err != nil {
		panic(err) // of the fixtures themselves
	}
	return r
}
