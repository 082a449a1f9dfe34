package container

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"sync"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/envs/gate"
	"github.com/freshinstall/freshinstall/verifier"
)

//go:embed hook.bash
var hookScript string

// furnishRecipe is part of the cache key, as bootstrapRecipe is.
const furnishRecipe = "5"

// Stage is an environment made ready: machines start from it in a moment. It
// may be used by several goroutines at once.
type Stage struct {
	engine  *Engine
	env     envs.Environment
	image   string // furnished, an ID
	layers  int
	record  verifier.Environment
	session []string // variables of the login session
	base    baseImage
	ready   []readyService // declared beside the machine
	gates   *gates

	downloads string // whose downloads are shared, see ShareDownloads; empty: nobody's

	mu       sync.Mutex
	zeros    map[string]*stepZero
	supplied stocks
}

// furnished is what is kept with a furnished image, so that a later session
// need not find it out again.
type furnished struct {
	Record  verifier.Environment
	Session []string
	Sources gate.Hosts // where its packages come from, as it is set up
}

var (
	userName     = regexp.MustCompile(`^[a-z_][a-z0-9_-]{0,31}$`)
	packageName  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9+._:~=/@-]*$`)
	variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// Prepare brings an environment's base image and furnishes it; both are
// cached with the engine. say gets lines of progress and may be nil. What
// cannot be had or is declared wrongly is a [*Trouble].
func (e *Engine) Prepare(ctx context.Context, env envs.Environment, say func(string)) (*Stage, error) {
	if say == nil {
		say = func(string) {}
	}
	s, err := e.prepare(ctx, env, say)
	if errors.Is(err, errGone) && e.back.Answers(ctx) != nil {
		say("the container engine does not answer; waiting for it to come back")
		if e.comesBack(ctx) {
			return e.prepare(ctx, env, say)
		}
		if ctx.Err() == nil {
			err = fmt.Errorf("%w: %w", verifier.ErrLost, err)
		}
	}
	return s, err
}

func (e *Engine) prepare(ctx context.Context, env envs.Environment, say func(string)) (*Stage, error) {
	if err := check(env); err != nil {
		return nil, err
	}
	extra, err := authorities(env.CACertificates)
	if err != nil {
		return nil, err
	}
	declared := string(envs.Show(env)) // as it was, not with what this computer fills in
	own, told, err := e.proxyOf(env)
	if err != nil {
		return nil, err
	}
	env.Proxy = own
	base, err := e.base(ctx, env, say)
	if err != nil {
		return nil, err
	}
	furnished := env
	furnished.Proxy = told
	key := furnishKey(base, furnished, extra)
	made, err := e.shared(ctx, "furnish "+key, func() (any, error) {
		if t, ok := e.labelled(ctx, kindFurnished, key); ok {
			return t, nil
		}
		release := exclusive(ctx, "furnished-"+key[:1])
		defer release()
		if t, ok := e.labelled(ctx, kindFurnished, key); ok {
			return t, nil // made by another process while we waited
		}
		return e.furnish(ctx, base, env, extra, told, key, say)
	})
	if err != nil {
		return nil, err
	}
	s, err := e.stage(ctx, made.(thing), base, env)
	if err != nil {
		return nil, err
	}
	s.record.Declaration = declared
	if s.ready, err = s.services(ctx, env.Services, say); err != nil {
		return nil, err
	}
	for _, r := range s.ready {
		s.record.Services = append(s.record.Services, r.Service)
	}
	return s, nil
}

// stage reads what is kept with a furnished image.
func (e *Engine) stage(ctx context.Context, t thing, base baseImage, env envs.Environment) (*Stage, error) {
	i, err := e.back.Image(ctx, t.ID)
	if err != nil {
		return nil, fmt.Errorf("inspect the furnished image of %s: %w", env.Name, err)
	}
	var f furnished
	raw, err := base64.StdEncoding.DecodeString(i.Labels[labelRecord])
	if err == nil {
		err = json.Unmarshal(raw, &f)
	}
	if err != nil {
		return nil, fmt.Errorf("read the record of the furnished image of %s: %w", env.Name, err)
	}
	registries := gate.Hosts(env.Registries)
	if catalogued(env.Base) {
		registries = slices.Concat(f.Sources, registries)
	}
	f.Record.Name, f.Record.Image, f.Record.Digest, f.Record.Network = env.Name, base.Name, base.Digest, string(env.Network)
	s := &Stage{
		engine: e, env: env, base: base, image: i.ID, layers: i.Layers, record: f.Record, session: f.Session,
		gates: e.gates(env, registries),
		zeros: map[string]*stepZero{},
	}
	for _, k := range slices.Sorted(maps.Keys(env.Env)) {
		s.session = append(s.session, k+"="+env.Env[k])
	}
	return s, nil
}

// Record is the environment as it really is, and what its machines' networks
// refused so far.
func (s *Stage) Record() verifier.Environment {
	s.mu.Lock()
	r := s.record
	s.mu.Unlock()
	r.Refused, r.Open = s.gates.seen()
	r.Furnishings = slices.Clone(r.Furnishings)
	r.Packages = slices.Clone(r.Packages)
	r.Services = slices.Clone(r.Services)
	return r
}

// check refuses what would otherwise end up in a script or cannot be kept.
func check(env envs.Environment) error {
	wrong := func(what, todo string) error {
		return &Trouble{Blame: verifier.BlameEnvironment, What: what, Where: "environment " + env.Name, ToDo: todo}
	}
	if !userName.MatchString(env.User) {
		return wrong(fmt.Sprintf("%q is no user name", env.User), "use lower-case letters, digits, - and _")
	}
	for _, p := range env.Packages {
		if !packageName.MatchString(p) {
			return wrong(fmt.Sprintf("%q is no package name", p), "list the package manager's own names under packages:")
		}
	}
	for k := range env.Env {
		if !variableName.MatchString(k) {
			return wrong(fmt.Sprintf("%q is no name for a variable", k), "use letters, digits and _ under env:")
		}
	}
	switch env.Network {
	case envs.NetworkFull, envs.NetworkRegistries, envs.NetworkNone, "":
	default:
		return wrong(fmt.Sprintf("network %q is not known", env.Network), "declare network: full, registries or none")
	}
	return nil
}

// furnishKey names everything that a furnished image depends on.
func furnishKey(base baseImage, env envs.Environment, extra []authority) string {
	sums := make([]string, 0, len(extra))
	for _, a := range extra {
		sums = append(sums, a.sum)
	}
	raw, err := json.Marshal([]any{furnishRecipe, hookScript, base.ID, env.Family, env.User, env.Furnish, env.Packages, sums, env.Proxy, env.Network == envs.NetworkRegistries})
	if err != nil {
		panic(err) // strings and booleans
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:16])
}

// furnish makes the furnished image in a container of its own.
func (e *Engine) furnish(ctx context.Context, base baseImage, env envs.Environment, extra []authority, told envs.Proxy, key string, say func(string)) (result thing, err error) {
	say("furnishing " + env.Name)
	full := env
	full.Network = envs.NetworkFull // what the machine will reach is another matter
	box, err := e.gates(full, env.Registries).enclose(ctx, life{
		Image: base.ID, Command: firstProcess, Hostname: "freshinstall", Platform: env.Base.Platform,
		Labels: e.me.labels(kindMachine, map[string]string{labelKey: "", labelRecord: ""}),
	}, false)
	if err != nil {
		return thing{}, fmt.Errorf("start a container from %s: %w", base.Name, err)
	}
	defer func() { err = errors.Join(err, box.Stop(context.WithoutCancel(ctx))) }()
	w := &furnisher{back: e.back, id: box.ID, env: env, extra: extra, proxy: told, via: proxyVariables(env.Proxy), reach: box.Reach, say: say}
	f, err := w.all(ctx)
	if err != nil {
		return thing{}, err
	}
	f.Record.Architecture = base.Arch
	raw, err := json.Marshal(f)
	if err != nil {
		return thing{}, fmt.Errorf("keep the record of %s: %w", env.Name, err)
	}
	labels := e.me.labels(kindFurnished, map[string]string{labelKey: key, labelRecord: base64.StdEncoding.EncodeToString(raw)})
	id, err := e.back.Commit(ctx, box.ID, commit{Labels: labels, Pause: true, Ref: imageName(kindFurnished, key)})
	if err != nil {
		return thing{}, fmt.Errorf("keep the furnished image of %s: %w", env.Name, err)
	}
	return thing{Class: classImage, ID: id}, nil
}
