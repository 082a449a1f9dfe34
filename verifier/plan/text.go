package plan

import (
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// plain folds white space, so that texts compare.
func plain(s string) string { return strings.Join(strings.Fields(s), " ") }
