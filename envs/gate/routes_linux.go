package gate

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"syscall"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// mark is what tells the gate's own connections apart. Setting it takes
// NET_ADMIN, which machines do not have.
const mark = 0x6669

// Order of the rules; the table of the machine's own addresses comes before
// all of them.
const (
	orderMarked  = 100
	orderNames   = 150 // name servers, at their port only
	orderGateway = 200
	orderLet     = 220
	orderNear    = 230
	orderClosed  = 300
)

// unreachable is FR_ACT_UNREACHABLE of linux/fib_rules.h: a connection fails
// at once with ENETUNREACH, which every program knows for a fault of the
// network. (Prohibited ones fail with EACCES, which reads like a file's.)
const unreachable = 7

const ports = 53 // of name servers (RFC 1035)

// closeRoutes puts the rules into this network namespace.
func closeRoutes(s Settings, passes []*net.TCPAddr) error {
	if s.Registries {
		if err := rule(orderMarked, nil, func(r *netlink.Rule) { r.Mark = mark }); err != nil {
			return err
		}
	}
	for _, server := range s.asked(NameServers("/etc/resolv.conf")) {
		for _, protocol := range []int{unix.IPPROTO_UDP, unix.IPPROTO_TCP} {
			err := rule(orderNames, host(server), func(r *netlink.Rule) {
				r.IPProto, r.Dport = protocol, netlink.NewRulePortRange(ports, ports)
			})
			if err != nil {
				return err
			}
		}
	}
	if err := letThrough(passes); err != nil {
		return err
	}
	if s.Near {
		if err := letNear(); err != nil {
			return err
		}
	}
	shut := slices.Clone(s.Deny)
	for _, c := range closed {
		shut = append(shut, c.network)
	}
	if s.Registries || s.Nothing {
		shut = everything
	}
	for _, text := range shut {
		_, network, err := net.ParseCIDR(text)
		if err != nil {
			return err
		}
		if err := rule(orderClosed, network, func(r *netlink.Rule) { r.Type, r.Table = unreachable, 0 }); err != nil {
			return err
		}
	}
	return nil
}

// letThrough opens single ports.
func letThrough(passes []*net.TCPAddr) error {
	for _, to := range passes {
		port := uint16(to.Port)
		err := rule(orderLet, host(to.IP), func(r *netlink.Rule) {
			r.IPProto, r.Dport = unix.IPPROTO_TCP, netlink.NewRulePortRange(port, port)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// letNear opens the networks that the machine is attached to, gateways excepted.
func letNear() error {
	routes, err := netlink.RouteList(nil, netlink.FAMILY_ALL)
	if err != nil {
		return fmt.Errorf("list routes: %w", err)
	}
	for _, r := range routes {
		switch {
		case r.Gw != nil:
			err = rule(orderGateway, host(r.Gw), func(r *netlink.Rule) { r.Type, r.Table = unreachable, 0 })
		case r.Dst != nil && r.Scope == netlink.SCOPE_LINK:
			err = errors.Join(
				rule(orderGateway, host(firstOf(r.Dst)), func(r *netlink.Rule) { r.Type, r.Table = unreachable, 0 }),
				rule(orderNear, r.Dst, func(*netlink.Rule) {}))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// rule adds one that looks a destination up as usual, unless refine says
// otherwise. A family that this kernel does not have needs none.
func rule(order int, to *net.IPNet, refine func(*netlink.Rule)) error {
	families := []int{unix.AF_INET}
	switch {
	case to == nil:
		families = append(families, unix.AF_INET6)
	case to.IP.To4() == nil:
		families[0] = unix.AF_INET6
	}
	for _, family := range families {
		r := netlink.NewRule()
		r.Family, r.Priority, r.Dst, r.Table = family, order, to, unix.RT_TABLE_MAIN
		refine(r)
		err := netlink.RuleAdd(r)
		absent := family == unix.AF_INET6 && (errors.Is(err, unix.EAFNOSUPPORT) || errors.Is(err, unix.EOPNOTSUPP))
		if err != nil && !absent && !errors.Is(err, unix.EEXIST) {
			return fmt.Errorf("add a routing rule for %v: %w", to, err)
		}
	}
	return nil
}

func host(ip net.IP) *net.IPNet {
	if four := ip.To4(); four != nil {
		return &net.IPNet{IP: four, Mask: net.CIDRMask(32, 32)}
	}
	return &net.IPNet{IP: ip, Mask: net.CIDRMask(128, 128)}
}

// marked makes connections that pass whatever is closed.
func marked() *net.Dialer {
	control := func(_, _ string, c syscall.RawConn) error {
		var failure error
		err := c.Control(func(fd uintptr) { failure = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_MARK, mark) })
		return errors.Join(err, failure)
	}
	names := &net.Dialer{Control: control}
	return &net.Dialer{Control: control, Resolver: &net.Resolver{PreferGo: true, Dial: names.DialContext}}
}
