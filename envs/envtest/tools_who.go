package envtest

import (
	"maps"
	"slices"
)

func printEnv(c *Call) int {
	env := exported(c.env)
	for _, name := range slices.Sorted(maps.Keys(env)) {
		if env[name].Exported {
			c.Printf("%s=%s\n", name, env[name].String())
		}
	}
	return 0
}

func whoami(c *Call) int {
	c.Printf("%s\n", c.User)
	return 0
}

func id(c *Call) int {
	number := 1000
	if c.User == "root" {
		number = 0
	}
	switch options, _ := operands(c); options {
	case "u", "g":
		c.Printf("%d\n", number)
	case "un", "gn":
		c.Printf("%s\n", c.User)
	default:
		c.Printf("uid=%d(%s) gid=%d(%s) groups=%d(%s)\n", number, c.User, number, c.User, number, c.User)
	}
	return 0
}

func which(c *Call) int {
	code := 0
	for _, name := range c.Args[1:] {
		where, err := c.session.machine.look(c.env, c.Dir, name)
		if err != nil {
			code = 1
			continue
		}
		c.Printf("%s\n", where)
	}
	return code
}
