package plan

import (
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
)

var (
	containerTitle = words(`docker([- ]?compose)?|containers?|containeri[sz]ed|podman|vagrant|devcontainers?`)
	// a heading that names the container beside another part of the software
	besides = phrase.Compile(`(?i)\w\s*(\+|&|\band\b)\s*docker\b|\bdocker\s*(\+|&)\s*\w`)
	// two names of one thing: "Docker and docker-compose"
	twice   = phrase.Compile(`(?i)\bdocker\s*(?:\+|&|and)\s*(?:docker[- ]?)?compose\b`)
	service = phrase.Compile(`\b(mssql\w*|sql-?server|oracle\w*|opensearch|timescaledb|postgres\w*|postgis\w*|mysql\w*|mariadb\w*|redis\w*|mongo\w*|rabbitmq\w*|elasticsearch|kafka\w*|zookeeper|minio|azurite|mailhog|mailpit|memcached|keycloak|localstack|pgadmin|adminer|neo4j|influxdb|qdrant|weaviate|chromadb)\b|(?:^|[\s/=])(?:db|database|nats)(?:$|[\s:@])`)
)

// withoutIt: the container is named as what can be done without.
var withoutIt = phrase.Compile(`(?i)\b(without|no) (using |a )?(docker|containers?)|\b(docker|containers?) (is|are) optional`)

// byContainer: a document that shows a native way and one by containers shows
// two ways. The verifier's machine already is a container, so the native one is
// taken unless the document recommends the other. A container that only gives
// a service, such as a database, is a part of the native way.
func (p *planner) byContainer(d *document) {
	native, docker := way{name: "native"}, way{name: "docker"}
	works, runs := false, false
	dockerRuns := false
	for _, c := range d.steps {
		if !c.followed() {
			continue
		}
		if p.inContainerPart(c) {
			docker.members = append(docker.members, c)
			docker.recommended = docker.recommended || praised(c)
			dockerRuns = dockerRuns || c.role == verifier.RoleRun
			continue
		}
		switch c.role {
		case verifier.RoleInstall, verifier.RoleBuild, verifier.RoleRun:
			works = true
			runs = runs || c.role != verifier.RoleInstall
			native.members = append(native.members, c)
		case verifier.RoleUsage:
			if withoutIt.MatchString(c.block.Label) || withoutIt.MatchString(c.block.Heading()) {
				works, runs = true, true
				native.members = append(native.members, c)
			}
		}
	}
	if dockerRuns && !runs && p.sameChapter(native.members, docker.members) {
		return // one set-up: dependencies first, then what runs in containers
	}
	if works && len(docker.members) > 0 {
		p.choose([]way{native, docker})
	}
}

// sameChapter: the container's part goes on in the chapter of the native one.
func (p *planner) sameChapter(native, docker []*candidate) bool {
	if len(native) == 0 || len(docker) == 0 {
		return false
	}
	a, b := native[len(native)-1].block, docker[0].block
	n := len(a.Sections)
	return n > 1 && n == len(b.Sections) && a.Sections[n-2] == b.Sections[n-2] && native[len(native)-1].cmd.Line < docker[0].cmd.Line &&
		setUp[p.topicOf(a.Headings[n-2])]
}

func praised(c *candidate) bool {
	for _, h := range c.block.Headings {
		if recommends(h) && containerTitle.MatchString(h) {
			return true
		}
	}
	text := c.block.Lead
	if c.inline() {
		text = c.block.Sentence.Paragraph
	}
	return recommends(text) && containerTitle.MatchString(text)
}

// inContainerPart: under a heading of its own about containers, or in a
// section in which everything is done by them.
func (p *planner) inContainerPart(c *candidate) bool {
	if c.dockerish() && service.MatchString(c.cmd.Text) {
		return false
	}
	for i, h := range c.block.Headings {
		if i > 0 && containerTitle.MatchString(h) && !withoutIt.MatchString(h) {
			return !besides.MatchString(twice.ReplaceAllString(h, "docker")) && p.topicOf(h) != topicNeeds // what is needed may run in containers
		}
	}
	if containerTitle.MatchString(c.block.Tab) || containerTitle.MatchString(c.block.Label) && !withoutIt.MatchString(c.block.Label) {
		return true
	}
	if !c.dockerish() || p.amongSteps(c) {
		return false
	}
	for _, o := range c.doc.steps {
		if innermost(o) == innermost(c) && o.followed() && !o.dockerish() && (o.role == verifier.RoleInstall || o.role == verifier.RoleBuild || o.role == verifier.RoleRun) {
			return false
		}
	}
	return true
}

// bySecondClone: a document that has the repository cloned twice begins anew;
// the second time is another way, or the same one again.
func (p *planner) bySecondClone(d *document) {
	var first *candidate
	for _, c := range d.steps {
		if first == nil && c.followed() && c.clone == noClone && (c.role == verifier.RoleBuild || c.role == verifier.RoleInstall && p.ownRole(c) == verifier.RoleInstall) && localInstall.MatchString(c.cmd.Text) {
			first = c // the checkout must have been there
		}
		if c.clone != selfClone || !c.followed() {
			continue
		}
		if first == nil {
			first = c
			continue
		}
		if innermost(c) == innermost(first) && first.clone == selfClone {
			c.leave("the repository is cloned already")
			continue
		}
		if first.clone != selfClone && innermost(c) == innermost(first) {
			continue
		}
		for _, o := range d.steps {
			if innermost(o) == innermost(c) {
				o.leave("begins anew with a clone; the first way is followed")
			}
		}
	}
}
