package mutant

import (
	"math/rand/v2"
	"slices"
)

// All gives every mutant of the plans in the order in which they are drawn:
// mutators take turns, and within each the projects do, so that the first
// hundred are of all kinds. The same seed gives the same mutants.
func All(plans []Plan, seed uint64) []Mutant {
	r := rand.New(rand.NewPCG(seed, 0x6d7574616e7473))
	var queues [][]Mutant // by mutator
	for _, m := range Mutators() {
		var byProject [][]Mutant
		for _, p := range plans {
			sites := m.sites(p, r)
			r.Shuffle(len(sites), func(a, b int) { sites[a], sites[b] = sites[b], sites[a] })
			byProject = append(byProject, sites)
		}
		r.Shuffle(len(byProject), func(a, b int) { byProject[a], byProject[b] = byProject[b], byProject[a] })
		queues = append(queues, turns(byProject))
	}
	return turns(queues)
}

// turns takes one of each queue in turn until all are empty.
func turns(queues [][]Mutant) []Mutant {
	var out []Mutant
	for n := 0; ; n++ {
		left := slices.ContainsFunc(queues, func(q []Mutant) bool { return n < len(q) })
		if !left {
			return out
		}
		for _, q := range queues {
			if n < len(q) {
				out = append(out, q[n])
			}
		}
	}
}
