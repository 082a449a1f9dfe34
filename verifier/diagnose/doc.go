// Package diagnose explains why a step failed and names candidate fixes.
//
// It looks at cleaned output, exit status and the way a step ended, and
// answers with explanations: one cause each, with the telling line, whose turn
// it is and a sentence for a reader who is no expert. For a cause it can name
// fixes, with package names taken from the distribution's own index. It types
// nothing into the newcomer's machine and proves nothing: a candidate is a
// suggestion until package prove has run it.
//
// The one design decision: rules are data. A failure is known by a line in a
// YAML file that stands beside a sample of real output, and the code knows
// only how to match, to choose the first cause, to look a name up and to
// change a command. Small tables of names may help the ranking; everything
// works with them emptied (see [Catalogue.WithoutTables]).
package diagnose
