package block

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/syntax"
	"github.com/trayecto/trayecto/lang/types"
)

func (d *decoder) notYet(feature string, at diag.Range) {
	d.say(diag.Diagnostic{
		Rule: notYet, At: at, Mark: "not carried out",
		Detail: feature + " is part of the language, but this version of Trayecto would ignore it, so it refuses it.",
		Help:   "remove it",
	})
}

// labels checks that a block has the names it needs and that they are names.
func (d *decoder) labels(b *Block, written hclsyntax.Attributes) {
	want := b.Type.Labels
	if len(b.Labels) != len(want) {
		d.say(diag.Diagnostic{Rule: wrongLabels, At: b.At, Mark: labelCount(b.Type), Help: "write " + Example(b.Type)})
		return
	}
	for i, label := range b.Labels {
		switch {
		case want[i] == "name" && !isName(label.Text):
			d.badName(label, lengthAsName(b, written))
		case i == 0 && len(b.Type.Kinds) > 0 && !contains(b.Type.Kinds, label.Text):
			d.unknownKind(label, b.Type)
		}
	}
}

func labelCount(t *Type) string {
	switch len(t.Labels) {
	case 0:
		return t.Name + " takes no name"
	case 1:
		return t.Name + " takes one name"
	}
	return fmt.Sprintf("%s takes two names: its %s and its %s", t.Name, t.Labels[0], t.Labels[1])
}

// Example is the first line of a block of the type, as an author writes it.
func Example(t *Type) string {
	var b strings.Builder
	b.WriteString(t.Name)
	for i, label := range t.Labels {
		text := label
		if i == 0 && len(t.Kinds) > 0 {
			text = t.Kinds[0]
		}
		fmt.Fprintf(&b, " %q", text)
	}
	return b.String() + " { ... }"
}

// isName tells whether a text can be the last word of an address: letters,
// digits and underscores, a digit not first.
func isName(text string) bool {
	for i, r := range text {
		letter := r == '_' || unicode.IsLetter(r)
		if !letter && (i == 0 || !unicode.IsDigit(r) && !unicode.IsMark(r)) {
			return false
		}
	}
	return text != ""
}

// badName complains of a name; meant is the argument that was meant by it, or
// nil.
func (d *decoder) badName(label Label, meant *Arg) {
	x := diag.Diagnostic{Rule: badName, At: label.At, Mark: "cannot be written in a reference"}
	switch name := nameFrom(label.Text); {
	case meant != nil:
		x.Mark, x.Help = "a length of time, not a name", fmt.Sprintf("write a name here, and %s = %q inside", meant.Name, label.Text)
	case name != "":
		x.Help = fmt.Sprintf("write %q", name)
	}
	d.say(x)
}

// lengthAsName is the required length of time that somebody wrote in the place
// of the block's name, as in wait "2d" {}; nil for none.
func lengthAsName(b *Block, written hclsyntax.Attributes) *Arg {
	for i := range b.Type.Args {
		if arg := &b.Type.Args[i]; written[arg.Name] == nil && asName(arg, b) {
			return arg
		}
	}
	return nil
}

// asName tells whether a required length of time stands where the name belongs.
func asName(arg *Arg, b *Block) bool {
	_, span := arg.Form.(Span)
	if !span || !arg.Required || len(b.Labels) != 1 {
		return false
	}
	_, err := types.ParseSpan(b.Label(0))
	return err == nil
}

func nameFrom(text string) string {
	name := strings.Map(func(r rune) rune {
		if r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			return r
		}
		return '_'
	}, strings.TrimSpace(text))
	if isName(name) && strings.Trim(name, "_") != "" {
		return name
	}
	return ""
}

func (d *decoder) unknownKind(label Label, t *Type) {
	x := diag.Diagnostic{
		Rule: unknownKind, At: label.At, Mark: "not a kind of " + t.Name,
		Help: "write one of " + words(t.Kinds),
	}
	if near := Suggest(label.Text, t.Kinds); near != "" {
		x.Mark, x.Help = fmt.Sprintf("there is %q", near), fmt.Sprintf("write %q", near)
	}
	d.say(x)
}

// unknownBlock reports a block whose word is not known here and returns the
// word that was meant, or "".
func (d *decoder) unknownBlock(b *hclsyntax.Block, allowed []*Type, parent *Type) string {
	at := syntax.Range(b.TypeRange)
	if parent != nil {
		if arg, isArgument := parent.Arg(b.Type); isArgument {
			d.say(diag.Diagnostic{
				Rule: argumentForBlock, At: at, Mark: "is an argument of " + parent.Name,
				Help: fmt.Sprintf("write %s = ..., %s", b.Type, arg.Form.Spell()),
			})
			return ""
		}
	}
	near := meantBlock(b.Type, names(allowed))
	x := diag.Diagnostic{Rule: unknownBlock, At: at}
	_, step := find(steps, b.Type)
	switch {
	case step && parent == splitControl:
		x.Rule, x.Mark, x.Help = misplacedBlock, "the run ends at a control", `write variant "name" { ... } for a way that goes on`
	case terraformBlocks[b.Type] != "":
		x.Mark, x.Help, near = "not a block here", terraformBlocks[b.Type], ""
	case near != "":
		x.Mark, x.Help = "there is "+near, "write "+near
	case belongs(b.Type, parent) != "":
		x.Rule, x.Mark = misplacedBlock, belongs(b.Type, parent)
	case parent != nil && len(allowed) == 0:
		x.Mark = "a block inside " + parent.Name
		x.Detail = fmt.Sprintf("The block %s has no blocks inside.", parent.Name)
	case parent != nil:
		x.Mark = "not a block of " + parent.Name
		x.Detail = fmt.Sprintf("The block %s has these blocks inside: %s.", parent.Name, strings.Join(names(allowed), ", "))
	default:
		x.Detail = fmt.Sprintf("A file has these blocks: %s.", strings.Join(names(allowed), ", "))
		x.Mark = "not a block"
	}
	d.say(x)
	return near
}

// belongs says where a block that exists elsewhere may stand; "" when there is
// no such block at all.
func belongs(name string, parent *Type) string {
	if _, top := ByName(name); top && parent != nil {
		return "stands outside other blocks"
	}
	var homes []string
	for _, t := range All {
		homes = append(homes, homesIn(t, name, 0)...)
	}
	if len(homes) == 0 {
		return ""
	}
	return "belongs in " + alternatives(homes)
}

// homesIn lists the types at or under t that have a block of a name. Steps nest
// in each other without end, so the depth is bounded.
func homesIn(t *Type, name string, depth int) []string {
	const deepest = 3
	var homes []string
	for _, child := range t.Nested() {
		if child.Name == name {
			return []string{t.Name}
		}
	}
	for _, child := range t.Nested() {
		if depth < deepest && len(homes) == 0 {
			homes = homesIn(child, name, depth+1)
		}
	}
	return homes
}

// Loose reports an argument that stands outside any block.
func Loose(a Argument) diag.Diagnostic {
	x := diag.Diagnostic{Rule: looseArgument, At: a.NameAt, Mark: "belongs to no block"}
	if near := meantBlock(a.Name, names(All)); near != "" {
		if t, _ := ByName(near); t != nil {
			x.Help = "write " + Example(t)
		}
	}
	return x
}
