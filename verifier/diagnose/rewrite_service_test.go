package diagnose

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

func TestServersToDeclare(t *testing.T) {
	const refused = "psql: error: connection to server at \"localhost\" (127.0.0.1), port 5432 failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?"
	for _, tt := range []struct {
		name, typed, output string
		earlier             []string
		tree                fstest.MapFS
		has                 []verifier.Service
		mask                func(string) string
		want                []string
	}{
		{name: "nothing is known of the account", typed: "createdb shop", output: refused, want: []string{
			"{kind: postgres, at: localhost}",
			"{kind: postgres, at: localhost} + export PGHOST=localhost PGUSER=postgres PGPASSWORD=postgres"}},
		{name: "an address in an earlier step", typed: "python manage.py migrate", output: refused,
			earlier: []string{"export DATABASE_URL=postgresql+psycopg2://app:s3cret@localhost:5432/shop"}, want: []string{
				`{kind: postgres, user: app, password: "s3cret", database: postgres, at: localhost}`,
				`{kind: postgres, user: app, password: "s3cret", database: shop, at: localhost}`,
				`{kind: postgres, user: app, password: "s3cret", database: postgres, at: localhost} + export PGHOST=localhost PGUSER=app PGPASSWORD=s3cret`}},
		{name: "settings in an example", typed: "rake db:create", output: refused,
			tree: fstest.MapFS{".env.example": {Data: []byte("# db\nPOSTGRES_USER=app\nexport POSTGRES_PASSWORD=\"pw-1\"\nPORT=80\n")}}, want: []string{
				`{kind: postgres, user: app, password: "pw-1", database: postgres, at: localhost}`,
				`{kind: postgres, user: app, password: "pw-1", database: postgres, at: localhost} + export PGHOST=localhost PGUSER=app PGPASSWORD=pw-1`}},
		{name: "hostile settings", typed: "x", output: refused,
			tree: fstest.MapFS{".env": {Data: []byte("DB_USER=a`reboot`\nDB_PASSWORD=$(reboot)\nDB_NAME=../../x\nURL=postgres://u%27;drop:p%0Aq@localhost/d%60\n")}}, want: []string{
				"{kind: postgres, at: localhost}",
				"{kind: postgres, at: localhost} + export PGHOST=localhost PGUSER=postgres PGPASSWORD=postgres"}},
		{name: "the account of another server", typed: "x", output: "Error: connect ECONNREFUSED 127.0.0.1:6379",
			earlier: []string{"export DATABASE_URL=postgres://app:s3cret@localhost/shop"}, want: []string{"{kind: redis, at: localhost}"}},
		{name: "settings of several servers", typed: "x", output: "Error: connect ECONNREFUSED 127.0.0.1:6379",
			tree: fstest.MapFS{".env.example": {Data: []byte("DB_USER=app\nDB_PASSWORD=secret\nREDIS_PASSWORD=null\n")}}, want: []string{"{kind: redis, at: localhost}"}},
		{name: "a kind's own settings before a database's", typed: "x", output: refused,
			tree: fstest.MapFS{".env.example": {Data: []byte("MYSQL_USER=wp\nDB_USER=any\nPOSTGRES_USER=app\n")}}, want: []string{
				`{kind: postgres, user: app, database: postgres, at: localhost}`,
				`{kind: postgres, user: app, database: postgres, at: localhost} + export PGHOST=localhost PGUSER=app PGPASSWORD=postgres`}},
		{name: "a declared secret", typed: "psql postgres://app:TopSecret77@localhost/postgres", output: refused, mask: func(s string) string { return strings.ReplaceAll(s, "TopSecret77", "•••") }, want: []string{
			`{kind: postgres, at: localhost}`,
			`{kind: postgres, at: localhost} + export PGHOST=localhost PGUSER=postgres PGPASSWORD=postgres`}},
		{name: "by its socket", typed: "mysql -e 'create database shop'", output: "ERROR 2002 (HY000): Can't connect to local server through socket '/run/mysqld/mysqld.sock' (2)", want: []string{
			"{kind: mysql, at: localhost}",
			`{kind: mysql, at: localhost} + printf '[client]\nhost=127.0.0.1\nuser=%s\npassword="%s"\n' root root >> ~/.my.cnf`}},
		{name: "only as an image", typed: "npm start", output: "MongooseServerSelectionError: connect ECONNREFUSED 127.0.0.1:27017",
			want: []string{`{kind: mongo, image: "mongo:7", at: localhost}`}},
		{name: "it has one, elsewhere", typed: "x", output: refused, has: []verifier.Service{{Kind: verifier.Postgres, Name: "db", At: verifier.AtName}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := Observation{Typed: tt.typed, Output: tt.output, Earlier: tt.earlier, Execution: verifier.Execution{Exit: 1, Ended: verifier.Exited},
				Mask: tt.mask, Environment: verifier.Environment{Family: verifier.FamilyDeb, User: "newcomer", Sudo: true, Services: tt.has}}
			if tt.tree != nil {
				o.Tree = tt.tree
			}
			c := catalogue(t)
			fixes, err := c.Candidates(t.Context(), c.Explain(o)[0], o, nil)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range fixes {
				text := f.Services[0].Declaration()
				for _, command := range f.Commands {
					text += " + " + command
				}
				got = append(got, text)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
