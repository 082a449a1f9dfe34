package plan

import "testing"

// An author may say how long a step takes; what nobody can mean is not heeded.
func TestTimeoutOfTheAuthor(t *testing.T) {
	for _, tt := range []struct {
		says string
		want float64
	}{
		{"timeout=10m", 600}, {"timeout=90s", 90}, {"timeout=1h", 3600}, {"timeout=100h", 7200},
		{"timeout=0s", 0}, {"timeout=-5m", 0}, {"timeout=soon", 0}, {"timeout", 0}, {"follow", 0},
	} {
		t.Run(tt.says, func(t *testing.T) {
			made, err := Build(Input{Repository: "x", Documents: []Document{{Path: "README.md",
				Source: []byte("# x\n\n## Build\n\n<!-- freshinstall: " + tt.says + " -->\n\n```sh\nmake\n```\n\n```sh\nmake install\n```\n")}}})
			if err != nil || len(made.Steps) != 2 {
				t.Fatalf("%+v %v", made.Steps, err)
			}
			if made.Steps[0].Timeout != tt.want || made.Steps[1].Timeout != 0 {
				t.Errorf("%v and %v s, want %v and 0", made.Steps[0].Timeout, made.Steps[1].Timeout, tt.want)
			}
		})
	}
}
