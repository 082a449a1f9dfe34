package envs

import (
	"bytes"
	"strings"

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
	Registries     []string          `yaml:"registries,flow,omitempty"`
	Proxy          *shownProxy       `yaml:"proxy,omitempty"`
	CACertificates []string          `yaml:"ca_certificates,flow,omitempty"`
	Services       []shownService    `yaml:"services,omitempty"`
}

// shownProxy is a proxy as it is declared: a word, an address or a mapping.
type shownProxy struct{ Proxy }

// MarshalYAML gives the shortest form.
func (p shownProxy) MarshalYAML() (any, error) {
	switch {
	case p.Host:
		return "host", nil
	case p.HTTP == p.HTTPS && p.No == "":
		return p.HTTP, nil
	}
	var no []string
	if p.No != "" {
		no = strings.Split(p.No, ",")
	}
	return struct {
		HTTP  string   `yaml:"http,omitempty"`
		HTTPS string   `yaml:"https,omitempty"`
		No    []string `yaml:"no,flow,omitempty"`
	}{p.HTTP, p.HTTPS, no}, nil
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
		Registries:     e.Registries,
		CACertificates: e.CACertificates,
	}
	for _, service := range e.Services {
		s.Services = append(s.Services, shownService{service.Kind, service.Name, service.Image, service.User, service.Password, service.Database, service.At})
	}
	if !e.Proxy.IsZero() {
		s.Proxy = &shownProxy{e.Proxy}
	}
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	// Texts, numbers and flags into memory: there is nothing that could fail.
	_ = enc.Encode(s)
	_ = enc.Close()
	return b.Bytes()
}
