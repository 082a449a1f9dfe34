// Package run follows a plan on one machine, a step at a time, and records
// what happened: exit, seconds, output, questions and how they were answered.
//
// It decides nothing about causes (diagnose does) and starts no machine (envs
// does). The one design decision: a failing step is a result; an error means
// that we could not do our own work, and the machine is not to be trusted
// after it.
package run
