package postgres

import (
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

var _ targets.Raiser = (*Target)(nil)

// Raise says views as resource blocks with their query. A segment is no more
// than a query here: who its members are in the words of the language, nobody
// can tell from that.
func (t *Target) Raise(r targets.RaiseRequest) []targets.Raised {
	out := make([]targets.Raised, len(r.Objects))
	for i, o := range r.Objects {
		k := targets.Kind{Name: o.Kind}
		for _, known := range kinds {
			if known.Name == o.Kind {
				k = known
			}
		}
		o.Attributes = resource.Map{"sql": o.Attributes["sql"]}
		out[i] = targets.RaisePlain(k, o)
	}
	return out
}
