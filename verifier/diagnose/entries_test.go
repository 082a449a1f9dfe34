package diagnose

import (
	"slices"
	"strings"
	"testing"

	"github.com/freshinstall/freshinstall/verifier"
)

// entries are the ninety failures of newcomers that the catalogue was written
// from, each with the rule that knows it and output that shows it. The numbers
// of the list and those of the rules went apart where a rule was split.
var entries = []struct {
	entry, rule, typed, output string
	exit                       int
}{
	{entry: "S01 command not installed", rule: "S01", output: "bash: unzip: command not found"},
	{entry: "S02 python absent, python3 present", rule: "S02", output: "bash: python: command not found"},
	{entry: "S03 sudo absent", rule: "S03", output: "/bin/sh: 1: sudo: not found"},
	{entry: "S04 source under sh", rule: "S04", output: "sh: 1: source: not found"},
	{entry: "S05 bash syntax under sh", rule: "S05", output: "run.sh: 3: [[: not found"},
	{entry: "S06 CRLF in a script", rule: "S06", output: "/usr/bin/env: ‘bash\\r’: No such file or directory"},
	{entry: "S07 exec bit missing", rule: "S07", output: "bash: ./r.sh: Permission denied"},
	{entry: "S08 wrong directory", rule: "S08a", output: "bash: cd: todo-app: No such file or directory"},
	{entry: "S08 missing file", rule: "S08", output: "ERROR: Could not open requirements file: [Errno 2] No such file or directory: 'requirement.txt'"},
	{entry: "S09 prompt sign pasted", rule: "S09", output: "bash: $: command not found"},
	{entry: "S10 placeholder typed literally", rule: "S10", output: "bash: syntax error near unexpected token `newline'"},
	{entry: "S11 unset variable", rule: "S11", output: "r.sh: line 2: API_HOST: unbound variable"},
	{entry: "S12 not root", rule: "S12", output: "mkdir: cannot create directory ‘/opt/x’: Permission denied"},
	{entry: "S13 tool not on PATH", rule: "S13", output: "  WARNING: The script flask is installed in '/home/newcomer/.local/bin' which is not on PATH."},
	{entry: "S14 no service manager", rule: "S14", output: "System has not been booted with systemd as init system (PID 1). Can't operate."},

	{entry: "A01 archive moved", rule: "A01", output: "E: The repository 'http://archive.example.org/debian stretch Release' does not have a Release file."},
	{entry: "A02 package unknown, no lists", rule: "A02a", output: "E: Unable to locate package openjdk-17-jdk"},
	{entry: "A02 package unknown, other name", rule: "A02b", typed: "apt-get update && apt-get install -y openjdk-17-jdk", output: "E: Unable to locate package openjdk-17-jdk"},
	{entry: "A02 package unknown, other families", rule: "A02c", output: "No match for argument: openjdk-17-jdk"},
	{entry: "A03 package withdrawn", rule: "A03", output: "E: Package 'libgl1-mesa-glx' has no installation candidate"},
	{entry: "A04 index fetch failed with exit status 0", rule: "A04", output: "W: Some index files failed to download. They have been ignored, or old ones used instead."},
	{entry: "A05 signing key missing", rule: "A05", output: "W: GPG error: https://example.org/debian stable InRelease: NO_PUBKEY 7EA0A9C3F273FCD8"},
	{entry: "A06 question asked, nobody answers", rule: "A06", output: "Do you want to continue? [Y/n] Abort."},
	{entry: "A07 debconf question", rule: "A07", output: "Please select the geographic area in which you live."},
	{entry: "A08 PPA step on Debian", rule: "A08", output: "bash: add-apt-repository: command not found"},

	{entry: "C01 header missing", rule: "C01", output: "t.c:1:10: fatal error: zlib.h: No such file or directory"},
	{entry: "C02 Python.h", rule: "C02", output: "e.c:1:10: fatal error: Python.h: No such file or directory"},
	{entry: "C03 library missing at link", rule: "C03", output: "/usr/bin/ld: cannot find -lncursesw: No such file or directory"},
	{entry: "C04 pkg-config module missing", rule: "C04", output: "No package 'gtk+-3.0' found"},
	{entry: "C05 CMake, module mode", rule: "C05", output: "  Could NOT find ZLIB (missing: ZLIB_LIBRARY ZLIB_INCLUDE_DIR)"},
	{entry: "C06 CMake, config mode", rule: "C06", output: "  Could not find a package configuration file provided by \"Eigen3\" with any of"},
	{entry: "C07 CMake too old", rule: "C07", output: "  CMake 3.99 or higher is required.  You are running version 3.25.1"},
	{entry: "C08 no compiler", rule: "C08", output: "error: command 'x86_64-linux-gnu-gcc' failed: No such file or directory"},
	{entry: "C08 no C++ compiler", rule: "C08b", output: "  No CMAKE_CXX_COMPILER could be found."},
	{entry: "C09 shared library missing at run time", rule: "C09", output: "ImportError: libGL.so.1: cannot open shared object file: No such file or directory"},
	{entry: "C10 glibc too old", rule: "C10", output: "./t: /lib/libc.so.6: version `GLIBC_2.38' not found (required by ./t)"},
	{entry: "C11 make wraps the real error", rule: UnknownRule, output: "make: *** [Makefile:2: all] Error 1"},
	{entry: "C12 wrong target for make", rule: "C12", output: "make: *** No rule to make target 'instal'.  Stop."},
	{entry: "C12 wrong directory for make", rule: "C12b", output: "make: *** No targets specified and no makefile found.  Stop."},
	{entry: "C12 tabs turned into spaces", rule: "C12c", output: "Makefile:2: *** missing separator.  Stop."},

	{entry: "P01 externally managed", rule: "P01", output: "error: externally-managed-environment"},
	{entry: "P02 venv without ensurepip", rule: "P02", output: "The virtual environment was not created successfully because ensurepip is not\navailable."},
	{entry: "P03 no pip", rule: "P03", output: "/usr/bin/python3: No module named pip"},
	{entry: "P04 pg_config", rule: "P04", output: "Error: pg_config executable not found."},
	{entry: "P05 interpreter does not fit the pins", rule: "P05", output: "ERROR: Package 'demo' requires a different Python: 3.11.2 not in '>=3.99'"},
	{entry: "P06 network failure dressed as no matching distribution", rule: "W01", output: "WARNING: Retrying after connection broken by 'NewConnectionError('Failed to establish a new connection')': /simple/flask/\n" +
		"ERROR: Could not find a version that satisfies the requirement flask (from versions: none)\nERROR: No matching distribution found for flask"},
	{entry: "P07 modules removed from Python", rule: "P07", output: "ModuleNotFoundError: No module named 'distutils'"},
	{entry: "P08 module not declared", rule: "P08", output: "ModuleNotFoundError: No module named 'yaml'"},
	{entry: "P09 Python 2 code", rule: "P09", output: "SyntaxError: Missing parentheses in call to 'print'. Did you mean print(...)?"},
	{entry: "P10 wheel build wrapper", rule: UnknownRule, output: "ERROR: Failed building wheel for psycopg2"},
	{entry: "P11 pins contradict", rule: "P11", output: "ERROR: ResolutionImpossible: for help visit the documentation"},
	{entry: "P12 hashes differ", rule: "P13", output: "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE."},
	{entry: "P13 yanked version", rule: "P18", output: "WARNING: The candidate selected for download or install is a yanked version: 'a' candidate (version 1.0)"},
	{entry: "P14 lock file out of date", rule: "P14", output: "pyproject.toml changed significantly since poetry.lock was last generated."},
	{entry: "P15 conda build strings of another platform", rule: "P15", output: "ResolvePackageNotFound:\n  - appnope==0.1.0=py36hf537a9a_0"},
	{entry: "P16 conda activate in a script", rule: "P16", output: "CommandNotFoundError: Your shell has not been properly configured to use 'conda activate'."},
	{entry: "P17 ASCII locale", rule: "P17", output: "perl: warning: Setting locale failed."},

	{entry: "R01 package missing", rule: "R01", output: "Error in library(jsonlite) : there is no package called ‘jsonlite’"},
	{entry: "R02 system library for an R package", rule: "R02", output: "Configuration failed because libxml-2.0 was not found. Try installing:\n * deb: libxml2-dev (Debian, Ubuntu, etc)"},
	{entry: "R03 install.packages exits 0 after failing", rule: "R03", output: "  installation of package ‘xml2’ had non-zero exit status"},
	{entry: "R04 R too old", rule: "R04", output: "ERROR: this R is version 4.2.2, package 'p' requires R >= 4.9"},

	{entry: "N01 peer dependency conflict", rule: "N01", output: "npm ERR! code ERESOLVE"},
	{entry: "N02 Node too old or too new, npm strict", rule: "N02", output: "npm ERR! notsup Required: {\"node\":\">=20\"}"},
	{entry: "N02 Node too old or too new, npm warns", rule: "N02b", output: "npm WARN EBADENGINE Unsupported engine {\nnpm WARN EBADENGINE   required: { node: '>=20' },"},
	{entry: "N03 npm ci without a matching lock", rule: "N03", output: "npm ERR! The `npm ci` command can only install with an existing package-lock.json or"},
	{entry: "N04 node-gyp finds no Python or compiler", rule: "N04", output: "gyp ERR! find Python"},
	{entry: "N05 script not in package.json", rule: "N05", output: "npm ERR! Missing script: \"dev\""},
	{entry: "N06 module not found", rule: "N06", output: "Error: Cannot find module 'express'"},
	{entry: "N07 OpenSSL 3 and old webpack", rule: "N07", output: "Error: error:0308010C:digital envelope routines::unsupported"},
	{entry: "N08 global install without rights", rule: "N08", output: "npm ERR! code EACCES"},
	{entry: "N09 heap exhausted", rule: "N09", output: "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory", exit: 134},

	{entry: "L01 Go too old", rule: "L01", output: "go.mod:3: invalid go version '1.25.1': must match format 1.23"},
	{entry: "L02 go.sum incomplete", rule: "L02", output: "main.go:2:8: missing go.sum entry for module providing package github.com/spf13/cobra (imported by x); to add:"},
	{entry: "L03 Rust too old", rule: "L03", output: "error: package `x v0.1.0` cannot be built because it requires rustc 1.99 or newer, while the currently active rustc version is 1.63.0"},
	{entry: "L04 openssl-sys", rule: "L04", output: "Could not find directory of OpenSSL installation, and this `-sys` crate cannot"},
	{entry: "L05 Java version mismatch", rule: "L05", output: "error: release version 21 not supported"},
	{entry: "L06 JAVA_HOME", rule: "L06", output: "The JAVA_HOME environment variable is not defined correctly,"},
	{entry: "L07 Ruby version", rule: "L07", output: "Your Ruby version is 3.1.2, but your Gemfile specified 2.7.8"},
	{entry: "L07 Bundler version", rule: "L07b", output: "Bundler 2.3.7 is running, but your lockfile was generated with 2.4.10. Installing"},
	{entry: "L08 PHP extension", rule: "L08", output: "- Root composer.json requires PHP extension ext-gd * but it is missing from your system."},
	{entry: "L08 PHP version", rule: "L08b", output: "- Root composer.json requires php >=8.9 but your php version (8.2.7) does not satisfy that requirement."},

	{entry: "T01 SSH address, no key", rule: "T01", output: "git@example.org: Permission denied (publickey)."},
	{entry: "T02 submodules empty", rule: "T02", output: "  The source directory\n\n    /src/third_party/fmt\n\n  does not contain a CMakeLists.txt file."},
	{entry: "T03 Git LFS pointer instead of data", rule: "T03", output: "git: 'lfs' is not a git command. See 'git --help'."},
	{entry: "T04 dubious ownership", rule: "T04", output: "fatal: detected dubious ownership in repository at '/src'"},
	{entry: "T05 private repository", rule: "T05", output: "fatal: could not read Username for 'https://example.org': No such device or address"},

	{entry: "D01 no Docker in the newcomer's machine", rule: "D01", output: "Cannot connect to the Docker daemon at unix:///var/run/docker.sock."},
	{entry: "D02 docker-compose v1", rule: "D02", output: "bash: docker-compose: command not found"},
	{entry: "D03 registry rate limit", rule: "D03", output: "toomanyrequests: You have reached your pull rate limit."},
	{entry: "D04 wrong architecture", rule: "D04", output: "bash: ./t: cannot execute binary file: Exec format error"},
	{entry: "D05 database server absent", rule: "D05", output: "Error: connect ECONNREFUSED 127.0.0.1:9200"},
	{entry: "D05 PostgreSQL absent", rule: "D11", output: "psql: error: connection to server at \"localhost\" (127.0.0.1), port 5432 failed: Connection refused"},
	{entry: "D06 database or role missing", rule: "D06", output: "psql: error: FATAL:  database \"app\" does not exist"},
	{entry: "D07 port in use", rule: "D07", output: "OSError: [Errno 98] Address already in use"},
	{entry: "D08 environment variable missing", rule: "D08", output: "KeyError: 'DATABASE_URL'"},
	{entry: "D09 env file missing", rule: "D09", output: "bash: .env: No such file or directory"},

	{entry: "W01 name resolution, timeouts, 5xx", rule: "W01", output: "curl: (6) Could not resolve host: example.org"},
	{entry: "W02 TLS interception", rule: "W02", output: "npm ERR! code SELF_SIGNED_CERT_IN_CHAIN"},
	{entry: "M01 killed for memory", rule: "M01", output: "g++: fatal error: Killed signal terminated program cc1plus"},
	{entry: "M02 disk full", rule: "M02", output: "cp: error writing '/tmp/x': No space left on device"},
}

func TestEveryKnownFailureHasItsRule(t *testing.T) {
	c := catalogue(t)
	numbers := map[string]bool{}
	for _, e := range entries {
		numbers[strings.Fields(e.entry)[0]] = true
		t.Run(e.entry, func(t *testing.T) {
			o := observed(&Rule{}, Sample{Output: e.output, Typed: e.typed, Exit: e.exit})
			if e.rule == "D02" {
				o.Earlier = []string{"docker build -t app ."}
			}
			if got := c.Explain(o)[0].Finding; got.Rule != e.rule {
				t.Errorf("explained by %s (%s) for %q, want %s", got.Rule, got.Title, got.Evidence, e.rule)
			}
		})
	}
	if len(numbers) != 90 {
		t.Errorf("%d of the 90 entries stand in the table", len(numbers))
	}
}

// A reader of every family is helped where a package helps one of Debian.
func TestPackagesAreNamedForEveryFamily(t *testing.T) {
	// In these the words are those of apt, or there is no package of that kind.
	debOnly := map[string]string{
		"A02a": "apt's lists", "A02b": "a name of apt", "A03": "a name of apt", "A08": "an archive of Ubuntu",
		"S02": "only Debian and the Red Hat family have a package for it",
		"P02": "the others bring it with Python", "L20": "apk names no modules of Perl in its index",
		"R01": "apk and arch have no packages of R's", "R05": "apk and arch have no packages of R's",
	}
	for _, r := range catalogue(t).Rules() {
		if debOnly[r.ID] != "" || !installs(r.Families[string(verifier.FamilyDeb)]) {
			continue
		}
		for _, family := range families {
			if !installs(r.Families[string(family)]) {
				t.Errorf("%s: nothing to install is named for %s", r.ID, family)
			}
		}
	}
}

func installs(templates []Template) bool {
	return slices.ContainsFunc(templates, func(t Template) bool { return t.Lookup != nil || t.Table != "" || len(t.Install) > 0 })
}
