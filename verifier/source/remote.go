package source

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
)

// openRemote clones a URL. Only encrypted protocols are fetched: what comes is
// run in a machine, and its address goes into a report.
func (w *work) openRemote(ctx context.Context, a address) error {
	switch a.scheme {
	case "https", "ssh", "scp":
	case "http", "git":
		return w.fault(NotSupported, a.scheme+":// is not encrypted and not fetched",
			"Try "+"https://"+a.host+"/"+a.path+", or clone it yourself and give the folder", nil)
	default:
		return w.fault(NotSupported, "the protocol "+clean(a.scheme)+" is not fetched", "Give an https or ssh URL, or clone it yourself and give the folder", nil)
	}
	if strings.HasPrefix(a.host, "-") || strings.HasPrefix(a.user, "-") || a.host == "" || a.path == "" {
		return w.fault(NotFound, "a URL without host or path", "Give a URL such as https://host/owner/name", nil)
	}
	w.checkout.Repository.URL = a.String()
	w.checkout.Repository.Name = a.name()
	w.checkout.urls = a.spellings()
	dir := filepath.Join(w.dir, "borrowed")
	w.say("cloning " + a.String())
	c := call{own: true, args: []string{"clone", "--quiet", "--bare", "--template=", "--", a.raw, dir}}
	if _, _, err := w.remoteGit(ctx, a).run(ctx, c); err != nil {
		return w.cloneFault(ctx, a, err)
	}
	if err := w.fetchRef(ctx, a, dir); err != nil {
		return err
	}
	base, branch, err := w.choose(ctx, dir)
	if err != nil {
		return err
	}
	return w.finish(ctx, state{gitDir: dir, base: base, branch: branch, whole: true})
}

// remoteGit adds that ssh asks nothing, unless the user has a command of their
// own for ssh.
func (w *work) remoteGit(ctx context.Context, a address) git {
	g := w.git
	if a.scheme == "https" {
		return g
	}
	for _, v := range g.environ {
		if hasAnyPrefix(v, []string{"GIT_SSH=", "GIT_SSH_COMMAND="}) {
			return g
		}
	}
	if command, err := g.line(ctx, call{own: true, args: []string{"config", "--get", "core.sshCommand"}}); err == nil && command != "" {
		return g
	}
	g.environ = append(append([]string{}, g.environ...), "GIT_SSH_COMMAND=ssh -o BatchMode=yes -o ConnectTimeout=30")
	return g
}

// fetchRef brings a commit or a ref that a plain clone does not have, such as
// one of a pull request. Hosts may refuse; the ref is then unknown.
func (w *work) fetchRef(ctx context.Context, a address, dir string) error {
	full := hexGrammar.MatchString(w.ref) && (len(w.ref) == 40 || len(w.ref) == 64)
	if !full && !strings.HasPrefix(w.ref, "refs/") || strings.Contains(w.ref, ":") || w.commitOf(ctx, dir, w.ref) != "" {
		return nil
	}
	refspec := w.ref
	if !full {
		refspec = "+" + w.ref + ":" + w.ref
	}
	c := call{own: true, gitDir: dir, args: []string{"fetch", "--quiet", "--no-tags", "--", a.raw, refspec}}
	_, _, err := w.remoteGit(ctx, a).run(ctx, c)
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil // choose says that it is unknown, with what there is
}

// reasons sorts what git and ssh say when a clone fails.
var reasons = []struct{ text, what, todo string }{
	{"could not read username", "the repository does not exist, or is private", "Check the address; for a private one, log in with git first (git clone must work without asking)"},
	{"authentication failed", "the host refused the login", "Renew the password or token that git has stored for this host"},
	{"repository not found", "the repository does not exist, or is private", "Check the address; for a private one, log in with git first"},
	{"returned error: 404", "the repository does not exist, or is private", "Check the address"},
	{"not found", "the repository does not exist, or is private", "Check the address"},
	{"permission denied (publickey", "the host knows no ssh key of yours", "Use the https address, or load a key (ssh-add)"},
	{"host key verification failed", "the host's ssh key is not known", "Connect once by ssh and accept the key, or use the https address"},
	{"could not resolve", "the host's name was not found", "Check the address and the network"},
	{"server certificate", "the host's certificate is not trusted", "Check the clock, and that this computer has your organisation's certificate authority"},
	{"ssl certificate", "the host's certificate is not trusted", "Check the clock, and that this computer has your organisation's certificate authority"},
	{"timed out", "the host did not answer in time", "Check the network and proxy, and start again"},
	{"operation too slow", "the network stood still", "Check the network, and start again"},
	{"connection refused", "the host refused the connection", "Check the address and the network"},
	{"no space left", "the disk is full", "Make room in the folder for temporary files"},
	{"ssh: not found", "there is no ssh command on this computer", "Install an ssh client, or use the https address"},
	{"cannot run ssh", "there is no ssh command on this computer", "Install an ssh client, or use the https address"},
}

func (w *work) cloneFault(ctx context.Context, a address, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	e := &Error{Kind: CloneFailed, Location: w.shown, What: "could not be cloned", ToDo: "Check the address, the network and the proxy, and start again"}
	var ge *gitError
	if !errors.As(err, &ge) {
		e.Err = err
		return e
	}
	// The cause itself stays out: it holds the address with its credentials.
	e.Message = a.redact(telling(ge.stderr))
	lower := strings.ToLower(ge.stderr)
	for _, r := range reasons {
		if strings.Contains(lower, r.text) {
			e.What, e.ToDo = "could not be cloned: "+r.what, r.todo
			if r.text == "no space left" {
				e.Kind = Local
			}
			break
		}
	}
	return e
}
