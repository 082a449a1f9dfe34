package pipeline

import (
	"context"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/foreign"
)

// keep lets the snapshot before a step that failed outlive the run, for a
// person who wants to look for himself. It is there already: one is never taken
// for this. What it holds must not be a secret, since whoever may use the
// engine could read it for as long as it is kept; a secret that was typed may
// be anywhere by then, so it is not looked for.
func (v *visit) keep(ctx context.Context, r *verifier.StepResult, snap verifier.Snapshot) {
	switch {
	case !v.job.Keep || r.Outcome != verifier.OutcomeFailed && r.Outcome != verifier.OutcomeInconclusive:
		return
	case v.secret:
		r.Before = &verifier.Before{Lost: "a secret was typed before it"}
		return
	}
	until, err := v.stage.Keep(ctx, snap)
	if err != nil {
		// The run is whole without it.
		r.Before = &verifier.Before{Lost: foreign.Line(err.Error())}
		return
	}
	r.Before = &verifier.Before{Image: snap.ID, Until: until}
}
