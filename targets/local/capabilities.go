package local

import (
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

// Version is the version of this target; it moves when a lowering changes.
const Version = "0.2.0"

// schema is the version of every kind's attributes.
const schema = 2

var kinds = []targets.Kind{
	kind("action", "Something that our side does: a task, a notification, a call."),
	kind("calendar", "When something is open."),
	kind("channel", "A way to a person."),
	kind("consent", "A thing that people can say yes to, and what counts as a yes."),
	kind("control", "A share of people who get nothing, so that effects can be measured."),
	kind("exclusion", "A list of people who must not be written to."),
	kind("journey", "What happens, step by step; off until it is switched on."),
	kind("link", "An address that messages point to."),
	{Name: "list", Doc: "A list that people are put on by hand, of a resource block.", Schema: "local/list.schema.json", Version: schema, Marks: targets.Tag, Unique: true},
	kind("moment", "Something that happens to a person, and how it is noticed."),
	kind("part", "A piece of content that several touchpoints share."),
	kind("pressure", "How much may be sent to one person, and when."),
	kind("purpose", "What a message is for, and whether it needs a yes."),
	kind("regime", "What the law asks, where."),
	kind("segment", "Who: a condition on people."),
	kind("template", "The texts of a touchpoint in one language."),
	kind("touchpoint", "What a person gets: purpose, channels and templates."),
}

func kind(name, doc string) targets.Kind {
	return targets.Kind{Name: name, Doc: doc, Version: schema, Marks: targets.Tag, Unique: true}
}

// stored tells whether declarations of a kind become objects.
func stored(kind string) bool {
	for _, k := range kinds {
		if k.Name == kind && kind != "template" && k.Schema == "" {
			return true
		}
	}
	return false
}

// switchOf is how an object of a kind is wanted: journeys would reach people.
func switchOf(kind string) resource.Switch {
	if kind == "journey" {
		return resource.On
	}
	return resource.NoSwitch
}

// Describe says what the target is and can.
func (t *Target) Describe() targets.Description {
	return targets.Description{
		Name:      "local",
		Version:   Version,
		Protocols: []int{1},
		Doc:       "An embedded platform in one file on this computer. It holds everything and writes to nobody.",
		Settings: []targets.Setting{{
			Name: "path", Required: true, Example: `".trayecto/NAME.db"`,
			Doc: "The file, relative to the project. It and its folder are made by the first apply.",
		}},
		Kinds: append([]targets.Kind(nil), kinds...),
		Can: targets.Capabilities{
			Segments: true, Sequences: true, Negation: true, Nesting: "any depth", Windows: "any", Nulls: "as the language says",
			Journeys: true, Detects: []string{"event", "outcome", "absence", "date", "enters", "leaves", "instant"},
			Steps:     []string{"send", "do", "wait", "choose", "split"},
			EditsLive: "nobody is in flight: journeys are stored, and rehearsed by trayecto test",
			Inside:    targets.InsideNobody, InsideHow: "journeys are stored, and rehearsed by trayecto test",
			Consent: "record and rules, stored", Content: "as written", Idempotent: true, Locking: true, Raises: true, Foresees: true,
			Providers: []string{targets.Webhook}, // it stores who would be called
		},
	}
}
