package container

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/verifier"
)

func TestParseRelease(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       system
	}{
		{"Debian", "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\nVERSION_ID=\"12\"\n", system{verifier.FamilyDeb, "debian 12", "12"}},
		{"Debian before its release", "ID=debian\n", system{verifier.FamilyDeb, "debian", ""}},
		{"Ubuntu's child", "ID=pop\nID_LIKE=\"ubuntu debian\"\nVERSION_ID='22.04'\n", system{verifier.FamilyDeb, "pop 22.04", "22.04"}},
		{"Rocky", "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\nVERSION_ID=\"9.4\"\n", system{verifier.FamilyRPM, "rocky 9.4", "9.4"}},
		{"Alpine", "ID=alpine\nVERSION_ID=3.20.1\n", system{verifier.FamilyApk, "alpine 3.20.1", "3.20.1"}},
		{"openSUSE", "ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\nVERSION_ID=\"15.6\"\n", system{verifier.FamilySuse, "opensuse-leap 15.6", "15.6"}},
		{"Arch", "ID=arch\n", system{verifier.FamilyArch, "arch", ""}},
		{"nothing", "", system{verifier.FamilyUnknown, "", ""}},
	} {
		if diff := cmp.Diff(c.want, parseRelease(c.text), cmp.AllowUnexported(system{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestEveryFamilyHasItsCommands(t *testing.T) {
	for _, f := range []verifier.Family{verifier.FamilyDeb, verifier.FamilyRPM, verifier.FamilyApk, verifier.FamilySuse, verifier.FamilyArch} {
		m := managers[f]
		for _, script := range []string{m.update, m.install + " x", m.full + " x", m.tidy, m.forget, m.trust} {
			command := exec.CommandContext(t.Context(), "sh", "-n")
			command.Stdin = strings.NewReader(shellStart + script)
			if text, err := command.CombinedOutput(); err != nil || strings.TrimSpace(script) == "" {
				t.Errorf("%s: %q: %v %s", f, script, err, text)
			}
		}
		if len(m.missing) == 0 || m.authorities == "" || updateName(f) == "update" {
			t.Errorf("%s: %+v", f, m)
		}
	}
}

func TestCheckRefusesWhatWouldEndUpInAScript(t *testing.T) {
	good := envs.Environment{Name: "e", User: "newcomer", Packages: []string{"g++", "libfoo-dev:arm64", "python3.11"}, Env: map[string]string{"A_1": "x y"}, Network: envs.NetworkNone}
	if err := check(good); err != nil {
		t.Error(err)
	}
	for name, spoil := range map[string]func(*envs.Environment){
		"user":     func(e *envs.Environment) { e.User = "a;b" },
		"package":  func(e *envs.Environment) { e.Packages = []string{"-o=x"} },
		"command":  func(e *envs.Environment) { e.Packages = []string{"x$(id)"} },
		"variable": func(e *envs.Environment) { e.Env = map[string]string{"A-B": ""} },
		"network":  func(e *envs.Environment) { e.Network = "some" },
	} {
		bad := good
		spoil(&bad)
		var trouble *Trouble
		if err := check(bad); !errors.As(err, &trouble) || trouble.Blame != verifier.BlameEnvironment || trouble.ToDo == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFurnishKeyNamesEverything(t *testing.T) {
	base, env := baseImage{ID: "sha256:1"}, envs.Environment{User: "newcomer"}
	keys := map[string]string{"plain": furnishKey(base, env, nil)}
	add := func(name string, b baseImage, e envs.Environment, extra []authority) {
		k := furnishKey(b, e, extra)
		for other, had := range keys {
			if k == had {
				t.Errorf("%s has the key of %s", name, other)
			}
		}
		keys[name] = k
	}
	add("another base", baseImage{ID: "sha256:2"}, env, nil)
	add("root", base, envs.Environment{User: "root"}, nil)
	add("sudo", base, envs.Environment{User: "newcomer", Furnish: envs.Furnish{Sudo: true}}, nil)
	add("packages", base, envs.Environment{User: "newcomer", Packages: []string{"x"}}, nil)
	add("registries", base, envs.Environment{User: "newcomer", Network: envs.NetworkRegistries}, nil)
	add("proxy", base, envs.Environment{User: "newcomer", Proxy: envs.Proxy{HTTP: "http://proxy.example:3128"}}, nil)
	add("authority", base, env, []authority{{sum: "a"}})
	if again := furnishKey(base, envs.Environment{User: "newcomer", Name: "other", Env: map[string]string{"A": "b"}}, nil); again != keys["plain"] {
		t.Error("name or variables change the image")
	}
}

func certificate(t *testing.T, name string) (both, alone []byte) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(time.Hour), IsCA: true}
	raw, err := x509.CreateCertificate(rand.Reader, c, c, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	alone = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})
	return append(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), alone...), alone
}

func TestAuthoritiesLeavePrivateKeysBehind(t *testing.T) {
	both, alone := certificate(t, "Company")
	other, _ := certificate(t, "Proxy")
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, append(append(both, other...), both...), 0o600); err != nil {
		t.Fatal(err)
	}
	found, err := authorities([]string{file, file})
	if err != nil || len(found) != 2 {
		t.Fatalf("%d authorities, %v", len(found), err)
	}
	for _, a := range found {
		if bytes.Contains(a.pem, []byte("PRIVATE")) || a.name == "Company" && !bytes.Equal(a.pem, alone) {
			t.Errorf("%s: %s", a.name, a.pem)
		}
	}
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{empty, filepath.Join(t.TempDir(), "nowhere.pem")} {
		if _, err := authorities([]string{bad}); err == nil || !strings.Contains(err.Error(), bad) {
			t.Errorf("%s: %v", bad, err)
		}
	}
	if _, err := authorities([]string{"host"}); err != nil {
		t.Errorf("host: %v", err)
	}
}

func TestMappingWithRealGit(t *testing.T) {
	c := Checkout{Name: "tool", URLs: []string{"https://example.org/o/tool", "https://example.org/o/tool.git", "git@example.org:o/tool"}}
	file := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(file, []byte(c.mapping()), 0o600); err != nil {
		t.Fatal(err)
	}
	for url, want := range map[string]string{
		"https://example.org/o/tool":          bundlePath,
		"https://example.org/o/tool/":         bundlePath,
		"https://example.org/o/tool.git":      bundlePath,
		"https://example.org/o/tool.git/":     bundlePath,
		"git@example.org:o/tool":              bundlePath,
		"https://example.org/o/tool-plugins":  "https://example.org/o/tool-plugins",
		"https://example.org/o/tool.github":   "https://example.org/o/tool.github",
		"https://example.org/o/tool.wiki.git": "https://example.org/o/tool.wiki.git",
		"https://example.org/o/tools.git":     "https://example.org/o/tools.git",
		"https://example.org/p/tool":          "https://example.org/p/tool",
	} {
		command := exec.CommandContext(t.Context(), "git", "ls-remote", "--get-url", url)
		command.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+file, "GIT_CONFIG_NOSYSTEM=1")
		got, err := command.Output()
		if err != nil || strings.TrimSpace(string(got)) != want {
			t.Errorf("%s becomes %s, %v; want %s", url, got, err, want)
		}
	}
}

func TestCheckoutIsChecked(t *testing.T) {
	if err := (Checkout{}).check(); err != nil {
		t.Errorf("no repository: %v", err)
	}
	good := Checkout{Name: "a.b-c_d+e", Bundle: "x", Ref: "main", URLs: []string{"https://x/y"}}
	if err := good.check(); err != nil {
		t.Error(err)
	}
	for _, bad := range []Checkout{
		{Name: "../x", Bundle: "b"}, {Name: ".git", Bundle: "b"}, {Name: "-x", Bundle: "b"}, {Name: "", Bundle: "b"},
		{Name: "x", Bundle: "b", Ref: "--upload-pack=x"}, {Name: "x", Bundle: "b", URLs: []string{"a\nb"}},
	} {
		if err := bad.check(); err == nil {
			t.Errorf("%+v passes", bad)
		}
	}
}

func TestSmallThings(t *testing.T) {
	for n, want := range map[int64]string{5: "5 bytes", 1 << 10: "1.0 KiB", 3 << 19: "1.5 MiB", 10 << 30: "10.0 GiB"} {
		if got := size(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
	if got := quoteChange(`a "b" \ $c`); got != `"a \"b\" \\ \$c"` {
		t.Errorf("quoted: %s", got)
	}
	t.Setenv("FRESHINSTALL_TEST_A", "before")
	restore, err := setEnv(map[string]string{"FRESHINSTALL_TEST_A": "", "FRESHINSTALL_TEST_B": "new"})
	if err != nil || os.Getenv("FRESHINSTALL_TEST_A") != "" || os.Getenv("FRESHINSTALL_TEST_B") != "new" {
		t.Errorf("set: %v", err)
	}
	restore()
	if _, had := os.LookupEnv("FRESHINSTALL_TEST_B"); had || os.Getenv("FRESHINSTALL_TEST_A") != "before" {
		t.Error("the environment was not put back")
	}
	said := &lastLines{}
	for range 100 {
		if _, err := said.Write([]byte(strings.Repeat("x", 99) + "\n")); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(said.String()); n > 2<<10 || n < 1<<10 {
		t.Errorf("kept %d bytes", n)
	}
	if imageName("base", "a") == imageName("base", "b") || !strings.HasPrefix(imageName("base", "a"), "freshinstall/base:") {
		t.Error(imageName("base", "a"))
	}
}
