package main

// What the demo draws from. Each kind of fault has its own list; every entry
// works in both environments of the demo once its fault is mended, which the
// tests with containers show for several seeds.

type demoTheme struct {
	names   []string
	subject string
	unit    string
	places  []string
}

var demoThemes = []demoTheme{
	{[]string{"rainbook", "raincount", "gaugelog"}, "the readings of rain gauges", "millimetres", []string{"Millpond", "North Hill", "Harbour", "Old Orchard"}},
	{[]string{"birdlog", "wingcount", "nestbook"}, "the counts of a bird watch", "birds", []string{"Reed Bank", "Church Tower", "Salt Meadow", "Quarry"}},
	{[]string{"shelfcount", "pantrylog", "foodbook"}, "the weights that a food bank hands out", "kilograms", []string{"East Side", "Station", "Riverside", "Market Hall"}},
	{[]string{"wellwatch", "pumplog", "waterbook"}, "the litres that village pumps give", "litres", []string{"Upper Well", "School", "Clinic", "Crossroads"}},
}

// demoTool is a program that the README uses and never names as needed.
type demoTool struct {
	Step, File, Content string // SRC is the source folder
}

var demoTools = []demoTool{
	{"m4 SRC/limits.m4 > SRC/limits.h", "SRC/limits.m4",
		"changecom`'dnl\ndefine(`PLACES', 64)dnl\n#define MOST_PLACES PLACES\n#define LONGEST_NAME eval(PLACES / 2)\n"},
	{`jq -r 'to_entries[] | "#define \(.key) \(.value)"' SRC/limits.json > SRC/limits.h`, "SRC/limits.json",
		"{\"MOST_PLACES\": 64, \"LONGEST_NAME\": 32}\n"},
	{`gawk -F= '{ print "#define", toupper($1), $2 }' SRC/limits.txt > SRC/limits.h`, "SRC/limits.txt",
		"most_places=64\nlongest_name=32\n"},
	{"dc -f SRC/limits.dc > SRC/limits.h", "SRC/limits.dc",
		"[#define MOST_PLACES ]n 2 6^p\n[#define LONGEST_NAME ]n 2 5^p\n"},
	{"xsltproc SRC/limits.xml SRC/limits.xml > SRC/limits.h", "SRC/limits.xml", `<?xml version="1.0"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output method="text"/>
  <xsl:template match="/">#define MOST_PLACES <xsl:value-of select="8 * 8"/>
#define LONGEST_NAME <xsl:value-of select="4 * 8"/>
<xsl:text>
</xsl:text></xsl:template>
</xsl:stylesheet>
`},
	{"make SRC/limits.h", "Makefile",
		"SRC/limits.h:\n\tprintf '#define MOST_PLACES %d\\n#define LONGEST_NAME %d\\n' 64 32 > $@\n"},
	{"ninja SRC/limits.h", "build.ninja",
		"rule limits\n  command = printf '#define MOST_PLACES %d\\n#define LONGEST_NAME %d\\n' 64 32 > $out\nbuild SRC/limits.h: limits\n"},
}

// demoLibrary is a C library whose header nobody said must be there.
type demoLibrary struct {
	Name, Header, Flag string
	Version            string // C expression: the version as text
}

var demoLibraries = []demoLibrary{
	{"zlib", "zlib.h", "-lz", "zlibVersion()"},
	{"bzip2", "bzlib.h", "-lbz2", "BZ2_bzlibVersion()"},
	{"liblzma", "lzma.h", "-llzma", "lzma_version_string()"},
	{"expat", "expat.h", "-lexpat", "XML_ExpatVersion()"},
	{"libyaml", "yaml.h", "-lyaml", "yaml_get_version_string()"},
	{"gdbm", "gdbm.h", "-lgdbm", "gdbm_version"},
	{"SQLite", "sqlite3.h", "-lsqlite3", "sqlite3_libversion()"},
	{"LZ4", "lz4.h", "-llz4", "LZ4_versionString()"},
	{"zstd", "zstd.h", "-lzstd", "ZSTD_versionString()"},
	{"utf8proc", "utf8proc.h", "-lutf8proc", "utf8proc_version()"},
	{"libevent", "event2/event.h", "-levent", "event_get_version()"},
	{"Oniguruma", "oniguruma.h", "-lonig", "onig_version()"},
}

// demoStale is a package by a name that the distribution has given up, and
// what the script does with it.
type demoStale struct {
	Package, Module string
	Use             string // Python, indented by four
}

var demoStaleNames = []demoStale{
	{"python-tabulate", "tabulate", `    print(tabulate.tabulate(rows, headers=["place", "total"]))`},
	{"python-prettytable", "prettytable", "    table = prettytable.PrettyTable([\"place\", \"total\"])\n    for row in rows:\n        table.add_row(row)\n    print(table)"},
	{"python-simplejson", "simplejson", "    print(simplejson.dumps(dict(rows), indent=2, sort_keys=True))"},
	{"python-six", "six", "    for place, total in sorted(six.iteritems(dict(rows))):\n        print(place, total)"},
	{"python-unidecode", "unidecode", "    for place, total in rows:\n        print(unidecode.unidecode(place), total)"},
	{"python-wcwidth", "wcwidth", "    for place, total in rows:\n        print(place + \" \" * (24 - wcwidth.wcswidth(place)), total)"},
	{"python-termcolor", "termcolor", "    for place, total in rows:\n        print(termcolor.colored(place, \"green\"), total)"},
	{"python-toml", "toml", "    print(toml.dumps(dict(rows)))"},
}

// demoPath is a step that names a file where it is not. WRONG is the folder
// that the README names; the file lies in another one.
type demoPath struct {
	Step, File, Content string
}

var demoPaths = []demoPath{
	{"cp WRONG/sample.conf NAME.conf", "sample.conf", "UNIT\n"},
	{"cp WRONG/NAME.conf.example NAME.conf", "NAME.conf.example", "UNIT\n"},
	{"install -m 644 WRONG/defaults.conf NAME.conf", "defaults.conf", "UNIT\n"},
	{"sh WRONG/prepare.sh", "prepare.sh", "#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\necho UNIT > NAME.conf\n"},
	{"./WRONG/configure-here.sh", "configure-here.sh", "#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\necho UNIT > NAME.conf\n"},
}
