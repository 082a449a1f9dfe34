package readme

// rstCases are written in reStructuredText.
var rstCases = []blockCase{
	{"RST directive with options", "README.rst", "*Do*\n\n.. code-block:: bash\n   :linenos:\n\n   make\n   make install\n\nEnd *here*.\n", []string{`bare "" line 1: *Do*`, `fence "bash" line 6: make ⏎ make install`, `bare "" line 9: End *here*.`}},
	{"RST literal block", "README.rst", "*Do* this::\n\n    make\n\nEnd *here*.\n", []string{`bare "" line 1: *Do* this::`, `indented "" line 3: make`, `bare "" line 5: End *here*.`}},
	{"RST double colon alone", "README.rst", "::\n\n    make\n", []string{`indented "" line 3: make`}},
	{"RST quotation with prompts", "README.rst", "* item ``x``\n\n    > make\n    > make test\n", []string{`inline "" line 1: x`, `quote "" line 3: > make ⏎ > make test`}},
	{"RST image is no block", "README.rst", ".. image:: x.png\n   :target: y\n", nil},
}
