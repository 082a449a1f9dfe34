package container

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
)

// server is a running service.
type server struct {
	readyService
	back    backend
	ground  *living // its own; nil: it stands on the machine's
	box     *living
	said    *lastLines
	reading sync.WaitGroup
	changed bool // since its image was made, perhaps
}

// serve starts a service.
func (e *Engine) serve(ctx context.Context, r readyService, l life) (*server, error) {
	l.Image, l.Env, l.Output = r.Image, r.environ(), true
	l.Command = append([]string{"sh", "-c", runService, "sh"}, r.Command...)
	l.Labels = e.me.labels(kindServer, map[string]string{labelKey: "", labelRecord: ""})
	box, err := e.back.Start(ctx, l)
	if err != nil {
		return nil, lost("start service "+r.Service.Name, err)
	}
	v := &server{readyService: r, back: e.back, box: box, said: &lastLines{}}
	v.reading.Go(func() {
		// It ends with the connection; lastLines takes everything.
		_, _ = io.Copy(v.said, box.Out)
	})
	return v, nil
}

// wait asks the service's own check until it answers.
func (v *server) wait(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, servicePatience)
	defer cancel()
	err := v.do(ctx, "set +e; until ready >/dev/null 2>&1; do sleep 0.1; done")
	if err == nil {
		return nil
	}
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("it did not answer in %s", servicePatience)
	}
	return fmt.Errorf("%w; it said: %s", err, v.last(ctx))
}

// do runs a part of its script beside the server.
func (v *server) do(ctx context.Context, what string) error {
	script := "set --"
	for _, word := range v.Command {
		script += " '" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	text, exit, err := execWith(ctx, v.back, v.box.ID, "sh", "exec 2>&1\n"+script+"\n. "+serviceScript+"\n"+what, v.environ())
	if err == nil && exit != 0 {
		err = fmt.Errorf("exit status %d: %s", exit, said(text))
	}
	return err
}

// last is the end of what the server said. A server that has ended has said
// all; of one that runs the copy may still be written to.
func (v *server) last(ctx context.Context) string {
	if err := v.stop(context.WithoutCancel(ctx)); err != nil {
		return err.Error()
	}
	return v.said.String()
}

func (v *server) stop(ctx context.Context) error {
	var all []error
	if v.box != nil {
		all = append(all, v.box.Stop(ctx))
		v.reading.Wait()
	}
	if v.ground != nil {
		all = append(all, v.ground.Stop(ctx))
	}
	return errors.Join(all...)
}
