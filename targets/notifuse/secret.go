package notifuse

// The secret that called addresses are shown is in no attribute: it is written
// into each node that calls, and taken out when nodes are read. One that is not
// ours leaves a word behind, so that a plan puts it right.

// secretField is where a node keeps the secret; otherSecret stands there for one
// that is not ours.
const (
	secretField = "secret"
	otherSecret = "another secret, or none"
)

// sign writes the secret into the nodes that call an address.
func (t *Target) sign(automation map[string]any) {
	for _, config := range calling(automation) {
		if delete(config, secretField); t.secret != "" {
			config[secretField] = t.secret
		}
	}
}

// unsigned takes it out.
func (t *Target) unsigned(automation map[string]any) {
	for _, config := range calling(automation) {
		said := word(config, secretField)
		if delete(config, secretField); said != t.secret {
			config[secretField] = otherSecret
		}
	}
}

// calling is the configurations of the nodes that call an address.
func calling(automation map[string]any) []map[string]any {
	var out []map[string]any
	nodes, _ := automation["nodes"].([]any)
	for _, each := range nodes {
		n, _ := each.(map[string]any)
		if config := within(n, "config"); word(n, "type") == nodeWebhook && config != nil {
			out = append(out, config)
		}
	}
	return out
}
