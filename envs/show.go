package envs

import (
	"bytes"

	"go.yaml.in/yaml/v3"
)

// shown is an environment in the words and the order of a declaration.
type shown struct {
	Name           string            `yaml:"name"`
	Image          string            `yaml:"image,omitempty"`
	Dockerfile     string            `yaml:"dockerfile,omitempty"`
	Rootfs         string            `yaml:"rootfs,omitempty"`
	Bootstrap      *Bootstrap        `yaml:"bootstrap,flow,omitempty"`
	Platform       string            `yaml:"platform,omitempty"`
	User           string            `yaml:"user"`
	Furnish        Furnish           `yaml:"furnish,flow"`
	Packages       []string          `yaml:"packages,flow,omitempty"`
	Env            map[string]string `yaml:"env,omitempty"`
	Limits         shownLimits       `yaml:"limits,flow"`
	Network        Network           `yaml:"network"`
	CACertificates []string          `yaml:"ca_certificates,flow,omitempty"`
	Services       []shownService    `yaml:"services,omitempty"`
}

type shownLimits struct {
	Memory string  `yaml:"memory"`
	CPUs   float64 `yaml:"cpus"`
	PIDs   int64   `yaml:"pids"`
	Disk   string  `yaml:"disk"`
}

// Show renders an environment as the mapping that declares it, with every
// default written out, for people to read and to copy into freshinstall.yaml.
func Show(e Environment) []byte {
	s := shown{
		Name:           e.Name,
		Image:          e.Base.Image,
		Dockerfile:     e.Base.Dockerfile,
		Rootfs:         e.Base.Rootfs,
		Bootstrap:      e.Base.Bootstrap,
		Platform:       e.Base.Platform,
		User:           e.User,
		Furnish:        e.Furnish,
		Packages:       e.Packages,
		Env:            e.Env,
		Limits:         shownLimits{sizeOf(e.Limits.Memory), e.Limits.CPUs, e.Limits.PIDs, sizeOf(e.Limits.Disk)},
		Network:        e.Network,
		CACertificates: e.CACertificates,
	}
	for _, service := range e.Services {
		s.Services = append(s.Services, shownService{service.Kind, service.Name, service.Image, service.User, service.Password, service.Database, service.At})
	}
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	// Texts, numbers and flags into memory: there is nothing that could fail.
	_ = enc.Encode(s)
	_ = enc.Close()
	return b.Bytes()
}
