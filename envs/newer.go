package envs

import "strings"

// Newer gives the environment on newer releases of its distribution, the
// nearest first, as far as the catalogue knows them; each is called as there.
// There are none for a base that is not one of the catalogue's.
func Newer(env Environment) []Environment {
	if env.Base.Dockerfile != "" || env.Base.Rootfs != "" {
		return nil
	}
	var newer []Environment
	distribution := ""
	for _, e := range Catalogue() { // older releases stand before newer ones
		name, _, released := strings.Cut(e.Name, "-")
		switch {
		case distribution == "" && released && e.stands(env.Base):
			distribution = name
		case distribution != "" && released && name == distribution:
			next := env.clone()
			next.Name, next.Family = e.Name, e.Family
			made := e.Environment().Base
			next.Base.Image, next.Base.Bootstrap = made.Image, made.Bootstrap
			if env.Base.Image == "" {
				next.Base.Image = "" // only the archive was wanted
			}
			newer = append(newer, next)
		}
	}
	return newer
}

// stands reports whether a base is the entry's.
func (e Entry) stands(b Base) bool {
	if b.Image != "" {
		return b.Image == e.Image
	}
	return b.Bootstrap != nil && e.Bootstrap != nil && b.Bootstrap.Suite == e.Bootstrap.Suite
}
