package shell

// Holes lists the placeholders of a text that is no command, such as the
// content of a file: what the reader has to fill in.
func Holes(text string) []string { return holes(text) }
