package prove

// Unmoved is the prover without simulation.
func (p *Prover) Unmoved() *Prover {
	p.unmoved = true
	return p
}
