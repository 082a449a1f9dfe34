package main

import "testing"

func TestTrialsAtOnce(t *testing.T) {
	for _, tt := range []struct{ processors, environments, want int }{
		{1, 1, 1}, {2, 1, 1}, {2, 2, 1}, {4, 1, 2}, {8, 2, 2}, {16, 1, 8}, {8, 0, 4},
	} {
		if got := trialsAtOnce(tt.processors, tt.environments); got != tt.want {
			t.Errorf("%d processors, %d environments: %d at once, want %d", tt.processors, tt.environments, got, tt.want)
		}
	}
}
