package pipeline

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/run"
)

// controlHost is a name that is always known and answers where the internet
// can be reached: reserved by RFC 2606 and served by IANA. A package archive
// would not do, since networks that let those through often know no others.
const controlHost = "example.com"

// controlWait bounds one attempt to reach a host, in seconds.
const controlWait = 10

// named finds the hosts that a command names.
var named = regexp.MustCompile(`(?:https?|ftp|git|ssh)://(?:[^\s/@'"]*@)?([A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)+)`)

// mostControlled bounds how many hosts of one command are asked for.
const mostControlled = 4

// askControl connects to the control host, then to the suspect, then to the
// control host again. Of the suspect only the name server's own word counts
// that the name does not exist: one that is slow, or a server that is down,
// may be back tomorrow. The words are glibc's and musl's for EAI_NONAME and
// EAI_NODATA; those for a name server that fails (EAI_AGAIN) are others.
const askControl = `export LC_ALL=C
reach() { timeout %d bash -c ': </dev/tcp/"$1"/80' bash "$1" 2>&1; }
reach %s >/dev/null || exit 0
case $(reach %s) in
*'Name or service not known'*|*'No address associated with hostname'*|*'Name does not resolve'*) ;;
*) exit 0 ;;
esac
reach %s >/dev/null && echo unknown`

// nobodysName gives the host that a step's text names and that no name server
// knows, while another host is reached before and after: a dead link. When
// nothing else is reached either, or anything is unclear, it gives nothing.
func (v *visit) nobodysName(ctx context.Context, m run.Machine, step verifier.Step) (string, error) {
	var hosts []string
	for _, found := range named.FindAllStringSubmatch(step.Command, -1) {
		if host := strings.ToLower(found[1]); !slices.Contains(hosts, host) && len(hosts) < mostControlled {
			hosts = append(hosts, host)
		}
	}
	for _, host := range hosts {
		out, _, err := m.Exec(ctx, fmt.Sprintf(askControl, controlWait, controlHost, host, controlHost))
		if err != nil {
			return "", fmt.Errorf("reach another host: %w", err)
		}
		if strings.TrimSpace(out) == "unknown" {
			return host, nil
		}
	}
	return "", nil
}
