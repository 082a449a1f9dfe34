package readme

// markdownCases are written in Markdown and what site generators add to it.
var markdownCases = []blockCase{
	{"tagged fence", "README.md", "Text *here*.\n\n```bash\nmake\nmake install\n```\n", []string{`fence "bash" line 4: make ⏎ make install`}},
	{"fence with attributes after the language", "README.md", "```sh title=\"x\"\nmake\n```\n", []string{`fence "sh" line 2: make`}},
	{"fence in braces", "README.md", "```{.bash}\nmake\n```\n", []string{`fence "bash" line 2: make`}},
	{"fence without a language", "README.md", "~~~\nmake\n~~~\n", []string{`fence "" line 2: make`}},
	{"fence inside a list item loses the item's indentation", "README.md", "1. *Do*\n   ```sh\n   make\n   ```\n", []string{`fence "sh" line 3: make`}},
	{"indented block", "README.md", "*Do*:\n\n    make\n    make check\n", []string{`indented "" line 3: make ⏎ make check`}},
	{"inline code", "README.md", "Run `make` now.\n", []string{`inline "" line 1: make`}},
	{"inline code of HTML", "README.md", "Run <code>make all</code> now.\n", []string{`inline "" line 1: make all`}},
	{"pre on one line", "README.md", "Do:\n<pre>npm install</pre>\n", []string{`bare "" line 1: Do:`, `pre "" line 2: npm install`}},
	{"pre with code, entities and several lines", "README.md", "<pre><code class=\"language-sh\">\na &amp;&amp; b\nc\n</code></pre>\n", []string{`pre "sh" line 2: a && b ⏎ c`}},
	{"line of plain text", "README.md", "cp a b\n", []string{`bare "" line 1: cp a b`}},
	{"front matter is no text", "README.md", "---\ntitle: `x`\n---\n\n`make`\n", []string{`inline "" line 5: make`}},
	{"Windows line ends", "README.md", "```sh\r\nmake\r\n```\r\n", []string{`fence "sh" line 2: make`}},
}
