package readme

import (
	"strings"
	"testing"
)

// BenchmarkRead reads a document of 20 kB in each markup, written the way
// people write: sections of running text with inline code, a list, a block.
func BenchmarkRead(b *testing.B) {
	for _, tc := range []struct{ name, file, section string }{
		{"Markdown", "README.md", "## Install on Linux\n\nFirst get the code, see [the guide](docs/install.md) and https://example.org for more. Then run `make install` in the folder.\n\n```bash\ngit clone https://example.org/a/b.git\ncd b && make\n```\n\n1. Install **the tools**:\n\n   ```sh\n   $ sudo apt-get install -y build-essential cmake\n   ```\n2. Copy `config.example` to `config`.\n\n| Option | What it does |\n|--------|--------------|\n| `--all` | everything |\n\n<details>\n<summary>On Fedora</summary>\n\n<pre>dnf install gcc &amp;&amp; make</pre>\n\n</details>\n\n"},
		{"HTML", "README.md", "<h2>Install</h2>\n<p>Run <code>make</code>.</p>\n<pre><code class=\"language-sh\">\ngit clone https://example.org/a/b.git\nmake &amp;&amp; make install\n</code></pre>\n\n"},
		{"RST", "README.rst", "Install on Linux\n----------------\n\nFirst get the code, see `the guide <docs/install.rst>`_ and https://example.org for more. Then run ``make install`` in the folder.\n\n.. code-block:: bash\n   :linenos:\n\n   git clone https://example.org/a/b.git\n   cd b && make\n\n1. Install **the tools**::\n\n     $ sudo apt-get install -y build-essential cmake\n\n2. Copy ``config.example`` to ``config``.\n\n.. note:: It takes a while, as all of it is built\n   from source.\n\n"},
		{"AsciiDoc", "README.adoc", "== Install on Linux\n\nFirst get the code, see link:docs/install.adoc[the guide] and https://example.org for more. Then run `make install` in the folder.\n\n.Linux\n[source,bash]\n----\ngit clone https://example.org/a/b.git\ncd b && make <1>\n----\n<1> It takes a while.\n\n. Install *the tools*:\n+\n----\n$ sudo apt-get install -y build-essential cmake\n----\n. Copy `config.example` to `config`.\n\n"},
		{"Org", "README.org", "** Install on Linux\n\nFirst get the code, see [[file:docs/install.org][the guide]] and https://example.org for more. Then run ~make install~ in the folder.\n\n#+begin_src sh\ngit clone https://example.org/a/b.git\ncd b && make\n#+end_src\n\n1. Install *the tools*:\n\n   : sudo apt-get install -y build-essential cmake\n\n2. Copy =config.example= to =config=.\n\n"},
		{"Plain", "INSTALL", "Install on Linux\n================\n\nFirst get the code, see docs/install.txt and https://example.org for more. Then run `make install' in the folder.\n\n    git clone https://example.org/a/b.git\n    cd b && make\n\n  1. Install the tools:\n\n     $ sudo apt-get install -y build-essential cmake\n\n  2. Copy `config.example' to `config'.\n\n"},
	} {
		source := []byte(strings.Repeat(tc.section, 20_000/len(tc.section)))
		b.Run(tc.name, func(b *testing.B) {
			b.SetBytes(int64(len(source)))
			b.ReportAllocs()
			for b.Loop() {
				Read(tc.file, source)
			}
		})
	}
}
