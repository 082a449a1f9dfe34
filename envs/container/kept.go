package container

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

// A snapshot before a failed step outlives its run for a while, so that a
// person can look for himself. It is kept by a name and by nothing else: it was
// taken anyway, a name costs some milliseconds where a second commit would cost
// seconds, and what it stands on (earlier snapshots, which share its layers)
// goes with it.

const (
	// keptFor counts from when a snapshot was taken.
	keptFor = 24 * time.Hour
	// keptName is what the names of kept snapshots begin with.
	keptName = "freshinstall/before:"
)

// Kept counts what outlives its run for a while.
type Kept struct {
	Snapshots int   // before failed steps
	Bytes     int64 // of these beyond the environments' own images, at most: snapshots of one run share much

	Downloads     int // repositories' environments for which some are kept
	DownloadBytes int64
}

// add counts a thing, if it is one of these.
func (k *Kept) add(t thing) (is bool) {
	switch {
	case t.downloads():
		k.Downloads++
		k.DownloadBytes += t.Bytes
		return true
	case !t.kept():
		return false
	}
	k.Snapshots++
	// Without the label it is a flat image, which shares nothing.
	room, err := strconv.ParseInt(t.Labels[labelRoom], 10, 64)
	if err != nil {
		room = t.Bytes
	}
	k.Bytes += room
	return true
}

// kept reports whether a thing is a snapshot that outlives its owner.
func (t thing) kept() bool {
	return t.Class == classImage && t.Labels[labelKind] == kindSnapshot &&
		slices.ContainsFunc(t.Names, func(name string) bool { return strings.HasPrefix(shortName(name), keptName) })
}

// shortName is an image's name as it was given. Podman writes before it where
// it would look for one of that name: nowhere, or at a registry, as its
// configuration has it.
func shortName(name string) string {
	return strings.TrimPrefix(strings.TrimPrefix(name, "localhost/"), "docker.io/")
}

// Keep lets a snapshot outlive this process, with the services that belong to
// it, and says until when. Calling it again changes nothing.
func (s *Stage) Keep(ctx context.Context, snap verifier.Snapshot) (until time.Time, err error) {
	e := s.engine
	i, err := e.back.Image(ctx, snap.ID)
	if err != nil {
		return until, lost("keep the snapshot", err)
	}
	services, err := frozenServices(i.Labels[labelBeside])
	if err != nil {
		return until, err
	}
	images := []string{i.ID}
	for _, f := range services {
		images = append(images, f.Image)
	}
	for _, image := range images {
		if image != i.ID && !e.made(image) {
			continue // a cached one, which has a name
		}
		// The name holds the image's own number, so that nobody else can want it.
		_, digits, _ := strings.Cut(image, ":")
		if err := e.back.Name(ctx, image, keptName+digits[:min(len(digits), 32)]); err != nil {
			return until, lost("keep the snapshot", err)
		}
		e.mu.Lock()
		e.kept[image] = true
		e.mu.Unlock()
	}
	return i.Made.Add(keptFor), nil
}

// made reports whether an image is a snapshot of this session.
func (e *Engine) made(image string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Contains(e.images, image)
}

// HasKept reports whether this engine has a kept snapshot of that number that
// still may be used. The number may come from a stranger's file: another image
// is none, whatever it is.
func (e *Engine) HasKept(ctx context.Context, id string) (bool, error) {
	all, err := e.back.List(ctx, labelKind, kindSnapshot)
	if err != nil {
		return false, fmt.Errorf("look for the snapshot: %w", err)
	}
	return slices.ContainsFunc(all, func(t thing) bool {
		return t.kept() && t.ID == id && time.Since(t.Made) <= keptFor
	}), nil
}

// Kept counts what is kept on this engine.
func (e *Engine) Kept(ctx context.Context) (Kept, error) {
	var kept Kept
	all, err := e.back.List(ctx, labelKind, "")
	if err != nil {
		return kept, fmt.Errorf("look for what is kept: %w", err)
	}
	for _, t := range all {
		kept.add(t)
	}
	return kept, nil
}

// frozenServices reads the services of a snapshot from its label.
func frozenServices(label string) ([]frozenService, error) {
	var services []frozenService
	raw, err := base64.StdEncoding.DecodeString(label)
	if err == nil && len(raw) > 0 {
		err = json.Unmarshal(raw, &services)
	}
	if err != nil {
		return nil, fmt.Errorf("read the services of a snapshot: %w", err)
	}
	return services, nil
}
