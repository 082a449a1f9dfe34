package pipeline

import (
	"slices"
	"sync"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

// The date may jump while a run goes on: a laptop wakes up, a clock is set. So
// it is asked for stamps only. Whatever is told of as having taken so long is
// measured by the monotonic reading of time.Now, which no jump changes.

// account is the result of a run while it grows.
type account struct {
	job   *Job
	began time.Time

	mu     sync.Mutex
	result verifier.Result
	plans  []verifier.Plan
	open   int // environments that have not ended
}

// ended is what became of an environment.
type ended struct {
	plan   verifier.Plan
	result verifier.EnvironmentResult
}

// open begins an account in which every environment is cut off.
func open(job *Job) *account {
	a := &account{job: job, began: time.Now(), plans: make([]verifier.Plan, len(job.Environments)), open: len(job.Environments)}
	a.result = verifier.Result{
		Schema: verifier.ResultSchema, Kind: "container", Tool: job.Tool, Repository: job.Repository, Inputs: job.Inputs,
		Started: job.Now(), Environments: make([]verifier.EnvironmentResult, len(job.Environments)),
	}
	for i, target := range job.Environments {
		a.result.Environments[i] = cutOff(target.Name)
	}
	a.keep()
	return a
}

// cutOff is an environment of a run that ends without a word: nobody can write
// that down when it happens, so it is written before.
func cutOff(name string) verifier.EnvironmentResult {
	return verifier.EnvironmentResult{
		Environment: verifier.Environment{Name: name}, Verdict: verifier.Inconclusive,
		Steps: []verifier.StepResult{}, Findings: []verifier.Finding{},
		Incident: &verifier.Incident{Blame: verifier.BlameEnvironment, Where: name, What: "the run was cut off before this environment was through",
			ToDo: "go on with it: freshinstall verify --resume, with this result"},
	}
}

// enter puts down what became of an environment.
func (a *account) enter(i int, e ended) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.plans[i], a.result.Environments[i] = e.plan, e.result
	if a.open--; a.open > 0 {
		a.keep()
	}
}

// keep hands out the result so far, which stands for a run that was killed; the
// caller holds the lock, or is alone.
func (a *account) keep() {
	if a.job.SoFar == nil {
		return
	}
	soFar := a.sum()
	soFar.Interrupted = true
	a.job.SoFar(soFar)
}

// close gives the result of all environments, and hands it out.
func (a *account) close(interrupted, outOfTime bool) verifier.Result {
	a.mu.Lock()
	defer a.mu.Unlock()
	sum := a.sum()
	sum.Interrupted, sum.OutOfTime = interrupted, !interrupted && outOfTime
	if a.job.SoFar != nil {
		a.job.SoFar(sum)
	}
	return sum
}

func (a *account) sum() verifier.Result {
	sum := a.result
	sum.Environments = slices.Clone(a.result.Environments)
	sum.Finished = sum.Started.Add(time.Since(a.began))
	sum.Plan = verifier.Plan{Schema: verifier.PlanSchema}
	for _, p := range a.plans {
		if p.Schema != "" {
			sum.Plan = p
			break
		}
	}
	return sum
}

// takenOver gives what an earlier attempt found in an environment. It was read
// from a file: where it does not hold together, with the plan or in itself, it
// is nothing, and the environment is run.
func takenOver(job *Job, target Target) (ended, bool) {
	if target.Earlier == nil || !target.Earlier.Result.Finished() {
		return ended{}, false
	}
	was := target.Earlier.Result
	plan, err := job.Plan(was.Environment)
	if err != nil {
		return ended{}, false
	}
	plan = withAcceptance(plan, job.Acceptance)
	same := func(s verifier.Step, r verifier.StepResult) bool {
		return s.ID == r.Step && s.Document == r.Document && s.Line == r.Line && r.Outcome.Known()
	}
	v := &visit{job: job, target: target, result: was}
	if was.Environment.Name != target.Name || !slices.EqualFunc(followed(plan), was.Steps, same) || v.verdict() != was.Verdict {
		return ended{}, false
	}
	was.Earlier = &target.Earlier.Started
	if target.Earlier.Result.Earlier != nil {
		was.Earlier = target.Earlier.Result.Earlier // of an attempt before that one
	}
	v.tell(verifier.Event{Kind: verifier.EventVerdict, Verdict: was.Verdict, Seconds: was.Seconds})
	return ended{plan, was}, true
}
