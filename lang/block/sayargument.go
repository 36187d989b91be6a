package block

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/lang/diag"
)

func (d *decoder) unknownArgument(a Argument, t *Type) {
	if nested, isBlock := find(t.Nested(), a.Name); isBlock {
		d.say(diag.Diagnostic{
			Rule: argumentForBlock, At: a.NameAt, Mark: "is a block of " + t.Name,
			Help: "write " + Example(nested),
		})
		return
	}
	x := diag.Diagnostic{Rule: unknownArgument, At: a.NameAt, Mark: "not an argument of " + t.Name}
	switch near := diag.Nearest(a.Name, argNames(t)); {
	case near != "":
		x.Mark, x.Help = "there is "+near, "write "+near
	case len(t.Args) == 0:
		x.Detail = fmt.Sprintf("A block %s has no arguments.", t.Name)
	default:
		x.Detail = fmt.Sprintf("A block %s has these arguments: %s.", t.Name, strings.Join(argNames(t), ", "))
	}
	d.say(x)
}

func argNames(t *Type) []string {
	var out []string
	for _, a := range t.Args {
		if a.Missing == "" {
			out = append(out, a.Name)
		}
	}
	return out
}

// missingArgument reports an argument that must be there, unless a misspelling
// of it was reported just before.
func (d *decoder) missingArgument(arg *Arg, out *Block) {
	for _, x := range d.list {
		inside := x.At.Start.Byte >= out.Whole.Start.Byte && x.At.End.Byte <= out.Whole.End.Byte
		if inside && x.Rule == unknownArgument && x.Help == "write "+arg.Name {
			return
		}
	}
	d.say(diag.Diagnostic{
		Rule: missingArgument, At: out.At, Mark: "lacks " + arg.Name,
		Detail: fmt.Sprintf("%s: %s", arg.Name, sentence(arg.Doc)),
		Help:   fmt.Sprintf("add %s = ..., %s", arg.Name, arg.Form.Spell()),
	})
}

// sentence is a sentence of the documentation inside another one.
func sentence(doc string) string { return strings.ToLower(doc[:1]) + doc[1:] }

func (d *decoder) repeatedBlock(again, first *Block, parent *Type) {
	d.say(diag.Diagnostic{
		Rule: repeatedBlock, At: again.At, Mark: "the second " + again.Type.Name,
		Related: []diag.Label{{At: first.At, Text: "the first"}},
		Help:    fmt.Sprintf("keep one %s in the %s", again.Type.Name, parent.Name),
	})
}

func (d *decoder) missingBlock(t *Type, out *Block) {
	d.say(diag.Diagnostic{
		Rule: missingBlock, At: out.At, Mark: "lacks " + t.Name,
		Detail: sentenceOf(t), Help: "add " + Example(t),
	})
}

func sentenceOf(t *Type) string { return fmt.Sprintf("%s: %s", t.Name, sentence(t.Doc)) }
