package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// How git is run here:
//   - nothing of a repository runs: hooks, file-system monitors, filters,
//     helpers and submodules are off, replaced objects and lazy fetches too;
//   - the user's own configuration counts only where it must: to reach a
//     remote (proxies, credentials, addresses) and to know what is ignored;
//   - of the variables GIT_… only those that reach a remote get through, since
//     a hook that starts us has GIT_DIR and the like set;
//   - nobody is asked anything on the terminal, and output is bounded.

const (
	maxOutput  = 256 << 20 // a list of a million files
	maxMessage = 64 << 10
	graceAfter = 5 * time.Second // between the polite and the hard end
)

// git runs git commands with a home of our own.
type git struct {
	program string
	environ []string // the process's
	home    string   // empty folder: no user configuration
}

// call is one git command.
type call struct {
	gitDir   string // GIT_DIR, so that git never looks for a repository itself
	workTree string
	dir      string // where it starts; empty: the home
	own      bool   // read the user's own configuration
	objects  string // where new objects go; empty: into gitDir
	stdin    io.Reader
	args     []string
}

// gitError is a git command that ended badly.
type gitError struct {
	args   []string
	stderr string
	err    error
}

func (e *gitError) Error() string {
	return fmt.Sprintf("git %s: %v: %s", strings.Join(e.args, " "), e.err, telling(e.stderr))
}

func (e *gitError) Unwrap() error { return e.err }

var alwaysArgs = []string{
	"--no-pager", "--no-replace-objects", "--no-optional-locks", "--literal-pathspecs",
	"-c", "core.hooksPath=" + os.DevNull,
	"-c", "core.fsmonitor=false",
	"-c", "core.untrackedCache=false",
	"-c", "gc.auto=0",
	"-c", "maintenance.auto=false",
	"-c", "protocol.ext.allow=never",
	"-c", "submodule.recurse=false",
	"-c", "fetch.recurseSubmodules=false",
	"-c", "init.defaultBranch=main",
	"-c", "core.logAllRefUpdates=false",
	// What is written is thrown away after the run: speed before size and
	// safety. Deltas that the source has are reused all the same.
	"-c", "core.fsync=none",
	"-c", "core.looseCompression=0",
	"-c", "pack.compression=1",
	"-c", "pack.window=0",
	"-c", "http.lowSpeedLimit=1",
	"-c", "http.lowSpeedTime=120",
}

// run returns what the command printed, and its messages even without error.
func (g git) run(ctx context.Context, c call) (stdout []byte, stderr string, err error) {
	cmd := exec.CommandContext(ctx, g.program, append(append([]string{}, alwaysArgs...), c.args...)...)
	stoppable(cmd)
	cmd.WaitDelay = graceAfter
	cmd.Dir = c.dir
	if cmd.Dir == "" {
		cmd.Dir = g.home
	}
	cmd.Env = g.env(c)
	cmd.Stdin = c.stdin
	out, messages := &bounded{limit: maxOutput}, &bounded{limit: maxMessage, drop: true}
	cmd.Stdout, cmd.Stderr = out, messages
	err = cmd.Run()
	if ctx.Err() != nil {
		return nil, "", context.Cause(ctx)
	}
	if out.over {
		err = errors.New("more output than expected")
	}
	if err != nil {
		return nil, messages.String(), &gitError{args: c.args, stderr: messages.String(), err: err}
	}
	return out.Bytes(), messages.String(), nil
}

// line runs a command that prints one line.
func (g git) line(ctx context.Context, c call) (string, error) {
	out, _, err := g.run(ctx, c)
	return strings.TrimRight(string(out), "\r\n"), err
}

// reaching are the variables that git needs to get to a remote.
var reaching = []string{
	"GIT_SSH=", "GIT_SSH_COMMAND=", "GIT_SSH_VARIANT=", "GIT_ASKPASS=",
	"GIT_SSL_", "GIT_PROXY_", "GIT_HTTP_", "GIT_EXEC_PATH=",
	"GIT_CONFIG_GLOBAL=", "GIT_CONFIG_SYSTEM=", "GIT_CONFIG_NOSYSTEM=",
	"GIT_CONFIG_COUNT=", "GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_", "GIT_CONFIG_PARAMETERS=",
}

func (g git) env(c call) []string {
	var env []string
	asks := false
	for _, v := range g.environ {
		switch {
		case strings.HasPrefix(v, "GIT_"):
			if !c.own || !hasAnyPrefix(v, reaching) {
				continue
			}
			asks = asks || strings.HasPrefix(v, "GIT_ASKPASS=")
		case hasAnyPrefix(v, []string{"LC_ALL=", "LANGUAGE="}):
			continue
		case !c.own && hasAnyPrefix(v, []string{"HOME=", "XDG_CONFIG_HOME="}):
			continue
		}
		env = append(env, v)
	}
	env = append(env,
		"LC_ALL=C", // messages are read
		"GIT_TERMINAL_PROMPT=0",
		"GIT_ALLOW_PROTOCOL=https:ssh:file",
		"GIT_OPTIONAL_LOCKS=0",
		"GIT_NO_LAZY_FETCH=1",
		"GIT_NO_REPLACE_OBJECTS=1",
	)
	if !asks {
		// Set but empty, or git would take SSH_ASKPASS and open a window.
		env = append(env, "GIT_ASKPASS=")
	}
	if !c.own {
		env = append(env, "HOME="+g.home, "XDG_CONFIG_HOME="+g.home,
			"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull)
	}
	if c.gitDir != "" {
		env = append(env, "GIT_DIR="+c.gitDir)
	}
	if c.objects != "" {
		env = append(env, "GIT_OBJECT_DIRECTORY="+c.objects)
	}
	if c.workTree != "" {
		env = append(env, "GIT_WORK_TREE="+c.workTree)
	}
	return env
}

func hasAnyPrefix(s string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// bounded keeps at most limit bytes. Above, it either drops the middle of the
// story silently (messages: the end tells) or remembers that it was too much.
type bounded struct {
	bytes.Buffer
	limit int
	drop  bool
	over  bool
}

func (b *bounded) Write(p []byte) (int, error) {
	n := len(p)
	if !b.drop && b.Len()+n > b.limit {
		b.over = true
		return 0, errors.New("too much output")
	}
	if len(p) > b.limit {
		p = p[len(p)-b.limit:]
	}
	if excess := b.Len() + len(p) - b.limit; excess > 0 {
		b.Next(excess)
	}
	b.Buffer.Write(p)
	return n, nil
}

// telling is the line of git's messages that says most: the last "fatal:" or
// "error:", unless an ssh client said before why.
func telling(stderr string) string {
	best := ""
	for line := range strings.Lines(stderr) {
		line = clean(line)
		lower := strings.ToLower(line)
		switch {
		case line == "":
		case hasAnyPrefix(lower, []string{"fatal: could not read from remote", "please make sure", "and the repository exists", "hint:"}):
			if best == "" {
				best = line
			}
		case hasAnyPrefix(lower, []string{"fatal:", "error:"}), best == "",
			!hasAnyPrefix(strings.ToLower(best), []string{"fatal:", "error:"}) && !strings.HasPrefix(lower, "cloning into"):
			best = line
		}
	}
	return best
}

// clean removes terminal codes and keeps a line short.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return -1
		}
		return r
	}, s)
	s = strings.TrimSpace(s)
	if len(s) > 300 {
		s = strings.ToValidUTF8(s[:300], "") + "…"
	}
	return s
}
