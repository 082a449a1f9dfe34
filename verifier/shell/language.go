package shell

// class says what the author's tag promises.
type class int

const (
	untagged class = iota // nothing: the lines must speak for themselves
	script                // shell, no prompts needed
	session               // a terminal: prompts and output
	powerShell
	batch
	guest // another language, in which people by mistake put commands
	never // data and markup: no commands at all
)

func classOf(tag string) class {
	if c, ok := tagClasses[tag]; ok {
		return c
	}
	return guest
}

var tagClasses = map[string]class{
	"": untagged, "text": untagged, "txt": untagged, "plain": untagged, "plaintext": untagged, "none": untagged,
	"nohighlight": untagged, "no-highlight": untagged, "raw": untagged, "code": untagged, "literal": untagged,
	"command": script, "commands": script, "sh": script, "bash": script, "shell": script, "zsh": script,
	"ksh": script, "fish": script, "dash": script, "cli": script, "commandline": script, "command-line": script,
	"bash-script": script, "shell-script": script, "shellscript": script, "linux": script, "unix": script, "term": script,
	"console": session, "terminal": session, "shell-session": session, "shellsession": session, "sh-session": session,
	"bash-session": session, "term-session": session, "output": session, "log": session,
	"pwsh-session": powerShell, "ps1con": powerShell, "powershell-session": powerShell, "powershell": powerShell, "ps1": powerShell, "ps": powerShell, "pwsh": powerShell, "posh": powerShell,
	"cmd": batch, "bat": batch, "batch": batch, "dos": batch, "winbatch": batch,
	"json": never, "json5": never, "jsonc": never, "yaml": never, "yml": never, "toml": never, "ini": never, "xml": never,
	"html": never, "css": never, "sql": never, "diff": never, "patch": never, "dockerfile": never, "docker": never,
	"makefile": never, "make": never, "cmake": never, "env": never, "dotenv": never, "properties": never, "conf": never,
	"config": never, "nginx": never, "apache": never, "http": never, "csv": never, "markdown": never, "md": never,
	"mermaid": never, "graphql": never, "graphviz": never, "dot": never, "proto": never, "tex": never, "latex": never,
	"bibtex": never, "hcl": never, "terraform": never, "nix": never, "gitignore": never, "systemd": never, "vim": never,
	"lua": never, "math": never, "scss": never, "ocaml": never, "haskell": never, "tree": never, "jinja": never, "svg": never,
}
