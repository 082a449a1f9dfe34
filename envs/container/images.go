package container

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/docker/docker/api/types/build"
	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/api/types/registry"
	"github.com/docker/docker/client"
	"github.com/testcontainers/testcontainers-go"
)

// message is one line of the progress that pull, import and build report.
type message struct {
	Status   string `json:"status"`
	Stream   string `json:"stream"`
	ID       string `json:"id"`
	Progress string `json:"progress"`
	Error    string `json:"error"`
	Aux      struct {
		ID string `json:"ID"`
	} `json:"aux"`
}

// follow reads progress to its end; onMessage may be nil.
func follow(r io.Reader, onMessage func(message)) error {
	lines := bufio.NewReader(r)
	decoder := json.NewDecoder(lines)
	for {
		var m message
		if err := decoder.Decode(&m); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if m.Error != "" {
			return errors.New(m.Error)
		}
		if onMessage != nil {
			onMessage(m)
		}
	}
}

func (d *docker) Pull(ctx context.Context, ref, platform string, quiet time.Duration, progress func(string)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	// A registry that says nothing for a while counts as not reachable.
	silence := time.AfterFunc(quiet, func() { cancel(fmt.Errorf("nothing heard from the registry for %s", quiet)) })
	defer silence.Stop()
	options := image.PullOptions{Platform: platform}
	if _, auth, err := testcontainers.DockerImageAuth(ctx, ref); err == nil {
		// Without credentials for it the image may be public: no error of ours.
		options.RegistryAuth, _ = registry.EncodeAuthConfig(auth)
	}
	body, err := d.api.ImagePull(ctx, ref, options)
	if err == nil {
		err = follow(body, func(m message) {
			silence.Reset(max(quiet, time.Minute))
			if m.ID != "" && m.Progress == "" {
				progress(m.Status + " " + m.ID)
			}
		})
		err = errors.Join(err, body.Close())
	}
	if cause := context.Cause(ctx); err != nil && cause != nil {
		return cause
	}
	if client.IsErrConnectionFailed(err) {
		return gone(err) // of the engine; its own connection to the registry has other words
	}
	return err
}

func (d *docker) Import(ctx context.Context, tar io.Reader, ref, platform string, changes []string) (string, error) {
	source := image.ImportSource{Source: tar, SourceName: "-"}
	body, err := d.api.ImageImport(ctx, source, ref, image.ImportOptions{Changes: changes, Platform: platform})
	if err != nil {
		return "", gone(err)
	}
	var id string
	err = follow(body, func(m message) {
		if strings.HasPrefix(m.Status, "sha256:") {
			id = m.Status
		}
	})
	if err = errors.Join(err, body.Close()); err != nil {
		return "", err
	}
	if id == "" {
		return "", errors.New("the engine named no image")
	}
	return id, nil
}

func (d *docker) Build(ctx context.Context, context io.Reader, r recipe, progress func(string)) (string, error) {
	options := build.ImageBuildOptions{Dockerfile: r.Dockerfile, Platform: r.Platform, Labels: r.Labels, Remove: true, ForceRemove: true,
		Target: r.Target, NoCache: r.Anew, BuildArgs: map[string]*string{}}
	for name, value := range r.Arguments {
		options.BuildArgs[name] = &value
	}
	if r.NetOf != "" {
		options.NetworkMode = "container:" + r.NetOf
	}
	answer, err := d.api.ImageBuild(ctx, context, options)
	if err != nil {
		return "", gone(err)
	}
	var id string
	err = follow(answer.Body, func(m message) {
		if m.Aux.ID != "" {
			id = m.Aux.ID
		}
		if text := strings.TrimSpace(m.Stream); text != "" {
			progress(text)
		}
	})
	if err = errors.Join(err, answer.Body.Close()); err != nil {
		return "", err
	}
	if id == "" {
		return "", errors.New("the engine named no image")
	}
	return id, nil
}
