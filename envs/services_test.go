package envs

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

// What a fix proposes to declare must mean, once declared, what was proven.
func TestDeclarationOfAServiceReadsBack(t *testing.T) {
	for _, tt := range []struct {
		name    string
		service verifier.Service
		text    string
	}{
		{"only defaults", defaultService(verifier.Redis), "{kind: redis}"},
		{"on the machine's own loopback", verifier.Service{Kind: verifier.Postgres, Name: "postgres", User: "postgres", Password: "postgres", Database: "postgres", At: verifier.AtLocalhost},
			"{kind: postgres, at: localhost}"},
		{"signs that YAML reads", verifier.Service{Kind: verifier.MySQL, Name: "db-1", Image: "mysql:8.4", User: "app", Password: "{a}:#,*&!", Database: "no", At: verifier.AtName},
			`{kind: mysql, name: db-1, image: "mysql:8.4", user: app, password: "{a}:#,*&!", database: no}`},
		{"another database than the user's", verifier.Service{Kind: verifier.Postgres, Name: "postgres", User: "app", Password: "x", Database: "postgres", At: verifier.AtName},
			`{kind: postgres, user: app, password: "x", database: postgres}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := tt.service.Declaration()
			if diff := cmp.Diff(tt.text, text); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			f, err := Parse("x", []byte("environments: [{name: a, from: debian-12, services: ["+text+"]}]"))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]verifier.Service{tt.service}, f.Environments[0].Services); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
