package plan

// adoptDevelopment takes the set-up out of a chapter for contributors where a
// README has no other: "Contributing, Setup" is then how the software is
// brought to run, for whomever. Where the README sends its reader to a guide,
// that one is followed instead.
func (p *planner) adoptDevelopment() {
	main := p.docs[0]
	if !p.on("development-as-install") || installs(main) {
		return
	}
	for _, d := range p.docs[1:] {
		if d.sent == aboutInstalling && installs(d) {
			return
		}
	}
	var left []*candidate
	for _, c := range main.steps {
		if c.topic == topicDevelop {
			left = append(left, c)
		}
	}
	main.develops = true
	p.classifyDocument(main)
	for _, c := range left {
		c.reason = ""
	}
	p.leaveThese(left)
	if installs(main) {
		return
	}
	main.develops = false
	p.classifyDocument(main)
	for _, c := range left {
		c.reason = ""
	}
	p.leaveThese(left)
}
