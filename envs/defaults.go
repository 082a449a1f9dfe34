package envs

import "fmt"

// Newcomer is the user of an environment that declares none.
const Newcomer = "newcomer"

// Default is an environment without name and base: what a declaration that
// says nothing else means. It is the only place where defaults stand.
func Default() Environment {
	return Environment{
		User: Newcomer,
		Furnish: Furnish{
			Sudo:           true,
			Git:            true,
			CACertificates: true,
			UTF8:           true,
			PackageLists:   false, // a fresh machine has stale or no lists, and READMEs forget it
		},
		Limits: Limits{
			Memory: 4 << 30,
			CPUs:   0, // all that the host has
			PIDs:   2048,
			Disk:   10 << 30,
		},
		Network: NetworkFull,
	}
}

// Bare reports whether nothing at all is added to the base image.
func (f Furnish) Bare() bool { return f == Furnish{} }

// DefaultNames are the environments of a run that neither declares nor names
// any: both can be had without an image registry.
func DefaultNames() []string { return []string{"debian-12", "debian-13"} }

// Select returns the environments of a run. Names are looked for among the
// declared ones, then in the catalogue; without names it is all declared ones,
// and without a declaration [DefaultNames]. The file may be nil. A name that
// is given twice counts once.
func Select(f *File, names []string) ([]Environment, error) {
	var declared []Environment
	if f != nil {
		declared = f.Environments
	}
	if len(names) == 0 {
		if len(declared) > 0 {
			return declared, nil
		}
		names = DefaultNames()
	}
	var chosen []Environment
	seen := map[string]bool{}
	for _, name := range names {
		if seen[name] {
			continue
		}
		seen[name] = true
		env, err := lookup(name, declared)
		if err != nil {
			return nil, err
		}
		chosen = append(chosen, env)
	}
	return chosen, nil
}

// Runnable returns nil if this version can make a machine of the environment,
// else why not and what to write instead. What is declared is never silently
// done in another way.
func (e Environment) Runnable() error {
	switch e.Network {
	case NetworkFull, NetworkRegistries, NetworkNone:
	default:
		return fmt.Errorf("environment %s: unknown network %q", e.Name, string(e.Network))
	}
	if b := e.Base; b.Image == "" && b.Dockerfile == "" && b.Rootfs == "" && b.Bootstrap == nil {
		return fmt.Errorf("environment %s has no base: declare one of from, image, dockerfile, rootfs, bootstrap", e.Name)
	}
	return nil
}
