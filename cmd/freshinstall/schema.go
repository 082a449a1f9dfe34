package main

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/invopop/jsonschema"
	"github.com/spf13/cobra"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/diagnose"
)

// schemas are the forms that the tool writes, made from the structs that it
// writes them from, and the one that it reads.
var schemas = map[string]struct {
	id   string
	what any
}{
	"result": {verifier.ResultSchema, &verifier.Result{}},
	"plan":   {verifier.PlanSchema, &verifier.Plan{}},
	"event":  {"freshinstall.event/v1", &verifier.Event{}},
	"config": {"freshinstall.yaml", &declaredFile{}},
}

// closedSets are the values that a type of text may have.
var closedSets = map[reflect.Type][]any{
	reflect.TypeFor[verifier.Verdict]():       {verifier.Works, verifier.WorksWithDocumentedFixes, verifier.WorksWithFixes, verifier.Broken, verifier.Inconclusive},
	reflect.TypeFor[verifier.Outcome]():       {verifier.OutcomeOK, verifier.OutcomeOKWithDeviation, verifier.OutcomeFailed, verifier.OutcomeBlocked, verifier.OutcomeNotRun, verifier.OutcomeInconclusive},
	reflect.TypeFor[verifier.Blame]():         {verifier.BlameDocs, verifier.BlameRepository, verifier.BlameEnvironment, verifier.BlameContainer, verifier.BlameWorld},
	reflect.TypeFor[verifier.Grade]():         {verifier.Proven, verifier.ProvenInPlace, verifier.GotFurther, verifier.Suggested, verifier.Workaround, verifier.NotNeeded},
	reflect.TypeFor[verifier.FixKind]():       {verifier.FixBefore, verifier.FixReplace, verifier.FixDeclare},
	reflect.TypeFor[verifier.ServiceKind]():   {verifier.Postgres, verifier.MySQL, verifier.MariaDB, verifier.Redis, verifier.Mongo, verifier.RabbitMQ},
	reflect.TypeFor[verifier.ServicePlace]():  {verifier.AtName, verifier.AtLocalhost},
	reflect.TypeFor[verifier.Rung]():          {verifier.RungInstalled, verifier.RungAnswers, verifier.RungTests, verifier.RungUse},
	reflect.TypeFor[verifier.Start]():         {verifier.StartHome, verifier.StartBeside, verifier.StartInside},
	reflect.TypeFor[verifier.ProseKind]():     {verifier.ProseFile, verifier.ProseCopy, verifier.ProseEdit, verifier.ProseInstall, verifier.ProseService, verifier.ProseAccount},
	reflect.TypeFor[verifier.Ending]():        {verifier.Exited, verifier.ShellClosed, verifier.Serving, verifier.TimedOut, verifier.Silent, verifier.Asking, verifier.Flooded, verifier.Killed},
	reflect.TypeFor[verifier.DeviationKind](): {verifier.DeviationAnswer, verifier.DeviationClone, verifier.DeviationValue, verifier.DeviationServer, verifier.DeviationShell, verifier.DeviationNoSudo, verifier.DeviationOther},
	reflect.TypeFor[verifier.Family]():        {verifier.FamilyDeb, verifier.FamilyRPM, verifier.FamilyApk, verifier.FamilySuse, verifier.FamilyArch, verifier.FamilyUnknown},
	reflect.TypeFor[verifier.Manager](): {verifier.ManagerDpkg, verifier.ManagerRPM, verifier.ManagerApk, verifier.ManagerPacman, verifier.ManagerPip, verifier.ManagerNpm,
		verifier.ManagerNpmGlobal, verifier.ManagerGem, verifier.ManagerR, verifier.ManagerCargo, verifier.ManagerTool},
	reflect.TypeFor[verifier.ProseKind](): {verifier.ProseFile, verifier.ProseCopy, verifier.ProseEdit, verifier.ProseInstall, verifier.ProseService, verifier.ProseAccount},
	reflect.TypeFor[verifier.Role](): {verifier.RolePrerequisite, verifier.RoleClone, verifier.RoleInstall, verifier.RoleConfigure, verifier.RoleBuild, verifier.RoleRun,
		verifier.RoleTest, verifier.RoleUsage, verifier.RoleDevelop, verifier.RoleDeploy, verifier.RoleUninstall, verifier.RoleUpgrade, verifier.RoleOther},
	reflect.TypeFor[verifier.Platform](): {verifier.PlatformAny, verifier.PlatformLinux, verifier.PlatformDebian, verifier.PlatformFedora, verifier.PlatformArch,
		verifier.PlatformAlpine, verifier.PlatformSuse, verifier.PlatformMacOS, verifier.PlatformWindows, verifier.PlatformOther},
	reflect.TypeFor[verifier.Flag](): {verifier.FlagPlaceholder, verifier.FlagInteractive, verifier.FlagLongRunning, verifier.FlagSudo, verifier.FlagNetwork, verifier.FlagGUI,
		verifier.FlagActivates, verifier.FlagDirectory, verifier.FlagSelfClone, verifier.FlagInline, verifier.FlagEditsFile, verifier.FlagBackground},
	reflect.TypeFor[verifier.Category](): {verifier.MissingTool, verifier.MissingLibrary, verifier.VersionMismatch, verifier.WrongCommand, verifier.MissingFile,
		verifier.PermissionOrSudo, verifier.NetworkBlocked, verifier.MissingConfig, verifier.MissingService, verifier.InteractivePrompt, verifier.OrderOfSteps,
		verifier.ShellState, verifier.ResourceLimit, verifier.TargetMoved, verifier.DependencyUnresolved, verifier.ProjectDefect, verifier.OtherCategory},
	reflect.TypeFor[verifier.EventKind](): {verifier.EventPreparing, verifier.EventReady, verifier.EventStep, verifier.EventOutput, verifier.EventOutcome, verifier.EventFinding,
		verifier.EventTrial, verifier.EventProven, verifier.EventReplay, verifier.EventVerdict, verifier.EventProblem},
	reflect.TypeFor[diagnose.RuleKind](): {diagnose.KindCause, diagnose.KindWeak, diagnose.KindWrapper}, // of a repository's own rule
	reflect.TypeFor[diagnose.Condition](): {diagnose.ListsStale, diagnose.ListsFetched, diagnose.UserIsRoot, diagnose.UserNotRoot, diagnose.Quiet, diagnose.Unmet,
		diagnose.NewTerminal, diagnose.EngineRan, diagnose.NobodysName},
	reflect.TypeFor[diagnose.Proof](): {diagnose.ProofRerun, diagnose.ProofStandIn, diagnose.ProofDeclaration, diagnose.ProofRepository, diagnose.ProofRetry, diagnose.ProofHuman, diagnose.ProofNone},
	reflect.TypeFor[diagnose.Kind](): {diagnose.Command, diagnose.Header, diagnose.PkgConfig, diagnose.Library, diagnose.Soname, diagnose.CMake, diagnose.PythonModule,
		diagnose.PerlModule, diagnose.RPackage, diagnose.ExactPackage, diagnose.AlikePackage},
}

func newSchemaCommand(door *frontDoor) *cobra.Command {
	var names []string
	for name := range schemas {
		names = append(names, name)
	}
	slices.Sort(names)
	return &cobra.Command{
		Use:   "schema [" + strings.Join(names, "|") + "]",
		Short: "Print the JSON Schema of the result, the plan, the events or freshinstall.yaml",
		Long: `schema prints the JSON Schema (2020-12) of a form: what verify writes (result), what
plan writes (plan), what --events json streams (event), and freshinstall.yaml (config). An
editor that knows YAML completes and explains the keys of a declaration that begins with

  # yaml-language-server: $schema=freshinstall.schema.json`,
		Example:   "  freshinstall schema config > freshinstall.schema.json",
		Args:      atMostOne,
		ValidArgs: names,
		RunE: func(_ *cobra.Command, args []string) error {
			name := "result"
			if len(args) == 1 {
				name = args[0]
			}
			if _, ok := schemas[name]; !ok {
				return misuse("choose one of "+strings.Join(names, ", "), "there is no schema %q", name)
			}
			text, err := schemaOf(name)
			if err != nil {
				return err
			}
			return door.print(text)
		},
	}
}

// schemaOf renders the schema of one form.
func schemaOf(name string) (string, error) {
	form := schemas[name]
	r := &jsonschema.Reflector{
		Anonymous: true, // identifiers are names here, not addresses of this program's source
		Mapper: func(t reflect.Type) *jsonschema.Schema {
			if values, closed := closedSets[t]; closed {
				return &jsonschema.Schema{Type: "string", Enum: values}
			}
			return nil
		},
	}
	var s *jsonschema.Schema
	if name == "config" {
		s = configSchema(r)
	} else {
		s = r.Reflect(form.what)
	}
	s.Title = form.id
	text, err := json.MarshalIndent(s, "", "  ")
	return string(text) + "\n", err
}
