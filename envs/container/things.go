package container

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/api/types/network"
	"github.com/testcontainers/testcontainers-go"
)

func (d *docker) List(ctx context.Context, label, value string) ([]thing, error) {
	ctx, cancel := context.WithTimeout(ctx, shortCall)
	defer cancel()
	if value != "" {
		label += "=" + value
	}
	by := filters.NewArgs(filters.Arg("label", label))
	var found []thing
	containers, err := settled(ctx, func() ([]container.Summary, error) {
		return d.api.ContainerList(ctx, container.ListOptions{All: true, Filters: by})
	})
	if err != nil {
		return nil, gone(err)
	}
	for _, c := range containers {
		found = append(found, thing{Class: classContainer, ID: c.ID, Labels: c.Labels, Made: time.Unix(c.Created, 0)})
	}
	images, err := settled(ctx, func() ([]image.Summary, error) { return d.api.ImageList(ctx, image.ListOptions{Filters: by}) })
	if err != nil {
		return nil, gone(err)
	}
	for _, i := range images {
		found = append(found, thing{Class: classImage, ID: i.ID, Labels: i.Labels, Names: i.RepoTags, Bytes: i.Size, Made: time.Unix(i.Created, 0)})
	}
	networks, err := settled(ctx, func() ([]network.Summary, error) {
		return d.api.NetworkList(ctx, network.ListOptions{Filters: by})
	})
	if err != nil {
		return nil, gone(err)
	}
	for _, n := range networks {
		found = append(found, thing{Class: classNetwork, ID: n.ID, Labels: n.Labels, Made: n.Created})
	}
	return found, nil
}

// settled asks for a list again while the engine finds in it what is just
// going: Podman then fails as a whole.
func settled[T any](ctx context.Context, list func() ([]T, error)) ([]T, error) {
	for range 50 {
		found, err := list()
		if !halfGone(err) {
			return found, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
	return list()
}

// Network goes to the engine itself: testcontainers makes networks only with an
// engine that it finds by itself, which need not be this one. Its containers
// join them by name.
func (d *docker) Network(ctx context.Context, name string, labels map[string]string, closed bool) error {
	ctx, cancel := context.WithTimeout(ctx, shortCall)
	defer cancel()
	_, err := d.api.NetworkCreate(ctx, name, network.CreateOptions{Driver: testcontainers.Bridge, Internal: closed, Labels: labels})
	return gone(err)
}

func (d *docker) Remove(ctx context.Context, t thing) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	var err error
	switch t.Class {
	case classContainer:
		err = d.api.ContainerRemove(ctx, t.ID, container.RemoveOptions{Force: true, RemoveVolumes: true})
		if inUse(err) {
			// It stays until those are gone that joined it, and ends at once.
			_ = d.api.ContainerKill(ctx, t.ID, "KILL")
		}
		if vanished(err) {
			return nil
		}
	case classImage:
		_, err = d.api.ImageRemove(ctx, t.ID, image.RemoveOptions{Force: true, PruneChildren: true})
	case classNetwork:
		err = d.api.NetworkRemove(ctx, t.ID)
	}
	if cerrdefs.IsNotFound(err) || cerrdefs.IsConflict(err) && strings.Contains(err.Error(), "already in progress") {
		return nil
	}
	if cerrdefs.IsConflict(err) && strings.Contains(err.Error(), "dependent child") {
		return fmt.Errorf("%w: %w", errNeeded, err)
	}
	return gone(err)
}

// sorted walks a map in the order of its keys.
func sorted[V any](m map[string]V) iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		for _, k := range slices.Sorted(maps.Keys(m)) {
			if !yield(k, m[k]) {
				return
			}
		}
	}
}

// quoteChange quotes a word without line ends for the engine's Dockerfile
// grammar, where $ would otherwise be expanded.
func quoteChange(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`).Replace(s) + `"`
}
