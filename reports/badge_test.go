package reports

import (
	"encoding/json"
	"encoding/xml"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func contrastWithWhite(t *testing.T, colour string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(colour, 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	light := 0.0
	for _, part := range []struct {
		shift  uint
		weight float64
	}{{16, 0.2126}, {8, 0.7152}, {0, 0.0722}} { // WCAG 2.1, relative luminance
		c := float64(n>>part.shift&0xff) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		light += part.weight * c
	}
	return 1.05 / (light + 0.05)
}

var badgeFills = regexp.MustCompile(`<rect [^>]*fill="#([0-9a-f]{6})"`)

func TestBadges(t *testing.T) {
	for name, r := range fixtures() {
		t.Run(name, func(t *testing.T) {
			var endpoint struct {
				SchemaVersion         int
				Label, Message, Color string
			}
			if err := json.Unmarshal(render(t, "badge-json", r), &endpoint); err != nil {
				t.Fatal(err)
			}
			svg := string(render(t, "badge", r))
			if endpoint.SchemaVersion != 1 || endpoint.Label != "installs" || !strings.Contains(svg, ">"+endpoint.Message+"</text>") || !strings.Contains(svg, "#"+endpoint.Color) {
				t.Errorf("the two differ: %+v\n%s", endpoint, svg)
			}
			d := digestOf(r)
			if said := strings.Contains(endpoint.Message, "not run"); said != (d.leftMost > 0) {
				t.Errorf("%d steps left out, message %q", d.leftMost, endpoint.Message)
			}
			if strings.Contains(svg, "verified") || !r.Finished.IsZero() && !strings.HasSuffix(endpoint.Message, " · 22 Nov") {
				t.Errorf("message %q", endpoint.Message)
			}
			if !strings.Contains(svg, `role="img" aria-labelledby="title"`) || !strings.Contains(svg, `<title id="title">installs: `) {
				t.Error("no title for who cannot see it")
			}
			if err := xml.Unmarshal([]byte(svg), new(struct{})); err != nil {
				t.Error(err)
			}
			for _, fill := range badgeFills.FindAllStringSubmatch(svg, -1) {
				if c := contrastWithWhite(t, fill[1]); c < 4.5 {
					t.Errorf("contrast of %s is %.2f", fill[1], c)
				}
			}
		})
	}
}
