package container

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// fakeBackend is an engine that holds images and runs nothing: enough for
// deciding where a base comes from and what is swept.
type fakeBackend struct {
	images  map[string]imageState // by name and ID
	made    time.Time
	pull    func(ctx context.Context, ref string) error
	pulls   int
	imports int
	answers error
}

func newFake() *fakeBackend {
	return &fakeBackend{images: map[string]imageState{}, made: time.Now(), pull: func(context.Context, string) error { return errors.New("no such host") }}
}

var errNotFaked = errors.New("the fake engine cannot do this")

func (f *fakeBackend) Start(context.Context, life) (*living, error) { return nil, errNotFaked }
func (f *fakeBackend) Exec(context.Context, string, process) (*stream, error) {
	return nil, errNotFaked
}
func (f *fakeBackend) ExecExit(context.Context, string) (bool, int, error) {
	return false, -1, errNotFaked
}
func (f *fakeBackend) CopyIn(context.Context, string, string, io.Reader) error { return errNotFaked }
func (f *fakeBackend) Commit(context.Context, string, commit) (string, error) {
	return "", errNotFaked
}
func (f *fakeBackend) Flatten(context.Context, string, map[string]string) (string, error) {
	return "", errNotFaked
}
func (f *fakeBackend) Resize(context.Context, string, Window) error { return errNotFaked }
func (f *fakeBackend) CopyOut(context.Context, string, string) (io.ReadCloser, error) {
	return nil, errNotFaked
}
func (f *fakeBackend) Content(context.Context, string, map[string]string) (io.ReadCloser, error) {
	return nil, errNotFaked
}
func (f *fakeBackend) Name(context.Context, string, string) error { return errNotFaked }
func (f *fakeBackend) Network(context.Context, string, map[string]string, bool) error {
	return errNotFaked
}
func (f *fakeBackend) Container(context.Context, string, bool) (containerState, error) {
	return containerState{}, errNotFaked
}

func (f *fakeBackend) Image(_ context.Context, ref string) (imageState, error) {
	if i, ok := f.images[ref]; ok {
		return i, nil
	}
	return imageState{}, fmt.Errorf("%w: no image %s", errGone, ref)
}

func (f *fakeBackend) Pull(ctx context.Context, ref, _ string, _ time.Duration, _ func(string)) error {
	f.pulls++
	return f.pull(ctx, ref)
}

func (f *fakeBackend) Import(_ context.Context, tar io.Reader, ref, _ string, changes []string) (string, error) {
	f.imports++
	if _, err := io.Copy(io.Discard, tar); err != nil {
		return "", err
	}
	id := fmt.Sprintf("sha256:%d", f.imports)
	labels := map[string]string{}
	for _, c := range changes {
		var k, v string
		if n, err := fmt.Sscanf(c, "LABEL %q", &k); n == 1 && err == nil {
			rest := c[len("LABEL ")+len(k)+2:]
			if _, err := fmt.Sscanf(rest, "=%q", &v); err != nil {
				return "", fmt.Errorf("change %s: %w", c, err)
			}
			labels[k] = v
		}
	}
	i := imageState{ID: id, Labels: labels, Architecture: "amd64", Made: f.made, Layers: 1}
	f.images[id], f.images[ref] = i, i
	return id, nil
}

func (f *fakeBackend) Build(context.Context, io.Reader, recipe, func(string)) (string, error) {
	return "", errNotFaked
}

func (f *fakeBackend) List(_ context.Context, label, value string) ([]thing, error) {
	var found []thing
	for ref, i := range f.images {
		if v, ok := i.Labels[label]; ok && ref == i.ID && (value == "" || v == value) {
			var names []string
			for name, o := range f.images {
				if o.ID == i.ID && name != i.ID {
					names = append(names, name)
				}
			}
			found = append(found, thing{Class: classImage, ID: i.ID, Labels: i.Labels, Names: names, Made: i.Made})
		}
	}
	return found, nil
}

func (f *fakeBackend) Remove(_ context.Context, t thing) error {
	delete(f.images, t.ID)
	return nil
}

func (f *fakeBackend) Answers(context.Context) error { return f.answers }

// fakeEngine is an engine on a fake.
func fakeEngine(f *fakeBackend) *Engine {
	e, err := newEngine(address{host: "fake"}, f, facts{}, Options{})
	if err != nil {
		panic(err) // the host has no name
	}
	return e
}
