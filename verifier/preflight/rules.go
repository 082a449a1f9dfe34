package preflight

import (
	"slices"

	"github.com/freshinstall/freshinstall/verifier"
)

// Rule is one kind of fault that the tree can show.
type Rule struct {
	ID       string
	Title    string
	Category verifier.Category
	Plain    string // what it means, for somebody who is not technical
	Stumbles string // why a newcomer stumbles over it
	Source   string // what it is read from
}

// The ids of the rules. They share one space with the rules about output of
// steps, in which B ("before the run") was free.
const (
	RuleFile        = "B01"
	RuleFolder      = "B02"
	RuleElsewhere   = "B03"
	RuleTarget      = "B04"
	RuleManifest    = "B05"
	RuleBranch      = "B06"
	RuleSubmodules  = "B07"
	RuleOwnName     = "B08"
	RuleVersion     = "B09"
	RuleListAsName  = "B10"
	RuleEnvironment = "B11"
	RuleBeforeClone = "B12"
	RuleNotEntered  = "B13"
	RuleUntold      = "B14"
)

var rules = []Rule{
	{RuleFile, "file that the repository does not have", verifier.MissingFile,
		"The instructions use a file that is not part of what one downloads.",
		"The author renamed or moved the file, or has it only on their own machine; the command stops with “No such file or directory”.",
		"the list of tracked files, and the steps before that make files"},
	{RuleFolder, "folder that the repository does not have", verifier.MissingFile,
		"The instructions go into a folder that is not there.",
		"Everything typed afterwards happens in the wrong place, so that the errors which follow tell little.",
		"the list of tracked files, and the steps before that make folders"},
	{RuleElsewhere, "right file, wrong folder", verifier.OrderOfSteps,
		"What the command needs is in another folder than the one in which the instructions have left the reader.",
		"People who know the project change the folder without thinking of it; it is not written down.",
		"the list of tracked files, and every change of folder so far"},
	{RuleTarget, "task that is not defined", verifier.WrongCommand,
		"The instructions ask a tool for a task that the project does not define.",
		"Tasks get renamed, and the instructions keep the old name.",
		"Makefile, package.json, composer.json, justfile, Taskfile, tox.ini, compose file"},
	{RuleManifest, "nothing for the tool to work on", verifier.MissingFile,
		"The tool needs a description file of the project, which is not there.",
		"The project has moved to another tool, or the description file was never put into the repository.",
		"the list of tracked files"},
	{RuleBranch, "branch that the repository does not have", verifier.TargetMoved,
		"The instructions name a line of development (a branch) that no longer exists.",
		"Branches are merged and deleted, or renamed, as master to main.",
		"the branches and tags of the repository"},
	{RuleSubmodules, "parts of other repositories are not fetched", verifier.MissingFile,
		"The project contains parts of other projects (submodules), which a plain download leaves empty.",
		"The folders are there but empty, so that the build fails with a message about a missing file of somebody else.",
		".gitmodules, and the steps that clone"},
	{RuleOwnName, "the package has another name", verifier.WrongCommand,
		"The name that the instructions install is not quite the project's own.",
		"With luck there is no such package; without, it is one of a stranger.",
		"pyproject.toml, setup.cfg, setup.py, package.json"},
	{RuleVersion, "older version than the project asks for", verifier.VersionMismatch,
		"The instructions install an older version of a language than the project says it needs.",
		"The project moved on and the instructions did not; installing then refuses, or fails much later.",
		"pyproject.toml, setup.cfg, setup.py, package.json, .nvmrc, go.mod, Cargo.toml, Gemfile, composer.json"},
	{RuleListAsName, "a list of packages taken for a package", verifier.WrongCommand,
		"A small option is missing, so that the tool takes the list's file name for the name of a package.",
		"The tool says that it finds no such package, which sends people looking for a package.",
		"the command and the list of tracked files"},
	{RuleEnvironment, "environment that was not made", verifier.OrderOfSteps,
		"The instructions switch to an environment that no earlier step makes under this name.",
		"The author's machine has it from long ago, or it was renamed in one of two places.",
		"the steps before, environment.yml"},
	{RuleBeforeClone, "needs the download before it is made", verifier.OrderOfSteps,
		"A step needs a file of the project before the step that downloads the project.",
		"Sections get moved; who has the project on disk does not notice.",
		"the order of the steps, and the list of tracked files"},
	{RuleNotEntered, "nobody goes into the downloaded folder", verifier.OrderOfSteps,
		"The project is downloaded into a folder, and the next step has to be typed in that folder.",
		"It goes without saying for whoever does it daily.",
		"the order of the steps"},
	{RuleUntold, "the reader is not told what to put here", verifier.MissingConfig,
		"The instructions leave a gap for something that only the reader's side has, such as a key, and do not say where it comes from.",
		"Who wrote it has the key at hand and reads over the gap.",
		"the placeholders of the step, and the rest of its document"},
}

// Rules lists what Check can find, in the order of their ids.
func Rules() []Rule { return slices.Clone(rules) }

func ruleOf(id string) (Rule, bool) {
	for _, r := range rules {
		if r.ID == id {
			return r, true
		}
	}
	return Rule{}, false
}
