package plan

import (
	"strings"
	"testing"
)

// FuzzBuild: whatever a document holds, a plan is made, and each step of one
// line stands where the plan says.
func FuzzBuild(f *testing.F) {
	for name, source := range map[string]string{
		"README.md":  "# Tool\n\n## Install\n\n```sh\n$ make # or: ninja\n```\n\nRun `./x`, see [how](INSTALL.rst).\n\n| a | `apt install x` |\n|---|---|\n",
		"README.rst": "Tool\n====\n\n.. include:: INSTALL.rst\n\n::\n\n   $ make\n",
		"a.adoc":     "= Tool\n\n[source,sh]\n----\nmake <1>\n----\n",
		"a.org":      "* Tool\n#+begin_src sh\nmake\n#+end_src\n",
		"INSTALL":    "Type 'make'.\n\n    make\n",
		"README.zh":  "# 安装\n\n运行 `make`。\n",
	} {
		f.Add(name, source)
	}
	f.Fuzz(func(t *testing.T, name, source string) {
		if len(source) > 1<<16 {
			t.Skip("longer than what finds anything new")
		}
		in := Input{Repository: "tool", Documents: []Document{{Path: name, Source: []byte(source)}},
			Open: func(string, string) []Document { return []Document{{Path: "INSTALL.md", Source: []byte(source)}} }}
		p, err := Build(in)
		if err != nil {
			if !strings.Contains(err.Error(), "more than") {
				t.Fatal(err)
			}
			return
		}
		for _, s := range p.Steps {
			if s.Span.Start < 0 || s.Span.Start > s.Span.End || s.Span.End > len(source) || s.Line < 1 || s.EndLine < s.Line || s.Command == "" {
				t.Fatalf("%+v", s)
			}
			if !s.Follow && s.Reason == "" {
				t.Fatalf("left without a reason: %+v", s)
			}
		}
	})
}
