package reports

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// Decisions on the HTML report:
//   - One file that asks the network for nothing: the policy in its head allows
//     the one style and the one script by their hashes, and no other.
//   - All is there and readable without the script, which only adds filters
//     and buttons; what it adds is hidden until it runs.
//   - Foreign text goes through package foreign and then through
//     html/template; no value of a result is ever marked as safe.
//   - The number of elements is bounded (html_grid.go, html_logs.go), so that a
//     large result opens at once. What is beyond stands in plain lines, one
//     text for many steps: nothing is dropped without a word.

//go:embed html
var htmlFiles embed.FS

// HTML writes a result as one page for a browser and for paper.
func HTML(w io.Writer, r *verifier.Result) error {
	page, err := template.ParseFS(htmlFiles, "html/*.tmpl")
	if err != nil {
		return fmt.Errorf("read the page's template: %w", err)
	}
	style, err := htmlFiles.ReadFile("html/style.css")
	if err != nil {
		return fmt.Errorf("read the page's style: %w", err)
	}
	script, err := htmlFiles.ReadFile("html/script.js")
	if err != nil {
		return fmt.Errorf("read the page's script: %w", err)
	}
	v := viewOf(digestOf(r))
	v.Policy = policy(style, script)
	v.Style, v.Script = template.CSS(style), template.JS(script)
	var out bytes.Buffer
	if err := page.ExecuteTemplate(&out, "page.tmpl", v); err != nil {
		return fmt.Errorf("fill in the page: %w", err)
	}
	if _, err := w.Write(out.Bytes()); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// policy allows what the file itself holds, by hash, and nothing else.
func policy(style, script []byte) string {
	hash := func(b []byte) string {
		sum := sha256.Sum256(b)
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return strings.Join([]string{
		"default-src 'none'", "style-src " + hash(style), "script-src " + hash(script), "base-uri 'none'", "form-action 'none'",
	}, "; ")
}
