package readme

// plainCases are written in Org, or without markup.
var plainCases = []blockCase{
	{"Org source block", "README.org", "* T\n#+BEGIN_SRC sh\nmake\n#+END_SRC\n", []string{`fence "sh" line 3: make`}},
	{"Org literal lines", "README.org", ": make\n: make install\n", []string{`indented "" line 1: make ⏎ make install`}},
	{"plain text, indented", "INSTALL", "Building\n========\n\nDo (as `root'):\n\n   make\n", []string{`inline "" line 4: root`, `indented "" line 6: make`}},
	{"Org fixed width in a list", "README.org", "1. *Do*\n   : make a\n   : make b\n2. ~make c~\n", []string{`bare "" line 1: *Do*`, `indented "" line 2: make a ⏎ make b`, `inline "" line 4: make c`}},
	{"Org verbatim and code", "README.org", "Run =make a=, ~make b~; a=b c~d.\n", []string{`inline "" line 1: make a`, `inline "" line 1: make b`}},
	{"Org results are no commands", "README.org", "#+begin_src sh\nmake\n#+end_src\n\n#+RESULTS:\n: make b\n: make c\n\n~x~\n", []string{`fence "sh" line 2: make`, `inline "" line 9: x`}},
	{"Org comma before a star", "README.org", "#+begin_src sh\n,* make\n#+end_src\n", []string{`fence "sh" line 2: * make`}},
	{"Org drawer, comment block and table", "README.org", "* T\n:PROPERTIES:\n:x: ~a~\n:END:\n#+begin_comment\n~b~\n#+end_comment\n| a | ~c~ |\n|---+-----|\n", []string{`inline "" line 8: c`}},
	{"Org quotation holds blocks", "README.org", "#+begin_quote\n~a~\n#+end_quote\n~b~\n", []string{`inline "" line 2: a`, `inline "" line 4: b`}},
	{"document of the GNU project", "INSTALL", "Basic Installation\n==================\n\n   Briefly, the shell command `./configure && make' should configure\nand build this package.  Type it.\n\n  1. `cd' to the directory and type\n     `./configure'.\n\n     Running `configure' might take\n     a while.\n\n  2. Type 'make' to compile.\n\n     ./configure CC=c99 \\\n       LIBS=-lposix\n", []string{`inline "" line 4: ./configure && make`, `inline "" line 7: cd`, `inline "" line 8: ./configure`, `inline "" line 10: configure`, `inline "" line 13: make`, `indented "" line 15: ./configure CC=c99 \ ⏎ LIBS=-lposix`}},
	{"typographic quotes", "INSTALL", "Run \u2018make a\u2019 and don't `make b' isn't.\n", []string{`inline "" line 1: make a`, `inline "" line 1: make b`}},
	{"double quotes", "INSTALL", "Type \"make a\", or \u201cmake b\u201d; 5\" disks.\n", []string{`inline "" line 1: make a`, `inline "" line 1: make b`}},
	{"a title in a frame", "INSTALL", "Text here.\n\n*** Installation ***\n\n  # needs gcc\n  ./configure\n  make\n", []string{`bare "" line 1: Text here.`, `indented "" line 5: # needs gcc ⏎ ./configure ⏎ make`}},
	{"numbered commands", "INSTALL", "1. ./configure\n2. make install\n", []string{`bare "" line 1: ./configure`, `bare "" line 2: make install`}},
	{"fence in plain text", "INSTALL", "```sh\nmake\n```\n", []string{`fence "sh" line 2: make`}},
	{"many terse lines in plain text", "INSTALL", "tar xf a.tar\ncd a\n./configure\nmake\nmake install\n", []string{`bare "" line 1: tar xf a.tar ⏎ cd a ⏎ ./configure ⏎ make ⏎ make install`}},
}
