package plan

import (
	"strings"

	"github.com/trayecto/trayecto/compiler/resource"
)

// Choice is what is done about an object that is not as it was applied.
type Choice string

// The choices. Overwrite puts back what the files say. Keep leaves the object as
// somebody made it, until the files say something else of it or it changes
// again. Refuse has the plan carried out by nobody before a person decides.
const (
	Overwrite Choice = "overwrite"
	Keep      Choice = "adopt"
	Refuse    Choice = "refuse"
)

// DriftRule is a choice for what a word names, as in Selects; "" names all. Of
// several that fit, the last one counts.
type DriftRule struct {
	Choice Choice
	Of     string
}

// choice is what was chosen for an address, "" for nothing.
func (w *work) choice(a resource.Address) Choice {
	var chosen Choice
	for _, r := range w.in.Drift {
		if r.Of == "" || Selects(r.Of, a) {
			chosen = r.Choice
		}
	}
	return chosen
}

// decideDrift does about a difference what was chosen. What cannot be kept, since
// it is gone or since the files changed it too, is refused instead.
func (w *work) decideDrift(o *object) {
	o.noteDrift()
	if o.drift == nil {
		return
	}
	edited := o.desired == nil || !o.known || o.resolved != o.prior.Resolved || o.desired.Switch != o.prior.Switch
	choice := w.choice(o.address)
	switch {
	case choice == "" && o.prior.Kept != "" && o.prior.Kept == o.now.kept() && !edited:
		choice = Keep
	case choice == "":
		choice = Overwrite
	case choice == Keep && o.drift.Kind == Missing:
		o.drift.Why, choice = "it is gone, and what is gone cannot be kept; remove its block, or put it back", Refuse
	case choice == Keep && edited:
		o.drift.Why, choice = "the files have changed it too", Refuse
	}
	if o.drift.Choice = choice; choice == Keep {
		o.kept = o.now.kept()
		o.write, o.on, o.off, o.live, o.because, o.restores = "", false, false, false, nil, false
	}
}

// kept names an object as it is, its switch included.
func (p present) kept() string {
	return resource.Hash(resource.Strings(p.hash, string(p.object.Switch)))
}

// Refused is why a person has to decide before the plan may be carried out, in
// full sentences.
func (p *Plan) Refused() []string {
	var why []string
	for _, d := range p.Drift {
		if d.Choice == Refuse {
			text := d.Address.String() + " was changed on the platform"
			if d.Why != "" {
				text += ": " + d.Why
			}
			why = append(why, text+".")
		}
	}
	for _, g := range p.Guards {
		switch g.Result {
		case Waits:
			why = append(why, g.Guard+" waits for "+strings.Join(g.Needs, " or ")+": "+g.Message)
		case Refuses:
			why = append(why, g.Guard+" refuses: "+g.Message)
		}
	}
	return why
}
