// Package gate is the program that stands at a machine's network. It runs in
// a container of its own whose network the machine shares, closes the routes
// that lead to the engine's host and to private networks, and, where a machine
// may reach package registries only, passes requests on to those.
//
// It is no firewall of the host: nothing outside of the container changes, and
// no rights on the host are needed. The one design decision: the rules lie
// in the shared network namespace, where the machine, which has no NET_ADMIN,
// cannot change them. The gate's own connections bear a mark that only it can set.
//
// Every program that makes machines is also this program: it calls [Main]
// first when [Called] says so, and is copied into the container as it is.
package gate
