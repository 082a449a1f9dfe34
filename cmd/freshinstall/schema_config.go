package main

import (
	"reflect"
	"strings"

	"github.com/invopop/jsonschema"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/diagnose"
)

// The schema of freshinstall.yaml is for editors: it knows every key, what it
// means and which words it takes. The tool itself is stricter (grammars of
// names, paths that stay inside, what needs what) and reads without it; what
// the tool takes, the schema takes too. Tests hold both.

// scalar is a text that may be written without quotes, also as a number.
type scalar = string

// declaredFile is a declaration as it is written.
type declaredFile struct {
	Environments []declaredTarget     `yaml:"environments" jsonschema_description:"the systems that the software must run on; default: debian-12 and debian-13"`
	Documents    []scalar             `yaml:"documents" jsonschema_description:"install documents in reading order, paths in the repository; default: found"`
	Values       map[string]scalar    `yaml:"values" jsonschema_description:"what placeholders of the documents stand for; from-env:NAME and from-file:PATH are secrets"`
	Answers      map[string]scalar    `yaml:"answers" jsonschema_description:"a part of a question that a program asks, and what is typed"`
	Steps        []declaredCorrection `yaml:"steps" jsonschema_description:"corrections of the plan"`
	Acceptance   []declaredCheck      `yaml:"acceptance" jsonschema_description:"the definition of done: commands that are run last and must pass"`
	Rules        []diagnose.Rule      `yaml:"rules" jsonschema_description:"failures that only this software knows, with the fields that freshinstall explain shows of a rule"`
	Settings     declaredSettings     `yaml:"settings" jsonschema_description:"the tool's own preferences: freshinstall config show"`
}

// declaredTarget is an environment: a name from the catalogue, or this mapping.
type declaredTarget struct {
	Name           scalar            `yaml:"name" jsonschema_description:"small letters, digits, dots and dashes"`
	From           scalar            `yaml:"from" jsonschema_description:"the catalogue's environment, or an earlier one of this file, that it builds on: freshinstall envs list"`
	Image          scalar            `yaml:"image" jsonschema_description:"container image"`
	Dockerfile     scalar            `yaml:"dockerfile" jsonschema_description:"path of a Dockerfile"`
	Rootfs         scalar            `yaml:"rootfs" jsonschema_description:"path of a tar file with the whole system"`
	Bootstrap      declaredBootstrap `yaml:"bootstrap" jsonschema_description:"a Debian base from the distribution's own archive"`
	Platform       scalar            `yaml:"platform" jsonschema_description:"such as linux/arm64; default: this computer's"`
	User           scalar            `yaml:"user" jsonschema_description:"who types the steps; default: newcomer"`
	Furnish        declaredFurnish   `yaml:"furnish" jsonschema_description:"what is added to the bare system"`
	Packages       []scalar          `yaml:"packages" jsonschema_description:"what that machine already has"`
	Env            map[string]scalar `yaml:"env" jsonschema_description:"variables of the login session"`
	Limits         declaredLimits    `yaml:"limits"`
	Network        scalar            `yaml:"network" jsonschema:"enum=full,enum=registries,enum=none" jsonschema_description:"what the machine can reach; default: full"`
	Registries     []scalar          `yaml:"registries" jsonschema_description:"hosts of packages besides those that the base is set up for"`
	Proxy          declaredProxy     `yaml:"proxy" jsonschema_description:"host (as this computer has it), one address, or one for each protocol"`
	CACertificates []scalar          `yaml:"ca_certificates" jsonschema_description:"host (this computer's own authorities), or PEM files"`
	Services       []declaredService `yaml:"services" jsonschema_description:"servers beside the machine, ready before the first step"`
}

type declaredBootstrap struct {
	Suite scalar `yaml:"suite" jsonschema:"required" jsonschema_description:"name of a Debian release, such as bookworm"`
}

type declaredFurnish struct {
	Bare           bool `yaml:"bare" jsonschema_description:"nothing but what is switched on beside it"`
	Sudo           bool `yaml:"sudo" jsonschema_description:"the user may use sudo without a password"`
	Git            bool `yaml:"git"`
	CACertificates bool `yaml:"ca_certificates" jsonschema_description:"the package"`
	UTF8           bool `yaml:"utf8"`
	PackageLists   bool `yaml:"package_lists" jsonschema_description:"as after a first apt-get update"`
}

type declaredLimits struct {
	Memory scalar  `yaml:"memory" jsonschema_description:"such as 512m or 4g"`
	CPUs   float64 `yaml:"cpus" jsonschema:"minimum=0" jsonschema_description:"0: all"`
	PIDs   int64   `yaml:"pids" jsonschema:"minimum=32"`
	Disk   scalar  `yaml:"disk" jsonschema_description:"such as 10g, of what is written"`
}

type declaredProxy struct {
	HTTP  scalar   `yaml:"http"`
	HTTPS scalar   `yaml:"https"`
	No    []scalar `yaml:"no" jsonschema_description:"hosts that are reached directly"`
}

type declaredService struct {
	Kind     verifier.ServiceKind `yaml:"kind" jsonschema:"required"`
	Name     scalar               `yaml:"name" jsonschema_description:"the host's name; default: the kind"`
	Image    scalar               `yaml:"image"`
	User     scalar               `yaml:"user"`
	Password scalar               `yaml:"password"`
	Database scalar               `yaml:"database"`
	At       scalar               `yaml:"at" jsonschema:"enum=name,enum=localhost" jsonschema_description:"where the machine finds it; default: by its name"`
}

type declaredCorrection struct {
	Match    scalar `yaml:"match" jsonschema_description:"a part of the command"`
	Document scalar `yaml:"document"`
	Line     int    `yaml:"line" jsonschema:"minimum=1" jsonschema_description:"of the document"`
	Follow   bool   `yaml:"follow" jsonschema_description:"whether the step is typed"`
	Why      scalar `yaml:"why" jsonschema_description:"shown in every report"`
	Ready    scalar `yaml:"ready" jsonschema_description:"when what the step starts can be used: port:8000, log:TEXT or http://localhost:8000/health"`
	Expect   scalar `yaml:"expect" jsonschema_description:"text that its output must hold"`
}

type declaredCheck struct {
	Run scalar `yaml:"run" jsonschema:"required" jsonschema_description:"a command"`
}

// JSONSchemaExtend adds the other way to write it: a name of the catalogue.
func (declaredTarget) JSONSchemaExtend(s *jsonschema.Schema) { orText(s) }

// JSONSchemaExtend adds the other way to write it: one address, or host.
func (declaredProxy) JSONSchemaExtend(s *jsonschema.Schema) { orText(s) }

// JSONSchemaExtend adds the other way to write it: the kind alone.
func (declaredService) JSONSchemaExtend(s *jsonschema.Schema) {
	orText(s)
	s.OneOf[0].Enum = closedSets[reflect.TypeFor[verifier.ServiceKind]()]
}

// declaredSettings are described where they are known: by the list of settings.
type declaredSettings struct{}

// JSONSchemaExtend adds every setting.
func (declaredSettings) JSONSchemaExtend(s *jsonschema.Schema) {
	for _, known := range settings() {
		one := &jsonschema.Schema{Description: strings.ReplaceAll(known.help, "`", "")}
		switch known.fallback.(type) {
		case []string: // a text is taken as a list of words
			one.OneOf = []*jsonschema.Schema{{Type: "array", Items: &jsonschema.Schema{Type: "string"}}, {Type: "string"}}
		case bool:
			one.OneOf = []*jsonschema.Schema{{Type: "boolean"}, {Enum: []any{"true", "false"}}}
		case int:
			one.Type, one.Minimum = "integer", "0"
		default: // a text, or a duration such as 20m
			one.Type = "string"
		}
		s.Properties.Set(known.name, one)
	}
}

// configSchema is the schema of a declaration.
func configSchema(r *jsonschema.Reflector) *jsonschema.Schema {
	r.DoNotReference, r.FieldNameTag, r.RequiredFromJSONSchemaTags = true, "yaml", true
	s := r.Reflect(&declaredFile{})
	loosen(s)
	return s
}

// loosen lets a schema take what YAML writes: numbers and switches for texts,
// and a key whose entries are all commented out.
func loosen(s *jsonschema.Schema) {
	switch {
	case s.Type == "string" && len(s.Enum) == 0:
		s.Type, s.Extras = "", map[string]any{"type": []string{"string", "number", "boolean"}}
	case s.Type == "array", s.Type == "object":
		s.Type, s.Extras = "", map[string]any{"type": []string{s.Type, "null"}}
	}
	for _, one := range s.OneOf {
		loosen(one)
	}
	if s.Items != nil {
		loosen(s.Items)
	}
	if more := s.AdditionalProperties; more != nil && more != jsonschema.FalseSchema {
		loosen(more)
	}
	for at := s.Properties.Oldest(); at != nil; at = at.Next() {
		loosen(at.Value)
	}
}

func orText(s *jsonschema.Schema) {
	whole := *s
	*s = jsonschema.Schema{OneOf: []*jsonschema.Schema{{Type: "string"}, &whole}}
}
