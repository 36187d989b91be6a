package plan

// Adoptions is the part of a plan that calls nobody: state takes over what is on
// the platforms already, and learns what people made there by hand. It is what a
// lost state is rebuilt by.
func (p *Plan) Adoptions() *Plan {
	out := *p
	out.Changes, out.Forget, out.Drift, out.Costs = nil, nil, nil, nil
	place := map[int]int{}
	for i, c := range p.Changes {
		if c.Action != Adopt {
			continue
		}
		var needs []int
		for _, n := range c.Needs {
			if at, there := place[n]; there {
				needs = append(needs, at)
			}
		}
		c.Needs = needs
		place[i] = len(out.Changes)
		out.Changes = append(out.Changes, c)
	}
	return &out
}
