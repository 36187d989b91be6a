package notifuse

import (
	"github.com/trayecto/trayecto/compiler/resource"
)

// node is one node of an automation: what it does and where it leads. An empty
// place ends the run.
type node struct {
	kind   string
	config resource.Map
	next   string
}

// The kinds of nodes.
const (
	nodeTrigger    = "trigger"
	nodeDelay      = "delay"
	nodeEmail      = "email"
	nodeBranch     = "branch"
	nodeFilter     = "filter"
	nodeAddToList  = "add_to_list"
	nodeTest       = "ab_test"
	nodeWebhook    = "webhook"
	nodeListStatus = "list_status_branch"
)

// longestID is the longest id of a node.
const longestID = 36

// nodeID is a name inside a step as an id: the same for the same step, whatever it
// is called later, so that people who wait there stay there when the rest changes.
func (a *automation) nodeID(step, part string) string {
	id := a.journey.First(step)
	if part != "" {
		id += "." + part
	}
	if len(id) <= longestID {
		return id
	}
	return id[:longestID-13] + "." + short(id, 12)
}

// filterNode lets pass who fulfils a condition. The platform takes an empty
// place for the end of the run.
func filterNode(t tree, pass, fail string) node {
	config := resource.Map{"conditions": encode(t)}
	put(config, "continue_node_id", pass)
	put(config, "exit_node_id", fail)
	return node{kind: nodeFilter, config: config}
}

func put(m resource.Map, name, value string) {
	if value != "" {
		m[name] = resource.String(value)
	}
}

// value is the node as an attribute.
func (n node) value() resource.Map {
	out := resource.Map{"type": resource.String(n.kind), "config": n.config}
	put(out, "next", n.next)
	return out
}
