// Package prove tries candidate fixes in forks of the machine as it stood
// before a failed step, and keeps the proof.
//
// It neither explains failures nor invents candidates: a [Judge] does. The one
// design decision: nothing counts without a control. The unchanged step must
// fail again for the same cause in a fork without the fix before any fix may
// claim that it helped.
package prove
