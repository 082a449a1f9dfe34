package container

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Swept counts what a sweep removed.
type Swept struct {
	Containers int
	Images     int
	Networks   int
	Bytes      int64 // of the images, shared layers counted each time
	Kept       Kept  // what is not among the images
}

// Reach says how much a sweep removes.
type Reach int

// What a sweep removes, each with all before it.
const (
	Leftovers Reach = iota // of processes that are gone, and what has been kept for long enough
	KeptToo                // what is kept for a person to look at, and downloads
	CachedToo              // what later sessions would start from
)

// strangerAge is how old a leftover of another host must be before it is
// taken for abandoned: whether its owner lives cannot be seen from here.
const strangerAge = 24 * time.Hour

// Sweep removes containers, networks and snapshots whose owning process is
// gone, and as much more as reach says. What other programs made is never
// touched.
func (e *Engine) Sweep(ctx context.Context, reach Reach) (Swept, error) {
	var swept Swept
	all, err := e.back.List(ctx, labelKind, "")
	if err != nil {
		return swept, fmt.Errorf("sweep: %w", err)
	}
	left := slices.DeleteFunc(sweepOrder(all), func(t thing) bool { return !e.sweepable(t, reach, time.Now()) })
	for {
		var failures []error
		var again []thing
		for _, t := range left {
			err := e.back.Remove(ctx, t)
			if ctx.Err() != nil {
				return swept, ctx.Err()
			}
			if err == nil {
				swept.add(t)
			} else if t.Class != classImage { // one that a living machine stands on stays until the next time
				failures = append(failures, fmt.Errorf("sweep %s %.19s: %w", t.Class, t.ID, err))
				again = append(again, t)
			}
		}
		// An engine may keep what others have joined until those are gone.
		if len(again) == 0 || len(again) == len(left) {
			return swept, errors.Join(failures...)
		}
		left = again
	}
}

func (s *Swept) add(t thing) {
	if s.Kept.add(t) {
		return
	}
	switch t.Class {
	case classContainer:
		s.Containers++
	case classImage:
		s.Images++
		s.Bytes += t.Bytes
	case classNetwork:
		s.Networks++
	}
}

// sweepOrder puts containers before what they stand on, and later images
// before the earlier ones they are built on.
func sweepOrder(all []thing) []thing {
	var ordered []thing
	for _, c := range []class{classContainer, classNetwork, classImage} {
		for _, t := range all {
			if t.Class == c {
				ordered = append(ordered, t)
			}
		}
	}
	slices.SortStableFunc(ordered, func(a, b thing) int {
		if a.Class == classImage && b.Class == classImage {
			return b.Made.Compare(a.Made)
		}
		return 0
	})
	return ordered
}

// sweepable decides from the labels alone.
func (e *Engine) sweepable(t thing, reach Reach, now time.Time) bool {
	if t.Labels[labelKind] == "" {
		return false
	}
	if t.downloads() {
		// Without a name it is one that another has taken the place of.
		return reach >= KeptToo || len(t.Names) == 0 || now.Sub(t.Made) > downloadsFor
	}
	if cached(t.Labels[labelKind]) {
		// A container that somebody else made from a cached image inherits its labels.
		return reach >= CachedToo && t.Class == classImage
	}
	if t.kept() && reach < KeptToo {
		return now.Sub(t.Made) > keptFor
	}
	who, ok := parseOwner(t.Labels[labelOwner])
	if !ok || t.Labels[labelHost] != e.me.host {
		return now.Sub(t.Made) > strangerAge
	}
	return !who.alive()
}
