package readme

// adocCases are written in AsciiDoc.
var adocCases = []blockCase{
	{"AsciiDoc listing", "README.adoc", "= T\n\n[source,bash]\n----\nmake\n----\n", []string{`fence "bash" line 5: make`}},
	{"AsciiDoc literal paragraph", "README.adoc", "Text `x`.\n\n\t$ make\n\t$ make install\n", []string{`inline "" line 1: x`, `indented "" line 3: $ make ⏎ $ make install`}},
	{"AsciiDoc comment and table", "README.adoc", "////\nmake\n////\n\n|===\n|make |all\n|===\n", nil},
	{"AsciiDoc ways to name the language", "README.adoc", "[source%nowrap,shell]\n----\na\n----\n\n[,console]\n----\n$ b\n----\n\n[source,subs=\"attributes\",language=bash]\n----\nc\n----\n\n```sh\nd\n```\n\n[source, sh, linenums]\n----\ne\n----\n", []string{`fence "shell" line 3: a`, `fence "console" line 8: $ b`, `fence "bash" line 13: c`, `fence "sh" line 17: d`, `fence "sh" line 22: e`}},
	{"AsciiDoc default language", "README.adoc", ":source-language: sh\n\n[source]\nmake\n\n----\nx\n----\n", []string{`indented "sh" line 4: make`, `fence "" line 7: x`}},
	{"AsciiDoc callouts", "README.adoc", "----\nmake a <1>\nmake b # <2> <3>\nmake <file>\necho 1 <.>\n----\n<1> *First*\n<2> Run `x`\n", []string{`fence "" line 2: make a ⏎ make b ⏎ make <file> ⏎ echo 1`, `bare "" line 7: *First*`, `inline "" line 8: x`}},
	{"AsciiDoc attributes in code", "README.adoc", ":v: 1.2\n\n[source,sh,subs=\"+attributes\"]\n----\nget {v} {w}\n----\n\n----\nget {v}\n----\n\nRun `get {v}` and `+get {v}+`.\n", []string{`fence "sh" line 5: get 1.2 {w}`, `fence "" line 9: get {v}`, `inline "" line 12: get 1.2`, `inline "" line 12: get {v}`}},
	{"AsciiDoc tabs", "README.adoc", "[tabs]\n====\nLinux::\n+\n--\n[source,sh]\n----\nmake a\n----\n--\nmacOS::\n+\n----\nmake b\n----\n====\n\n`make c`\n", []string{`fence "sh" line 8 (Linux): make a`, `fence "" line 14 (macOS): make b`, `inline "" line 18: make c`}},
	{"AsciiDoc blocks that are shown as tabs", "README.adoc", ".Maven\n[source,sh,role=\"primary\"]\n----\nmvn x\n----\n\n.Gradle\n[source,sh,role=\"secondary\"]\n----\ngradle x\n----\n", []string{`fence "sh" line 4 (Maven): mvn x`, `fence "sh" line 10 (Gradle): gradle x`}},
	{"AsciiDoc block that is folded away", "README.adoc", ".On Linux\n[%collapsible]\n====\n`make`\n====\n`end`\n", []string{`inline "" line 4 (On Linux): make`, `inline "" line 6: end`}},
	{"AsciiDoc nested blocks", "README.adoc", "[NOTE]\n====\nText *x*:\n\n----\nmake a\n----\n====\n\n****\n make b\n****\n", []string{`bare "" line 3: Text *x*:`, `fence "" line 6: make a`, `indented "" line 11: make b`}},
	{"AsciiDoc inline code", "README.adoc", "Run `make a`, ``make b``, `+make c+`, +make d+ and \"`make e`\".\n", []string{`inline "" line 1: make a`, `inline "" line 1: make b`, `inline "" line 1: make c`, `inline "" line 1: make d`}},
	{"AsciiDoc terms", "README.adoc", "Linux:: Run `make a`.\nmacOS::\n  Run `make b`.\n\nA b::\n+\n----\nc\n----\n", []string{`inline "" line 1: make a`, `bare "" line 2: macOS::`, `inline "" line 3: make b`, `bare "" line 5: A b::`, `fence "" line 8: c`}},
	{"AsciiDoc table", "README.adoc", "|===\n|Linux |`make a`\n|===\n\n`b`\n", []string{`inline "" line 2: make a`, `inline "" line 5: b`}},
	{"AsciiDoc conditions", "README.adoc", "ifdef::env-github[]\n`a`\nendif::[]\nimage::x.png[]\n", []string{`inline "" line 2: a`}},
	{"AsciiDoc title of two lines", "README.adoc", "Install\n-------\n\n----\nmake\n----\n", []string{`fence "" line 5: make`}},
}
