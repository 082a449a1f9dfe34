package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/foreign"
)

// devcontainer are the fields of devcontainer.json that are used, as
// containers.dev/implementors/json_reference describes them. workspaceMount and
// workspaceFolder must stand together; build.dockerfile and build.context are
// seen from the file's own folder, .devcontainer.
type devcontainer struct {
	Name              string            `json:"name"`
	Build             devcontainerBuild `json:"build"`
	WorkspaceMount    string            `json:"workspaceMount"`
	WorkspaceFolder   string            `json:"workspaceFolder"`
	RemoteUser        string            `json:"remoteUser"`
	RemoteEnv         map[string]string `json:"remoteEnv,omitempty"`
	PostCreateCommand []string          `json:"postCreateCommand"`
}

type devcontainerBuild struct {
	Dockerfile string `json:"dockerfile"`
	Context    string `json:"context"`
	Target     string `json:"target"`
}

// PostCreate is the command of a development container that installs the
// software in the folder that is worked in.
var PostCreate = []string{"bash", "install.sh"}

// Devcontainer writes devcontainer.json. It starts from the first stage of the
// Dockerfile, since what was built in an image would lie under the folder that
// is worked in, and has install.sh do the rest there.
func Devcontainer(r Recipe, tool verifier.Tool) ([]byte, error) {
	if err := r.sound(); err != nil {
		return nil, err
	}
	d := devcontainer{
		Name:            foreign.Line(r.Folder + " on " + r.Release()),
		Build:           devcontainerBuild{Dockerfile: "../Dockerfile", Context: "..", Target: Prerequisites},
		WorkspaceFolder: r.workspace(), RemoteUser: r.Environment.User, PostCreateCommand: PostCreate,
	}
	d.WorkspaceMount = "source=${localWorkspaceFolder},target=" + d.WorkspaceFolder + ",type=bind"
	for _, v := range r.needed(r.Commands) {
		if d.RemoteEnv == nil {
			d.RemoteEnv = map[string]string{}
		}
		d.RemoteEnv[v.Name] = "${localEnv:" + v.Name + "}"
	}
	var out bytes.Buffer
	line := func(format string, args ...any) {
		out.WriteString("// " + strings.TrimSpace(foreign.Line(fmt.Sprintf(format, args...))) + "\n")
	}
	line("Written by %s from %s. It needs Dockerfile and install.sh in the folder above.", toolInWords(tool), commitInWords(r.Repository))
	for _, s := range r.Services {
		line("It needs %s, which this file does not start.", s)
	}
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(d); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// workspace is the folder of the checkout in an image.
func (r *Recipe) workspace() string {
	if r.Root() {
		return "/root/" + r.Folder
	}
	return "/home/" + r.Environment.User + "/" + r.Folder
}
