package diagnose

import "testing"

func TestWholePath(t *testing.T) {
	for _, tt := range []struct {
		line string
		want bool
	}{
		{`export PATH="$HOME/bin:$PATH"`, true},
		{`export PATH=$PATH:/opt/x/bin`, true},
		{`export PATH=~/.local/bin:$PATH`, true},
		{`export PATH="${HOME}/go/bin:${PATH}"`, true},
		{`export PATH=./node_modules/.bin:$PATH`, false},
		{`export PATH=bin:$PATH`, false},
		{`export PATH="${PWD}/bin:$PATH"`, false},
		{`export PATH=$(realpath bin):$PATH`, false},
		{`export PATH=$OLDPWD:$PATH`, false},
		{`export PATH=$PATH; rm x`, false},
		{"export PATH=$PATH\nexport X=1", false},
	} {
		if got := wholePath.MatchString(tt.line); got != tt.want {
			t.Errorf("%s: %v", tt.line, got)
		}
	}
}
