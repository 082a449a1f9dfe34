package main

import (
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

const none = "-"

// families are the columns of names, and what the projects call a system of
// each, the best first.
var families = []struct {
	column string
	of     []string
}{
	{"deb", []string{"debian", "ubuntu"}},
	{"rpm", []string{"fedora", "rhel", "rockylinux", "redhat", "centos"}},
	{"apk", []string{"alpine"}},
	{"suse", []string{"opensuse", "sle"}},
	{"arch", []string{"arch"}},
}

var (
	goodName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.+_-]{0,79}$`)
	// robotics are keys that no general README asks for.
	robotics = regexp.MustCompile(`(?i)(^|[-_])(ros|ros2|gazebo|ignition|gz|libgz|sdformat|nao|naoqi|kuka|turtlebot|libpcl|orocos|moveit|urdf|rviz|colcon|catkin|rosdep|vcstool)([-_0-9]|$)`)
)

// packageNames makes lines of rosdep's keys: what a thing is called in each
// family. Keys that stand for other package managers are left out.
func packageNames(repo repository) ([]string, [][]string, error) {
	var rows [][]string
	for _, file := range []string{"rosdep/base.yaml", "rosdep/python.yaml"} {
		data, err := repo.show(file)
		if err != nil {
			return nil, nil, err
		}
		var keys map[string]map[string]yaml.Node
		if err := yaml.Unmarshal(data, &keys); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", file, err)
		}
		for key, systems := range keys {
			if robotics.MatchString(key) {
				continue
			}
			row, known := make([]string, len(families)), 0
			for i, f := range families {
				row[i] = none
				for _, system := range f.of {
					node := systems[system]
					if names := newest(&node); len(names) > 0 {
						row[i] = strings.Join(names, ",")
						known++
						break
					}
				}
			}
			if row[0] != none && known > 1 && !robotics.MatchString(row[0]) {
				rows = append(rows, row)
			}
		}
	}
	return columns(), rows, nil
}

func columns() []string {
	var all []string
	for _, f := range families {
		all = append(all, f.column)
	}
	return all
}

// newest reads what rosdep has for a system: names; or names for each release,
// of which the general one counts, else that of the last in the file's order;
// or a mapping that names a package manager. Nothing is made of null, and of
// what pip or gem would install.
func newest(node *yaml.Node) []string {
	switch node.Kind {
	case yaml.SequenceNode:
		var names []string
		if node.Decode(&names) != nil {
			return nil
		}
		for _, n := range names {
			if !goodName.MatchString(n) {
				return nil
			}
		}
		return names
	case yaml.MappingNode:
		var last []string
		for i := 0; i+1 < len(node.Content); i += 2 {
			switch key, value := node.Content[i].Value, node.Content[i+1]; key {
			case "*":
				if names := newest(value); len(names) > 0 {
					return names
				}
			case "packages", "apt", "dnf", "yum", "apk", "zypper", "pacman":
				return newest(value)
			case "pip", "gem", "source":
				return nil
			default:
				if names := newest(value); len(names) > 0 {
					last = names
				}
			}
		}
		return last
	}
	return nil
}

// requirement is a file of r-system-requirements, as far as names go.
type requirement struct {
	Dependencies []struct {
		Packages    []string
		Constraints []struct {
			Distribution string
			Versions     []string
		}
	}
}

// requirements makes lines of what texts call a system requirement, and the
// packages of each family that fulfil it. Of several releases the one for
// every release counts, else the one that is named last, which is the newest.
func requirements(repo repository) ([]string, [][]string, error) {
	files, err := repo.list("rules")
	if err != nil {
		return nil, nil, err
	}
	var rows [][]string
	for _, file := range files {
		if path.Ext(file) != ".json" {
			continue
		}
		data, err := repo.show(file)
		if err != nil {
			return nil, nil, err
		}
		var r requirement
		if err := json.Unmarshal(data, &r); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", file, err)
		}
		row := []string{strings.ToLower(strings.TrimSuffix(path.Base(file), ".json"))}
		for _, f := range families {
			row = append(row, r.packages(f.of))
		}
		if goodName.MatchString(row[0]) && slices.ContainsFunc(row[1:], func(cell string) bool { return cell != none }) {
			rows = append(rows, row)
		}
	}
	return append([]string{"requirement"}, columns()...), rows, nil
}

func (r requirement) packages(systems []string) string {
	for _, system := range systems {
		found := none
		for _, d := range r.Dependencies {
			bad := slices.ContainsFunc(d.Packages, func(name string) bool { return !goodName.MatchString(name) })
			if len(d.Packages) == 0 || bad {
				continue
			}
			for _, c := range d.Constraints {
				if c.Distribution != system {
					continue
				}
				if found = strings.Join(d.Packages, ","); len(c.Versions) == 0 {
					return found
				}
			}
		}
		if found != none {
			return found
		}
	}
	return none
}
