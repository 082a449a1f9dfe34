package container

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// authority is one extra certificate authority that machines shall trust, as
// the computers of a company with an intercepting proxy do.
type authority struct {
	name string // of its owner, for the report
	sum  string // fingerprint
	pem  []byte // the certificate alone, whatever else the file held
}

// hostAuthorities are the folders in which administrators of the usual
// distributions put what they add to the system's own set.
var hostAuthorities = []string{
	"/usr/local/share/ca-certificates/*.crt",
	"/etc/pki/ca-trust/source/anchors/*",
	"/etc/pki/trust/anchors/*",
	"/etc/ca-certificates/trust-source/anchors/*",
}

// authorities reads what an environment's ca_certificates names: "host", or
// PEM files.
func authorities(declared []string) ([]authority, error) {
	var found []authority
	add := func(file string, must bool) error {
		raw, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		certificates, err := parseAuthorities(raw)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if len(certificates) == 0 && must {
			return fmt.Errorf("%s: no certificate in PEM form", file)
		}
		for _, c := range certificates {
			if !slices.ContainsFunc(found, func(a authority) bool { return a.sum == c.sum }) {
				found = append(found, c)
			}
		}
		return nil
	}
	var problems []error
	for _, d := range declared {
		if d != "host" {
			problems = append(problems, add(d, true))
			continue
		}
		for _, pattern := range hostAuthorities {
			files, err := filepath.Glob(pattern)
			problems = append(problems, err)
			for _, f := range files {
				// A folder of the host may hold a broken file that its own tools skip too.
				_ = add(f, false)
			}
		}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, &Trouble{
			Blame: verifier.BlameEnvironment, What: "a declared certificate authority cannot be read", Where: "ca_certificates", Err: err,
			ToDo: "name PEM files with certificates, or host for the ones this computer trusts besides its system's own",
		}
	}
	slices.SortFunc(found, func(a, b authority) int { return strings.Compare(a.sum, b.sum) })
	return found, nil
}

// parseAuthorities takes the certificates out of PEM text and leaves
// everything else, private keys above all.
func parseAuthorities(raw []byte) ([]authority, error) {
	var found []authority
	for {
		var block *pem.Block
		block, raw = pem.Decode(raw)
		if block == nil {
			return found, nil
		}
		if block.Type != "CERTIFICATE" {
			continue
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(c.Raw)
		name := c.Subject.CommonName
		if name == "" {
			name = c.Subject.String()
		}
		var b bytes.Buffer
		if err := pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}); err != nil {
			return nil, err
		}
		found = append(found, authority{name: name, sum: hex.EncodeToString(sum[:8]), pem: b.Bytes()})
	}
}
