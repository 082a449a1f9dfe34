package readme

// plainCases are written in Org, or without markup.
var plainCases = []blockCase{
	{"Org source block", "README.org", "* T\n#+BEGIN_SRC sh\nmake\n#+END_SRC\n", []string{`fence "sh" line 3: make`}},
	{"Org literal lines", "README.org", ": make\n: make install\n", []string{`indented "" line 1: make ⏎ make install`}},
	{"plain text, indented", "INSTALL", "Building\n========\n\nDo (as `root'):\n\n   make\n", []string{`inline "" line 4: root`, `indented "" line 6: make`}},
}
