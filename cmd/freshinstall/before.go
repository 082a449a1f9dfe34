package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/envs/container"
	"github.com/freshinstall/freshinstall/verifier"
)

// before tells what is about to happen: what is verified, where, how many
// steps, what must be fetched, and whether the disk has room.
func (d *frontDoor) before(p *prepared, show progress) error {
	first, err := p.plan(p.environments[0].Family, "", p.values)
	if err != nil {
		return err
	}
	lines := []string{
		fmt.Sprintf("repository    %s, %s", p.checkout.Repository.URL, commitInWords(p.checkout.Repository)),
		"documents     " + strings.Join(first.Documents, ", "),
		fmt.Sprintf("steps         %d of %s", len(followedSteps(first)), count(len(first.Steps), "command")),
		"environments  " + environmentsInWords(p),
	}
	if p.declaration.file != nil {
		lines = slices.Insert(lines, 1, "declaration   "+p.declaration.file.Path)
	}
	for _, e := range p.environments {
		lines = append(lines, fmt.Sprintf("              %s: %s", e.Name, baseInWords(e.Base)+servicesInWords(e.Services)))
	}
	if free, known := freeDisk(diskToWatch()); known {
		line := fmt.Sprintf("free disk     %s", bytesInWords(free))
		if free < littleDisk {
			line += ": little; images and snapshots take some gigabytes (`freshinstall prune --all` frees what is cached)"
		}
		lines = append(lines, line)
	}
	lines = append(lines, fmt.Sprintf("time limits   %s", limitsInWords(p.settings.preferences)))
	lines = append(lines, foundEarly(first)...)
	for _, note := range p.checkout.Notes {
		lines = append(lines, "note          "+note)
	}
	for _, note := range p.settings.unused {
		lines = append(lines, "note          "+note)
	}
	show.Say(strings.Join(lines, "\n"))
	return nil
}

// mostEarly bounds what is told of findings before a run.
const mostEarly = 5

// foundEarly tells what the repository's files say against the steps. It
// decides nothing: the run shows what is true.
func foundEarly(p verifier.Plan) []string {
	var lines []string
	for i, f := range suresFirst(p.Findings) {
		if i == mostEarly {
			return append(lines, fmt.Sprintf("              and %d more: `freshinstall plan` shows all", len(p.Findings)-i))
		}
		text := "looks wrong"
		if f.Certain {
			text = "is wrong"
		}
		for _, s := range p.Steps {
			if s.ID == f.Step {
				text = cleanLine(stepPlace(s)) + " " + text
			}
		}
		lines = append(lines, fmt.Sprintf("finding       %s: %s (%s)", text, findingTitle(f), cleanLine(f.Rule)))
	}
	return lines
}

func environmentsInWords(p *prepared) string {
	var names []string
	for _, e := range p.environments {
		names = append(names, e.Name)
	}
	text := strings.Join(names, ", ")
	if p.byDefault {
		text += " (by default; name the real ones with -e, or under environments: in " + envs.Names()[0] + ")"
	}
	return text
}

// littleDisk is what a run with a compiler in two environments may well need.
const littleDisk = 5 << 30

// diskToWatch is where a local engine usually keeps its images.
func diskToWatch() string {
	for _, folder := range []string{"/var/lib/docker", "/var/lib/containers"} {
		if _, err := os.Stat(folder); err == nil {
			return folder
		}
	}
	return os.TempDir()
}

// bytesInWords writes a size as people do.
func bytesInWords(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.0f MB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%d KB", n>>10)
}

// sweptInWords says what was removed; empty if nothing was.
func sweptInWords(s container.Swept, folders int) string {
	var parts []string
	for _, part := range []struct {
		n    int
		noun string
	}{{s.Containers, "machine"}, {s.Images, "image"}, {s.Networks, "network"}, {folders, "temporary folder"}} {
		if part.n > 0 {
			parts = append(parts, count(part.n, part.noun))
		}
	}
	text := strings.Join(parts, ", ")
	if s.Bytes > 0 {
		text += " (" + bytesInWords(s.Bytes) + ")"
	}
	kept := keptInWords(s.Kept)
	if text != "" && kept != "" {
		text += ", "
	}
	return text + kept
}

// keptInWords says what is kept for "freshinstall shell" and "--cache", and the
// room that takes; empty if nothing is.
func keptInWords(k container.Kept) string {
	var parts []string
	if k.Snapshots > 0 {
		parts = append(parts, fmt.Sprintf("%s before failed steps (at most %s)", count(k.Snapshots, "kept snapshot"), bytesInWords(k.Bytes)))
	}
	if k.Downloads > 0 {
		parts = append(parts, fmt.Sprintf("downloads of %s (%s)", count(k.Downloads, "environment"), bytesInWords(k.DownloadBytes)))
	}
	return strings.Join(parts, ", ")
}
