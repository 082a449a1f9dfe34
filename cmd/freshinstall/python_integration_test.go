package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/freshinstall/freshinstall/envs/envtest/pyindex"
	"github.com/freshinstall/freshinstall/verifier"
)

// survey is a project as people make it who work with data: an environment of
// its own, requirements with one that pulls in another, a hook that sets up the
// shell as conda does, a module, and a notebook with a kernel of the environment
// that listens on ports and is quiet for a while.
func survey() map[string]string {
	return map[string]string{
		"README.md": readmeOf("python3 -m venv --system-site-packages .venv", "source .venv/bin/activate", "pip install -r requirements.txt",
			"source etc/conda/activate.d/survey.sh", "python -m survey data/answers.csv", "python -m ipykernel install --user --name survey",
			"jupyter nbconvert --to notebook --execute --ExecutePreprocessor.kernel_name=survey --output-dir out notebooks/sum.ipynb", "python tests/check.py out/sum.ipynb"),
		"requirements.txt":               "geoplots==0.9\n",
		"etc/conda/activate.d/survey.sh": "export SURVEY_COLUMN=amount\n",
		"data/answers.csv":               "name,amount\na,40\nb,2\n",
		"tests/check.py":                 "import sys\n\nassert '42.0' in open(sys.argv[1]).read()\n",
		"survey/__init__.py":             "",
		"survey/__main__.py":             "import os\nimport sys\n\nimport geoplots\n\nprint(geoplots.total(sys.argv[1], os.environ['SURVEY_COLUMN']))\n",
		"notebooks/sum.ipynb": `{"cells": [{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [],
 "source": ["import time\n", "import geoplots\n", "time.sleep(5)\n", "geoplots.total('../data/answers.csv', 'amount')"]}],
 "metadata": {"kernelspec": {"display_name": "survey", "language": "python", "name": "survey"}}, "nbformat": 4, "nbformat_minor": 4}
`,
	}
}

// surveyIndex serves what the survey requires.
func surveyIndex(t *testing.T) *pyindex.Serving {
	t.Helper()
	all, err := pyindex.Read(map[string]string{
		"framelet-1.2/framelet.py":   "import csv\n\n\ndef read(path):\n    with open(path, newline='') as f:\n        return list(csv.DictReader(f))\n",
		"geoplots-0.9/geoplots.py":   "import framelet\n\n\ndef total(path, column):\n    return sum(float(row[column]) for row in framelet.read(path))\n",
		"geoplots-0.9/requires.txt":  "framelet>=1.0\n",
		"geoplots-0.10/geoplots.py":  "raise ImportError('not the version that was asked for')\n",
		"geoplots-0.10/requires.txt": "framelet>=1.0\n",
	})
	if err != nil {
		t.Fatal(err)
	}
	index, err := pyindex.New(all)
	if err != nil {
		t.Fatal(err)
	}
	serving, err := pyindex.Serve(index)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() {
		if err := serving.Close(); err != nil {
			t.Error(err)
		}
	})
	return serving
}

// Packages of Python come from the index that the declaration names, in a
// machine that reaches the world and in one that reaches registries alone.
func TestIntegrationPythonFromALocalIndex(t *testing.T) {
	engineOutside(t)
	index := surveyIndex(t)
	for _, network := range []string{"full", "registries"} {
		t.Run(network, func(t *testing.T) {
			files := survey()
			text := fmt.Sprintf("environments:\n  - name: desk\n    from: debian-12\n    packages: [python3-venv, python3-ipykernel, jupyter-nbconvert]\n"+
				"    network: %s\n    registries: [%q]\n    env:\n", network, index.Address)
			variables := index.Variables()
			for _, name := range []string{"PIP_DISABLE_PIP_VERSION_CHECK", "PIP_INDEX_URL", "PIP_TRUSTED_HOST"} {
				text += fmt.Sprintf("      %s: %q\n", name, variables[name])
			}
			folder := t.TempDir()
			declared, report := filepath.Join(folder, "declared.yaml"), filepath.Join(folder, "result.json")
			if err := os.WriteFile(declared, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			i := finish(t, repository(t, files), exitOK, "verify", "--config", declared, "--report", "json="+report)
			env := result(t, report).Environments[0]
			if env.Verdict != verifier.Works || len(env.Findings) > 0 || len(env.Steps) != 8 {
				t.Errorf("verdict %s, %d steps, findings %+v\n%s", env.Verdict, len(env.Steps), env.Findings, i.stdout.String())
			}
			if slices.ContainsFunc(env.Steps, func(s verifier.StepResult) bool { return s.Outcome != verifier.OutcomeOK }) {
				t.Errorf("steps %+v", env.Steps)
			}
		})
	}
}
