package main

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"
	"github.com/spf13/viper"

	"github.com/freshinstall/freshinstall/reports"
)

// The tool's own preferences. They come, first one wins, from
//
//   - a flag,
//   - a variable FRESHINSTALL_NAME (dashes as underscores),
//   - `settings:` of the declaration,
//   - `settings:` of the user's own file,
//   - the default here.
//
// The declaration of a repository is foreign: what makes the tool write files
// on this machine counts there only once the file is trusted.

// preferences is what the settings decode to; a name that is not here is an
// error that says so.
type preferences struct {
	Env         []string      `mapstructure:"env"`
	Report      []string      `mapstructure:"report"`
	Events      string        `mapstructure:"events"`
	StepTimeout time.Duration `mapstructure:"step-timeout"`
	Silence     time.Duration `mapstructure:"silence"`
	SearchTime  time.Duration `mapstructure:"search-time"`
	Timeout     time.Duration `mapstructure:"timeout"`
	Parallel    int           `mapstructure:"parallel"`
	Cache       bool          `mapstructure:"cache"`
	Strict      bool          `mapstructure:"strict"`
	ExitZero    bool          `mapstructure:"exit-zero"`
	Logs        string        `mapstructure:"logs"`
	KeepLogs    bool          `mapstructure:"keep-logs"`
	WriteTo     string        `mapstructure:"write-to"`
	History     string        `mapstructure:"history"`
	Verbose     bool          `mapstructure:"verbose"`
	Quiet       bool          `mapstructure:"quiet"`
}

// setting is one preference: its name everywhere, its default and its help.
type setting struct {
	name     string
	short    string
	fallback any
	help     string
	onHost   bool // writes to this machine: a foreign declaration may not say it
}

// settings are all preferences in the order in which they are shown.
func settings() []setting {
	return []setting{
		{name: "env", short: "e", fallback: []string{}, help: "environment to verify in, by `NAME`; may be repeated (default: the declared ones, else debian-12 and debian-13)"},
		{name: "report", fallback: []string{}, help: "write the result as `FORMAT[=FILE]`: " + strings.Join(reports.Formats(), ", ") + "; may be repeated; - or no file is stdout (default terminal)", onHost: true},
		{name: "events", fallback: "", help: "progress on stderr in this `FORMAT`: json (JSON Lines)"},
		{name: "step-timeout", fallback: 20 * time.Minute, help: "longest `DURATION` of one step, 0 for none"},
		{name: "silence", fallback: 5 * time.Minute, help: "longest `DURATION` of a step without output and without work, 0 for none"},
		{name: "search-time", fallback: 15 * time.Minute, help: "longest `DURATION` of the search for what mends one step, its control run included, 0 for none"},
		{name: "timeout", fallback: time.Duration(0), help: "longest `DURATION` of the whole run, 0 for none"},
		{name: "parallel", fallback: 0, help: "environments at once, 0 for as many as there are processors"},
		{name: "cache", fallback: false, help: "begin with what package managers downloaded in earlier runs of this repository; control runs and replays are without it", onHost: true},
		{name: "strict", fallback: false, help: "exit 1 also where every fix is documented already"},
		{name: "exit-zero", fallback: false, help: "exit 0 although there are findings; what could not be tested still counts"},
		{name: "logs", fallback: "", help: "keep the whole output of every step in this `FOLDER`", onHost: true},
		{name: "keep-logs", fallback: false, help: "keep the whole output of every step in the user's state folder", onHost: true},
		{name: "write-to", fallback: "", help: "the document, a `FILE` of the repository, that the section of known problems stands in; made when it is not there (default: a TROUBLESHOOTING document that the README links to, else the document with the step)"},
		{name: "history", fallback: "", help: "the `FILE` in which runs are kept to be compared; none keeps and compares nothing (default: history.db in the user's state folder)", onHost: true},
		{name: "verbose", short: "v", fallback: false, help: "tell more while it goes on"},
		{name: "quiet", short: "q", fallback: false, help: "no progress on stderr"},
	}
}

// addSettings gives a command the flags of the named settings.
func addSettings(flags *pflag.FlagSet, names ...string) {
	for _, s := range settings() {
		if !slices.Contains(names, s.name) {
			continue
		}
		switch fallback := s.fallback.(type) {
		case []string:
			flags.StringArrayP(s.name, s.short, fallback, s.help)
		case string:
			flags.StringP(s.name, s.short, fallback, s.help)
		case time.Duration:
			flags.DurationP(s.name, s.short, fallback, s.help)
		case int:
			flags.IntP(s.name, s.short, fallback, s.help)
		case bool:
			flags.BoolP(s.name, s.short, fallback, s.help)
		}
	}
}

// layer is one place that settings come from, as found there.
type layer struct {
	origin  string // for people: a file, a variable, "flag"
	values  map[string]any
	foreign bool // a declaration that is not trusted
}

// resolved are the preferences with the place that each came from.
type resolved struct {
	preferences
	origin map[string]string // by setting
	value  map[string]any
	unused []string // sentences about what a foreign declaration may not say
}

// envPrefix begins the variables that are settings.
const envPrefix = "FRESHINSTALL_"

// envLayers reads the settings among the process's variables, each as a layer
// of its own, so that its origin can be named.
func envLayers(env environment) []layer {
	var layers []layer
	for name, value := range env {
		short, ours := strings.CutPrefix(name, envPrefix)
		if !ours || value == "" {
			continue
		}
		key := strings.ReplaceAll(strings.ToLower(short), "_", "-")
		layers = append(layers, layer{origin: "variable " + name, values: map[string]any{key: value}})
	}
	slices.SortFunc(layers, func(a, b layer) int { return strings.Compare(a.origin, b.origin) })
	return layers
}

// resolve lays the layers over the defaults, the last one on top, and the
// flags over all.
func resolve(layers []layer, flags *pflag.FlagSet) (resolved, error) {
	out := resolved{origin: map[string]string{}, value: map[string]any{}}
	known := map[string]setting{}
	v := viper.New()
	for _, s := range settings() {
		known[s.name] = s
		v.SetDefault(s.name, s.fallback)
		out.origin[s.name] = "default"
	}
	for _, l := range layers {
		taken := map[string]any{}
		for key, value := range l.values {
			s, ok := known[key]
			if ok && s.onHost && l.foreign {
				out.unused = append(out.unused, fmt.Sprintf("%s: settings.%s is not followed, since it would write to this machine; give it as a flag, or look at the file and use --trust-config", l.origin, key))
				continue
			}
			if !ok {
				return out, misuse("take it away, or correct it; `freshinstall config show` lists all settings",
					"unknown setting %q", key).at(l.origin)
			}
			taken[key] = value
			out.origin[key] = l.origin
		}
		if err := v.MergeConfigMap(taken); err != nil {
			return out, misuse("write a plain value", "cannot read the settings: %v", err).at(l.origin)
		}
		// Decoded layer by layer, so that a wrong value is told with its place.
		if err := v.UnmarshalExact(&preferences{}); err != nil {
			return out, misuse("see `freshinstall config show` for the values that each takes",
				"a setting has a wrong value: %s", cleanLine(err.Error())).at(l.origin)
		}
	}
	slices.Sort(out.unused)
	if flags != nil {
		flags.VisitAll(func(f *pflag.Flag) {
			if _, ok := known[f.Name]; !ok {
				return
			}
			// Only fails for a flag that is nil.
			_ = v.BindPFlag(f.Name, f)
			if f.Changed {
				out.origin[f.Name] = "flag --" + f.Name
			}
		})
	}
	if err := v.UnmarshalExact(&out.preferences); err != nil {
		return out, misuse("see --help", "a setting has a wrong value: %s", cleanLine(err.Error()))
	}
	for _, s := range settings() {
		out.value[s.name] = v.Get(s.name)
		if _, duration := s.fallback.(time.Duration); duration {
			out.value[s.name] = v.GetDuration(s.name) // "90s" is shown as 1m30s
		}
	}
	return out, out.check()
}

// check holds the values against what they can mean.
func (r *resolved) check() error {
	for _, limit := range []struct {
		name string
		d    time.Duration
	}{{"step-timeout", r.StepTimeout}, {"silence", r.Silence}, {"search-time", r.SearchTime}, {"timeout", r.Timeout}} {
		if limit.d < 0 {
			return misuse("give a duration such as 90s or 20m, or 0 for none", "%s is negative: %s", limit.name, limit.d).at(r.origin[limit.name])
		}
	}
	if r.Parallel < 0 {
		return misuse("give 1 or more, or 0 for as many as there are processors", "parallel is negative: %d", r.Parallel).at(r.origin["parallel"])
	}
	if r.Events != "" && r.Events != "json" {
		return misuse("use --events json, or leave it out", "unknown form of events %q", r.Events).at(r.origin["events"])
	}
	if r.WriteTo != "" {
		if fault := pageFault(r.WriteTo); fault != "" {
			return misuse("name a document such as TROUBLESHOOTING.md or docs/problems.rst", "write-to: %s %s", cleanLine(r.WriteTo), fault).at(r.origin["write-to"])
		}
	}
	if r.Quiet && r.Verbose {
		return misuse("choose one of them", "quiet and verbose exclude each other")
	}
	return nil
}

// atOnce is how many environments run at the same time.
func (p preferences) atOnce() int {
	if p.Parallel > 0 {
		return p.Parallel
	}
	return runtime.NumCPU()
}

// trialsAtOnce is how many candidates are tried at the same time in one of n
// environments: half of the processors, since a trial is mostly one program at
// work, and the other half keeps the engine and the archive's packages moving.
// On two processors that is one.
func trialsAtOnce(processors, n int) int { return max(1, processors/2/max(1, n)) }
