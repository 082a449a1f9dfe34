package container

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/envs/gate"
)

// passage is a gate that is closed, and whose machine may start.
type passage struct {
	box    *living
	told   chan string   // what it says of itself
	reader chan struct{} // closed when nothing is read any more
}

// start makes one gate and waits until it is closed. Where it stands is the
// caller's to say: the network and the names there.
func (g *gates) start(ctx context.Context, l life, s gate.Settings) (*passage, error) {
	image, err := g.engine.program(ctx)
	if err != nil {
		return nil, err
	}
	settings, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	l.Image, l.Command = image, []string{gateProgram, gate.Word, string(settings)}
	l.Labels = g.engine.me.labels(kindGate, map[string]string{labelKey: "", labelMade: ""})
	l.Routes, l.Output, l.Limits = true, true, limits{Memory: 256 << 20, PIDs: 128}
	box, err := g.engine.back.Start(ctx, l)
	if err != nil {
		return nil, err
	}
	p := &passage{box: box, told: make(chan string, 1), reader: make(chan struct{})}
	go p.read(g)
	wait := time.NewTimer(gateWait)
	defer wait.Stop()
	select {
	case first := <-p.told:
		if first == gate.SaysReady {
			return p, nil
		}
		err = errors.New("the gate was not closed: " + strings.TrimPrefix(first, gate.SaysOpen+" "))
	case <-wait.C:
		err = fmt.Errorf("the gate said nothing within %s", gateWait)
	case <-ctx.Done():
		err = ctx.Err()
	}
	after, cancel := context.WithTimeout(context.WithoutCancel(ctx), shortCall)
	defer cancel()
	return nil, errors.Join(err, p.stop(after))
}

// read takes what a gate says, until it ends.
func (p *passage) read(g *gates) {
	defer close(p.reader)
	lines := bufio.NewScanner(p.box.Out)
	for lines.Scan() {
		text, err := strconv.Unquote(lines.Text())
		if err != nil {
			text = gate.SaysOpen + " " + lines.Text() // another program stands there
		}
		if host, ok := strings.CutPrefix(text, gate.SaysRefused+" "); ok {
			g.mu.Lock()
			g.refused[host] = true
			g.mu.Unlock()
			continue
		}
		select {
		case p.told <- strings.TrimSpace(text):
		default: // nobody asked
		}
	}
}

// gone reports whether a gate has ended.
func (p *passage) gone() bool {
	select {
	case <-p.reader:
		return true
	default:
		return false
	}
}

func (p *passage) stop(ctx context.Context) error {
	err := p.box.Stop(ctx)
	<-p.reader
	return err
}

// let opens the way to single addresses.
func (g *gates) let(ctx context.Context, p *passage, addresses []string) {
	for _, to := range addresses {
		_, err := fmt.Fprintf(p.box.In, "%s\n", to)
		if err == nil {
			select {
			case said := <-p.told:
				if said != gate.SaysLet+" "+to {
					err = errors.New(said)
				}
			case <-p.reader:
				err = errGone
			case <-ctx.Done():
				err = ctx.Err()
			}
		}
		if err != nil { // then it stays closed, which steps will tell
			g.engine.log.Warn("a registry in a private network stays out of reach", "environment", g.name, "address", to, "error", err)
			return
		}
	}
}
