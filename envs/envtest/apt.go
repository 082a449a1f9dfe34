package envtest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Apt is apt-get and apt: update, install and remove. As the real one it asks
// before it installs only when more would come than was named, and it needs
// root.
func Apt(c *Call) int {
	yes := false
	var words []string
	for _, arg := range c.Args[1:] {
		switch {
		case arg == "-y" || arg == "--yes" || arg == "--assume-yes" || arg == "-qy" || arg == "-yq" || arg == "-yqq" || arg == "-qqy":
			yes = true
		case !strings.HasPrefix(arg, "-"):
			words = append(words, arg)
		}
	}
	if len(words) == 0 {
		return c.Fail(1, "%s: a command is missing\n", c.Args[0])
	}
	switch words[0] {
	case "update":
		return aptUpdate(c)
	case "install":
		return aptInstall(c, words[1:], yes)
	case "remove", "purge", "autoremove", "clean", "upgrade":
		return aptOther(c)
	}
	return c.Fail(100, "E: Invalid operation %s\n", words[0])
}

func aptUpdate(c *Call) int {
	if c.User != "root" {
		c.Printf("Reading package lists... Done\n")
		return c.Fail(100, "E: Could not open lock file /var/lib/apt/lists/lock - open (13: Permission denied)\n"+
			"E: Unable to lock directory /var/lib/apt/lists/\n")
	}
	c.System.SetLists(true)
	c.Printf("Get:1 http://archive.invalid/debian bookworm InRelease [151 kB]\n" +
		"Get:2 http://archive.invalid/debian bookworm/main amd64 Packages [8,693 kB]\n" +
		"Fetched 8,844 kB in 1s (8,844 kB/s)\nReading package lists... Done\n")
	return 0
}

func aptOther(c *Call) int {
	if c.User != "root" {
		return aptLocked(c)
	}
	c.Printf("%s0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n", aptReading)
	return 0
}

const aptReading = "Reading package lists... Done\nBuilding dependency tree... Done\nReading state information... Done\n"

func aptLocked(c *Call) int {
	return c.Fail(100, "E: Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission denied)\n"+
		"E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), are you root?\n")
}

func aptInstall(c *Call, names []string, yes bool) int {
	if c.User != "root" {
		return aptLocked(c)
	}
	c.Printf(aptReading)
	if code := aptKnown(c, names); code != 0 {
		return code
	}
	for _, name := range names {
		if c.System.Installed(name) {
			p, _ := c.System.Lookup(name)
			c.Printf("%s is already the newest version (%s).\n", name, p.version())
		}
	}
	all := c.System.closure(names)
	if len(all) == 0 {
		c.Printf("0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n")
		return 0
	}
	var extra []string
	for _, name := range all {
		if !slices.Contains(names, name) {
			extra = append(extra, name)
		}
	}
	if len(extra) > 0 {
		c.Printf("The following additional packages will be installed:\n  %s\n", strings.Join(extra, " "))
	}
	c.Printf("The following NEW packages will be installed:\n  %s\n", strings.Join(all, " "))
	c.Printf("0 upgraded, %d newly installed, 0 to remove and 0 not upgraded.\n", len(all))
	c.Printf("Need to get %d kB of archives.\nAfter this operation, %d kB of additional disk space will be used.\n", 40*len(all), 160*len(all))
	if len(extra) > 0 && !yes {
		c.Printf("Do you want to continue? [Y/n] ")
		reply, err := readLine(c)
		if err != nil || !agrees(reply) {
			c.Printf("Abort.\n")
			return 1
		}
	}
	for _, name := range all {
		p, _ := c.System.Lookup(name)
		c.Printf("Selecting previously unselected package %s.\nUnpacking %s (%s) ...\nSetting up %s (%s) ...\n", name, name, p.version(), name, p.version())
		if err := c.System.Install(name); err != nil {
			return c.Fail(100, "dpkg: error processing archive %s: %v\nE: Sub-process /usr/bin/dpkg returned an error code (1)\n", name, err)
		}
	}
	return 0
}

func agrees(reply string) bool {
	reply = strings.ToLower(strings.TrimSpace(reply))
	return reply == "" || reply == "y" || reply == "yes"
}

// aptKnown complains about the names that cannot be installed.
func aptKnown(c *Call, names []string) int {
	code := 0
	for _, name := range names {
		p, ok := c.System.Lookup(name)
		switch {
		case c.System.Installed(name):
		case !ok || !c.System.Lists():
			code = c.Fail(100, "E: Unable to locate package %s\n", name)
		case len(p.ReplacedBy) > 0:
			c.Printf("Package %s is not available, but is referred to by another package.\n"+
				"This may mean that the package is missing, has been obsoleted, or\nis only available from another source\n"+
				"However the following packages replace it:\n  %s\n\n", name, strings.Join(p.ReplacedBy, " "))
			code = c.Fail(100, "E: Package '%s' has no installation candidate\n", name)
		}
	}
	return code
}

func (p Package) version() string { return cmp.Or(p.Version, "1.0-1") }

// closure is what must be installed for the names, dependencies first.
func (s *System) closure(names []string) []string {
	var all []string
	seen := map[string]bool{}
	var add func(string)
	add = func(name string) {
		p, ok := s.Lookup(name)
		if !ok || seen[name] || s.Installed(name) {
			return
		}
		seen[name] = true
		for _, dep := range p.Depends {
			add(dep)
		}
		all = append(all, name)
	}
	for _, name := range names {
		add(name)
	}
	return all
}

// Dpkg answers "-s NAME" and "-l".
func Dpkg(c *Call) int {
	options, names := operands(c)
	switch options {
	case "s":
		for _, name := range names {
			if !c.System.Installed(name) {
				return c.Fail(1, "dpkg-query: package '%s' is not installed and no information is available\n", name)
			}
			p, _ := c.System.Lookup(name)
			c.Printf("Package: %s\nStatus: install ok installed\nVersion: %s\n", name, p.version())
		}
		return 0
	case "l":
		for _, name := range c.System.Packages() {
			p, _ := c.System.Lookup(name)
			c.Printf("%s\n", fmt.Sprintf("ii  %-20s %s amd64", name, p.version()))
		}
		return 0
	}
	return c.Fail(2, "dpkg: error: need an action option\n")
}
