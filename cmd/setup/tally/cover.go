package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// block is what a line of a profile says of one stretch of code.
type block struct {
	statements int
	hit        bool
}

// covered gives the percentage of statements that any test reached. With
// -coverpkg every test binary writes a line for every block, so a block stands
// there many times and counts once.
func covered(profile io.Reader) (float64, error) {
	blocks := map[string]block{}
	lines := bufio.NewScanner(profile)
	for n := 1; lines.Scan(); n++ {
		if n == 1 && strings.HasPrefix(lines.Text(), "mode:") {
			continue
		}
		where, counts, _ := strings.Cut(lines.Text(), " ")
		statements, hits, ok := strings.Cut(counts, " ")
		number, err := strconv.Atoi(statements)
		if !ok || err != nil {
			return 0, fmt.Errorf("line %d is no line of a coverage profile: %q", n, lines.Text())
		}
		blocks[where] = block{statements: number, hit: blocks[where].hit || hits != "0"}
	}
	if err := lines.Err(); err != nil {
		return 0, err
	}
	total, hit := 0, 0
	for _, b := range blocks {
		total += b.statements
		if b.hit {
			hit += b.statements
		}
	}
	if total == 0 {
		return 0, errors.New("the profile holds no statements")
	}
	return 100 * float64(hit) / float64(total), nil
}
