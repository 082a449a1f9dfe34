package container

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

//go:embed services/*.sh
var serviceScripts embed.FS

const (
	// serviceRecipe is part of the cache key, as furnishRecipe is.
	serviceRecipe = "1"
	// serviceScript is where a service's image keeps what runs it.
	serviceScript = "/usr/local/lib/freshinstall-service.sh"
	// servicePatience bounds a start. A busy machine may need a minute for RabbitMQ.
	servicePatience = 3 * time.Minute
)

// runService is the first process of a service: it gives way to the server,
// and beside it something reads the stream that only we hold, and ends the
// server with it. When the server ends by itself, the container does.
const runService = `exec 3<&0
{ cat <&3 >/dev/null; kill -KILL $$; } &
. ` + serviceScript + `
if [ $# -gt 0 ]; then mkdir -p -m 0777 "$data"; cd "$data"; fi
run "$@" 3<&- 2>&1`

// readyService is an image of a service with its data, and all that is needed
// to start it. The latter is kept with the image, so that a snapshot needs to
// name only the image.
type readyService struct {
	Image   string `json:"-"`
	Service verifier.Service
	Command []string // of the image; empty: the distribution's package runs
}

// environ are the variables that the scripts read.
func (r readyService) environ() []string {
	s := r.Service
	return []string{
		"SERVICE_KIND=" + string(s.Kind), "SERVICE_USER=" + s.User, "SERVICE_PASSWORD=" + s.Password, "SERVICE_DATABASE=" + s.Database,
	}
}

// scriptOf is the whole script of a kind.
func scriptOf(k verifier.ServiceKind) ([]byte, error) {
	name := string(k)
	if k == verifier.MariaDB {
		name = string(verifier.MySQL)
	}
	head, err := serviceScripts.ReadFile("services/service.sh")
	if err != nil {
		return nil, err
	}
	part, err := serviceScripts.ReadFile("services/" + name + ".sh")
	if err != nil {
		return nil, fmt.Errorf("no service of kind %q: %w", k, err)
	}
	return append(append(head, '\n'), part...), nil
}

// services makes the images of services ready, or finds them in the cache.
func (s *Stage) services(ctx context.Context, all []verifier.Service, say func(string)) ([]readyService, error) {
	var ready []readyService
	for _, service := range all {
		r, err := s.service(ctx, service, say)
		if err != nil {
			return nil, err
		}
		ready = append(ready, r)
	}
	return ready, nil
}

// service prepares one in two layers: what is installed serves all
// declarations, what holds the credentials those that have them in common.
func (s *Stage) service(ctx context.Context, service verifier.Service, say func(string)) (readyService, error) {
	e := s.engine
	script, err := scriptOf(service.Kind)
	if err != nil {
		return readyService{}, err
	}
	from := s.base
	if service.Image != "" {
		b := s.env.Base
		b.Image, b.Dockerfile, b.Rootfs, b.Bootstrap = service.Image, "", "", nil
		if from, err = e.fromRegistry(ctx, b, say); err != nil {
			return readyService{}, fmt.Errorf("service %s: %w", service.Name, err)
		}
	}
	installed, err := e.cachedService(ctx, []any{"installed", from.ID, service.Kind, service.Image != "", string(script)}, func(key string) (string, error) {
		say(fmt.Sprintf("installing %s beside %s", service.Kind, s.env.Name))
		return s.installService(ctx, service, from, script, key)
	})
	if err != nil {
		return readyService{}, err
	}
	// How it is reached is not part of it.
	account := service
	account.Name, account.At = "", ""
	id, err := e.cachedService(ctx, []any{"ready", installed, account}, func(key string) (string, error) {
		say(fmt.Sprintf("setting up %s beside %s", service.Kind, s.env.Name))
		return s.setUpService(ctx, service, installed, key)
	})
	if err != nil {
		return readyService{}, err
	}
	r, err := e.readyService(ctx, id)
	r.Service.Name, r.Service.At = service.Name, service.At
	return r, err
}

// cachedService finds or makes an image of kind service; the key is everything
// that it depends on.
func (e *Engine) cachedService(ctx context.Context, parts []any, make func(key string) (string, error)) (string, error) {
	raw, err := json.Marshal(append(parts, serviceRecipe, runService))
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(raw)
	key := hex.EncodeToString(sum[:16])
	made, err := e.shared(ctx, "service "+key, func() (any, error) {
		if t, ok := e.labelled(ctx, kindService, key); ok {
			return t.ID, nil
		}
		release := exclusive(ctx, "service-"+key[:1])
		defer release()
		if t, ok := e.labelled(ctx, kindService, key); ok {
			return t.ID, nil // made by another process while we waited
		}
		return make(key)
	})
	if err != nil {
		return "", err
	}
	return made.(string), nil
}

// installService puts the script in, and the distribution's packages unless an
// image brings the server.
func (s *Stage) installService(ctx context.Context, service verifier.Service, from baseImage, script []byte, key string) (id string, err error) {
	e := s.engine
	image, err := e.back.Image(ctx, from.ID)
	if err != nil {
		return "", fmt.Errorf("inspect image %s: %w", from.Name, err)
	}
	r := readyService{Service: service}
	if service.Image != "" {
		r.Command = append(append(r.Command, image.Entrypoint...), image.Command...)
		r.Service.Made = fmt.Sprintf("image %s (%.19s)", service.Image, from.Digest)
		if len(r.Command) == 0 {
			return "", serviceTrouble(s, service, verifier.BlameEnvironment, errors.New("the image names no program to run"), "declare an image whose own command is the server")
		}
	}
	box, err := e.back.Start(ctx, life{
		Image: from.ID, Command: firstProcess, Hostname: "freshinstall", Platform: s.env.Base.Platform,
		Labels: e.me.labels(kindServer, map[string]string{labelKey: "", labelRecord: ""}),
	})
	if err != nil {
		return "", fmt.Errorf("start a container for service %s: %w", service.Name, err)
	}
	defer func() { err = errors.Join(err, box.Stop(context.WithoutCancel(ctx))) }()
	if err := putFile(ctx, e.back, box.ID, serviceScript, 0o644, script); err != nil {
		return "", err
	}
	if service.Image == "" {
		if r.Service.Made, err = s.installPackages(ctx, r, box.ID); err != nil {
			return "", err
		}
	}
	return s.keepService(ctx, box.ID, r, key, nil)
}

// installPackages brings the distribution's server and says which it is.
func (s *Stage) installPackages(ctx context.Context, r readyService, id string) (made string, err error) {
	release, _, err := execWith(ctx, s.engine.back, id, "sh", "cat /etc/os-release", nil)
	if err != nil {
		return "", err
	}
	is := parseRelease(release)
	if is.family != verifier.FamilyDeb {
		return "", serviceTrouble(s, r.Service, verifier.BlameEnvironment, fmt.Errorf("how %s packages it is not known", is.release),
			fmt.Sprintf("declare image: for it, such as image: %s", r.Service.Kind))
	}
	m := managers[is.family]
	script := shellStart + ". " + serviceScript + "\nexport LC_ALL=C.UTF-8 LANG=C.UTF-8\n" + // a database takes its encoding from it
		m.update + " >&2\n" + m.install + " $packages\n" + m.tidy + "\n" + m.forget + "\nconfigure\nversion\n"
	text, exit, err := execWith(ctx, s.engine.back, id, "sh", script, r.environ())
	if err != nil {
		return "", err
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if exit != 0 {
		return "", serviceTrouble(s, r.Service, verifier.BlameWorld, fmt.Errorf("exit status %d: %s", exit, said(text)),
			"check the network and the distribution's archive, or declare image: for it")
	}
	return "package " + lines[len(lines)-1] + " of " + is.release, nil
}

// setUpService starts it for the first time, gives it its account and keeps
// what came of that.
func (s *Stage) setUpService(ctx context.Context, service verifier.Service, installed, key string) (id string, err error) {
	e := s.engine
	r, err := e.readyService(ctx, installed)
	if err != nil {
		return "", err
	}
	made := r.Service.Made
	r.Service = service
	r.Service.Made = made
	v, err := e.serve(ctx, r, life{Platform: s.env.Base.Platform, Hostname: "freshinstall"})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, v.stop(context.WithoutCancel(ctx))) }()
	if err = v.wait(ctx); err == nil {
		within, cancel := context.WithTimeout(ctx, servicePatience)
		err = v.do(within, "account \"$@\"")
		cancel()
	}
	if err != nil {
		blame, todo := verifier.BlameContainer, "this is a fault of freshinstall; declare image: for the service meanwhile"
		if service.Image != "" {
			blame, todo = verifier.BlameEnvironment, "the image must have the entrypoint and the variables of the makers' own one"
		}
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", serviceTrouble(s, service, blame, err, todo)
	}
	v.flush(ctx) // only saves time at the next start
	return s.keepService(ctx, v.box.ID, r, key, nil)
}

// keepService commits a service's container as a cached image.
func (s *Stage) keepService(ctx context.Context, box string, r readyService, key string, env []string) (string, error) {
	raw, err := json.Marshal(r)
	if err != nil {
		return "", err
	}
	labels := s.engine.me.labels(kindService, map[string]string{labelKey: key, labelRecord: base64.StdEncoding.EncodeToString(raw)})
	id, err := s.engine.back.Commit(ctx, box, commit{Labels: labels, Env: env, Pause: true, Ref: imageName(kindService, key)})
	if err != nil {
		return "", fmt.Errorf("keep the image of service %s: %w", r.Service.Name, err)
	}
	return id, nil
}

// readyService reads what is kept with a service's image.
func (e *Engine) readyService(ctx context.Context, id string) (readyService, error) {
	r := readyService{Image: id}
	i, err := e.back.Image(ctx, id)
	if err != nil {
		return r, fmt.Errorf("inspect the image of a service: %w", err)
	}
	raw, err := base64.StdEncoding.DecodeString(i.Labels[labelRecord])
	if err == nil {
		err = json.Unmarshal(raw, &r)
	}
	if err != nil {
		return r, fmt.Errorf("read the record of a service's image: %w", err)
	}
	return r, nil
}

func serviceTrouble(s *Stage, service verifier.Service, blame verifier.Blame, err error, todo string) error {
	return &Trouble{Blame: blame, What: fmt.Sprintf("service %s (%s) cannot be had", service.Name, service.Kind),
		Where: "environment " + s.env.Name, Err: err, ToDo: todo}
}

// said is the end of what a script printed.
func said(text string) string {
	last := &lastLines{}
	// lastLines takes everything.
	_, _ = last.Write([]byte(strings.TrimSpace(text)))
	return last.String()
}
