// Package foreign makes text that somebody else wrote (output of programs,
// documents, names of files) safe to show on a terminal and in Markdown.
//
// It decides nothing about what is shown or how it looks. The one design
// decision: text is cleaned once, by dropping what can act, and then put into
// a form that it cannot leave; nothing is ever trusted because of where it
// came from.
package foreign
