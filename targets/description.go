package targets

import "github.com/trayecto/trayecto/lang/types"

// Description is what a target is: everything that documentation, plans and
// checks need to know without asking the platform.
type Description struct {
	Name      string // "postgres"
	Version   string
	Protocols []int
	Doc       string // one sentence
	Settings  []Setting
	Blocks    []BlockForm
	Kinds     []Kind
	Can       Capabilities
}

// Setting documents an argument of the platform block.
type Setting struct {
	Name     string
	Doc      string
	Required bool
	Secret   bool // its value never leaves Configure
	Map      bool // { ours = "theirs" }
}

// AnyName is the name of a setting that stands for arguments whose names are
// the project's own, such as the words of an attribute in a values block.
const AnyName = "*"

// BlockForm documents a nested block of the platform block.
type BlockForm struct {
	Type     string
	Labels   int
	Doc      string
	Settings []Setting
}

// Kind is a type of object that the platform holds.
type Kind struct {
	Name    string
	Doc     string
	Schema  string // file under schemas/ for the attributes, "" if none
	Version int    // of the attributes; Upgrade brings older ones here
	Marks   Marks
	Unique  bool // the natural key is unique on the platform
	Visible types.Span
}

// Marks says where the platform keeps our ownership mark.
type Marks string

// The places of a mark.
const (
	NoMark      Marks = "none"
	ClientID    Marks = "client id"
	Tag         Marks = "tag"
	DescField   Marks = "description"
	OwnRegistry Marks = "registry" // a table of ours beside the objects
)

// Capabilities are the facts that the matrix prints and checks refuse by.
type Capabilities struct {
	Segments   bool
	Functions  []string // names of the language that conditions may use; see package sql and funcs
	Sequences  bool
	Negation   bool
	Journeys   bool
	Consent    string // in words: "lists", "record and gate function", "none"
	Content    string // merge language, "" when it holds no content
	Idempotent bool   // it honours idempotency keys
	Counts     bool
	EditsLive  string // how an edit treats people in flight
	Rates      []Rate
}

// Rate is a limit of the platform's on calls of one class.
type Rate struct {
	Class string
	Calls int
	Per   types.Span
}
