package main

import (
	"fmt"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// roleInWords is what a command is for, in a word or two: brief for a table.
func roleInWords(r verifier.Role) (brief, full string) {
	switch r {
	case verifier.RolePrerequisite:
		return "needed first", "something that must be there before the software itself"
	case verifier.RoleClone:
		return "get the code", "downloads the repository"
	case verifier.RoleInstall:
		return "install", "installs the software or what it needs"
	case verifier.RoleConfigure:
		return "set up", "sets the software up"
	case verifier.RoleBuild:
		return "build", "builds the software from its source"
	case verifier.RoleRun:
		return "start", "starts the software"
	case verifier.RoleTest:
		return "test", "runs the project's own tests"
	case verifier.RoleUsage:
		return "use", "shows the software in use"
	case verifier.RoleDevelop:
		return "develop", "for people who change the code"
	case verifier.RoleDeploy:
		return "go live", "brings the software into production"
	case verifier.RoleUninstall:
		return "remove", "removes or stops the software"
	case verifier.RoleUpgrade:
		return "upgrade", "brings an older install up to date"
	case verifier.RoleOther:
		return "other", "shows or undoes something"
	}
	return cleanLine(string(r)), "a role that this version does not know"
}

// widestRole is the room that the brief words need.
const widestRole = len("needed first")

func platformInWords(p verifier.Platform) string {
	switch p {
	case verifier.PlatformAny:
		return "any system"
	case verifier.PlatformLinux:
		return "Linux"
	case verifier.PlatformDebian:
		return "Debian, Ubuntu and their relatives"
	case verifier.PlatformFedora:
		return "Fedora, Red Hat and their relatives"
	case verifier.PlatformArch:
		return "Arch Linux"
	case verifier.PlatformAlpine:
		return "Alpine"
	case verifier.PlatformSuse:
		return "SUSE"
	case verifier.PlatformMacOS:
		return "macOS"
	case verifier.PlatformWindows:
		return "Windows"
	case verifier.PlatformOther:
		return "a system of another kind"
	}
	return cleanLine(string(p))
}

func flagInWords(f verifier.Flag) string {
	switch f {
	case verifier.FlagPlaceholder:
		return "holds something that the reader must fill in"
	case verifier.FlagInteractive:
		return "may ask questions"
	case verifier.FlagLongRunning:
		return "does not end by itself, as a server"
	case verifier.FlagSudo:
		return "needs the administrator's rights (sudo)"
	case verifier.FlagNetwork:
		return "reaches into the network, beyond package archives"
	case verifier.FlagGUI:
		return "opens a window"
	case verifier.FlagActivates:
		return "changes which programs the commands after it find"
	case verifier.FlagDirectory:
		return "changes the folder for the commands after it"
	case verifier.FlagSelfClone:
		return "downloads this very repository: the test brings what is verified instead"
	case verifier.FlagInline:
		return "stands in a sentence, not in a block of code"
	case verifier.FlagEditsFile:
		return "changes a file"
	case verifier.FlagBackground:
		return "goes on in the background"
	}
	return cleanLine(string(f))
}

func startInWords(s verifier.Start) string {
	switch s {
	case verifier.StartHome:
		return "starting in the home folder"
	case verifier.StartBeside:
		return "starting beside the repository's folder"
	case verifier.StartInside:
		return "starting in the repository's folder"
	}
	return "starting anywhere"
}

// askedInWords is what a sentence without a command asks for; empty where the
// sentence itself says it best.
func askedInWords(a verifier.Prose) string {
	path, from := cleanLine(a.Path), cleanLine(a.From)
	if path == "" {
		return ""
	}
	switch a.Kind {
	case verifier.ProseFile:
		if a.Content == "" {
			return "create " + path
		}
		return fmt.Sprintf("create %s with %s", path, count(linesOf(a.Content), "line"))
	case verifier.ProseCopy:
		if from == "" {
			return "make " + path + " as a copy"
		}
		return fmt.Sprintf("copy %s to %s", from, path)
	case verifier.ProseEdit:
		return "change " + path
	case verifier.ProseInstall, verifier.ProseService, verifier.ProseAccount:
		return ""
	}
	return ""
}

// reasonInWords is why a step is left or how it was chosen, with who decided.
func reasonInWords(s verifier.Step, o overrules) string {
	reason := cleanLine(s.Reason)
	if c, declared := o.of(s); declared {
		reason = fmt.Sprintf("as declared in %s:%d", cleanLine(o.name), c.At)
		if why := cleanLine(c.Why); why != "" {
			reason += ": " + why
		}
	}
	if !strings.HasPrefix(reason, "needs a value for ") {
		return reason
	}
	switch {
	case s.Has(verifier.FlagSelfClone):
		return "the repository's own address is filled in"
	case len(s.Needs) > 0:
		return "" // told for each of them
	}
	return reason + ": declare it under values: in freshinstall.yaml"
}

// openNeeds are the placeholders that somebody has to give a value for; the
// address of the repository itself is known.
func openNeeds(s verifier.Step) []string {
	if s.Has(verifier.FlagSelfClone) {
		return nil
	}
	return s.Needs
}

func needInWords(placeholder string) string {
	return fmt.Sprintf("needs a value for %s: declare it under values: in freshinstall.yaml", cleanLine(placeholder))
}
