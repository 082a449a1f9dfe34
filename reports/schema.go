package reports

import _ "embed" // for the two schemas

// The schemas are made from the structs of package verifier, with their
// comments as descriptions, when the tests are run with -update; a plain test
// run fails when they differ. So the program carries them without carrying
// what makes them.

//go:embed schema/result.schema.json
var resultSchema []byte

//go:embed schema/plan.schema.json
var planSchema []byte

// Schema is the JSON Schema (2020-12) of what [JSON] writes. The caller owns it.
func Schema() []byte { return append([]byte(nil), resultSchema...) }

// PlanSchema is the JSON Schema (2020-12) of a plan. The caller owns it.
func PlanSchema() []byte { return append([]byte(nil), planSchema...) }
