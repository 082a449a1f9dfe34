package readme

// adocCases are written in AsciiDoc.
var adocCases = []blockCase{
	{"AsciiDoc listing", "README.adoc", "= T\n\n[source,bash]\n----\nmake\n----\n", []string{`fence "bash" line 5: make`}},
	{"AsciiDoc literal paragraph", "README.adoc", "Text `x`.\n\n\t$ make\n\t$ make install\n", []string{`inline "" line 1: x`, `indented "" line 3: $ make ⏎ $ make install`}},
	{"AsciiDoc comment and table", "README.adoc", "////\nmake\n////\n\n|===\n|make |all\n|===\n", nil},
}
