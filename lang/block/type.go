// Package block is the block types people write, one file each: arguments,
// documentation, decoding.
//
// A block type is a literal. Decoding, help for misspelt arguments, completion
// and the reference pages all read the same literal.
package block

// Type is a kind of block.
type Type struct {
	Name   string
	Labels []string // what each label says: {"name"} or {"target", "name"}
	Doc    string   // one or two sentences
	Args   []Arg
	Blocks []*Type
	Once   bool // at most one in its parent
	// Required: its parent must have one. Steps: the steps of a journey may
	// stand in it too, in an order that matters.
	Required, Steps bool
	// Stepped: one of those steps must be there.
	Stepped bool
	// Kinds is what the first label may be; empty: anything.
	Kinds []string
	// Each is what blocks of a kind have beyond the others.
	Each []Each
	// Alone: when it needs an input of its module that is null, it alone is
	// switched off, and not the block around it.
	Alone bool
	Open  bool // arguments and blocks beyond the listed ones are the platform's
	// Missing names the feature when the type is understood but not yet carried
	// out; a project that uses it gets a clear error.
	Missing string
}

// IsStep tells whether blocks of the type are steps of a journey.
func (t *Type) IsStep() bool {
	_, step := find(steps, t.Name)
	return step
}

// Each is one kind of an open block.
type Each struct {
	Kind string
	Doc  string
	Args []Arg
}

// Arg is an argument of a block.
type Arg struct {
	Name     string
	Doc      string
	Required bool
	Secret   bool // of an open block: it is env(...) alone
	Form     Form
	Missing  string // as for a Type
}

// Form is what may be written for an argument.
//
//sumtype:decl
type Form interface {
	// Spell says the form in a few words: "one of marketing, service".
	Spell() string
	form()
}

// Text is a constant string.
type Text struct{}

// Word is one of a few strings.
type Word struct{ Values []string }

// Words is a list of some of a few strings.
type Words struct{ Values []string }

// Texts is a list of constant strings.
type Texts struct{}

// Localized is one string for every language of the project, or one per language: { es = "..." }.
type Localized struct{}

// Number is a constant number from Min to Max, with Between without the two
// themselves; both zero: any.
type Number struct {
	Min, Max float64
	Integer  bool
	Between  bool
}

// Bool is true or false.
type Bool struct{}

// Span is a length of time; Words are accepted beside it ("never"), and with
// Zero also no time at all. Endless is how to say what a length beyond all
// bounds would mean; "" where it means nothing.
type Span struct {
	Words   []string
	Zero    bool
	Endless string
}

// Instant is a moment in the project's time zone.
type Instant struct{}

// Clock is a time of day: "09:00".
type Clock struct{}

// Ref is a reference to a declaration of one of the kinds.
type Ref struct{ Kinds []string }

// Address is an address of one of the kinds, whether or not anything has it.
type Address struct{ Kinds []string }

// Refs is a list of references.
type Refs struct{ Kinds []string }

// TypeName is a type: string, enum("a", "b"), object.order.
type TypeName struct{}

// Condition is an expression that is true or false for a person.
type Condition struct{}

// Value is an expression with a value.
type Value struct{}

// Values is a list of expressions.
type Values struct{}

// Content is a text with ${...}, for all languages, per language or from a template.
type Content struct{}

// Channels is a list of channels or prefer(...).
type Channels struct{}

// Step is the full name of a journey's step: step.welcome.offer.
type Step struct{}

// Occurrence is what detect and tests point at: event.x, touchpoint.x.bounced, step.j.s.opened.
type Occurrence struct{}

// Constant is any value without people in it.
type Constant struct{}
