package pyindex

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func sample(t *testing.T) *Index {
	t.Helper()
	all, err := Read(map[string]string{
		"framelet-1.1/framelet/__init__.py": "old = True\n",
		"framelet-1.2/framelet/__init__.py": "old = False\n",
		"Geo.plots-0.9/geoplots.py":         "import framelet\n",
		"Geo.plots-0.9/requires.txt":        "framelet>=1.2\n",
	})
	if err != nil {
		t.Fatal(err)
	}
	index, err := New(all)
	if err != nil {
		t.Fatal(err)
	}
	return index
}

func get(t *testing.T, index *Index, path string) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	index.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w.Code, w.Body.String()
}

func TestPagesNameWheelsWithTheirSums(t *testing.T) {
	index := sample(t)
	if _, all := get(t, index, "/simple/"); !strings.Contains(all, `<a href="framelet/">`) || !strings.Contains(all, `<a href="geo-plots/">`) {
		t.Errorf("the list of packages:\n%s", all)
	}
	_, page := get(t, index, "/simple/framelet/")
	links := regexp.MustCompile(`href="\.\./\.\./(wheels/[^"#]+)#sha256=([0-9a-f]+)"`).FindAllStringSubmatch(page, -1)
	if len(links) != 2 {
		t.Fatalf("the page of framelet:\n%s", page)
	}
	for _, link := range links {
		code, wheel := get(t, index, "/"+link[1])
		sum := sha256.Sum256([]byte(wheel))
		if code != http.StatusOK || hex.EncodeToString(sum[:]) != link[2] {
			t.Errorf("%s: code %d, sum %x", link[1], code, sum)
		}
	}
}

func TestAWheelHoldsWhatPipAsksFor(t *testing.T) {
	_, wheel := get(t, sample(t), "/wheels/geo_plots-0.9-py3-none-any.whl")
	archive, err := zip.NewReader(bytes.NewReader([]byte(wheel)), int64(len(wheel)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	texts := map[string]string{}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, f.Name)
		texts[f.Name] = string(text)
	}
	const info = "geo_plots-0.9.dist-info/"
	if diff := cmp.Diff([]string{info + "METADATA", info + "WHEEL", "geoplots.py", info + "RECORD"}, names); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	if !strings.Contains(texts[info+"METADATA"], "Requires-Dist: framelet>=1.2\n") {
		t.Errorf("metadata:\n%s", texts[info+"METADATA"])
	}
	for _, name := range names {
		if !slices.ContainsFunc(strings.Split(texts[info+"RECORD"], "\n"), func(line string) bool { return strings.HasPrefix(line, name+",") }) {
			t.Errorf("the record lacks %s", name)
		}
	}
}

func TestWhatIsNotThere(t *testing.T) {
	index := sample(t)
	for _, path := range []string{"/", "/simple/pandas/", "/wheels/pandas-1.0-py3-none-any.whl", "/wheels/", "/simple/../secret"} {
		if code, _ := get(t, index, path); code != http.StatusNotFound {
			t.Errorf("%s: code %d", path, code)
		}
	}
}

func TestWhatIsNoDistribution(t *testing.T) {
	for name, all := range map[string][]Distribution{
		"a path as a name": {{Name: "../up", Version: "1"}},
		"no version":       {{Name: "framelet"}},
		"the same twice":   {{Name: "framelet", Version: "1"}, {Name: "Framelet", Version: "1"}},
	} {
		if _, err := New(all); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := Read(map[string]string{"loose.py": ""}); err == nil {
		t.Error("a file in no folder: no error")
	}
}

func TestServing(t *testing.T) {
	s, err := Serve(sample(t))
	if err != nil {
		t.Skip(err)
	}
	response, err := http.Get(s.Variables()["PIP_INDEX_URL"])
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil || response.StatusCode != http.StatusOK {
		t.Errorf("%s, %v", response.Status, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
