package block

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/diag"
)

// unknownArgument reports an argument that the type does not have. A misspelt
// one is returned under the name that was meant, unless that is there too.
func (d *decoder) unknownArgument(a Argument, b *hclsyntax.Block, t *Type) []Argument {
	if nested, isBlock := find(t.Nested(), a.Name); isBlock {
		d.say(diag.Diagnostic{
			Rule: argumentForBlock, At: a.NameAt, Mark: "is a block of " + t.Name,
			Help: "write " + Example(nested),
		})
		return nil
	}
	x := diag.Diagnostic{Rule: unknownArgument, At: a.NameAt, Mark: "not an argument of " + t.Name}
	near, home, placed := "", place{}, false
	if home, placed = d.placeOf(a.Name, b, t); !placed {
		near = meantArgument(a.Name, t, b.Body.Attributes)
	}
	switch {
	case placed:
		x.Mark, x.Help = home.mark, home.help
	case near != "":
		x.Mark, x.Help = "there is "+near, "write "+near
	case len(t.Args) == 0:
		x.Detail = fmt.Sprintf("The block %s has no arguments.", t.Name)
	default:
		x.Detail = fmt.Sprintf("The block %s has these arguments: %s.", t.Name, strings.Join(argNames(t), ", "))
	}
	d.say(x)
	if _, taken := b.Body.Attributes[near]; near == "" || taken {
		return nil
	}
	a.Name = near
	a.Arg, _ = t.Arg(near)
	return []Argument{a}
}

// habits is other tools' words for arguments of ours; the first that a block
// has, and that is not written, is the one that was meant.
var habits = map[string][]string{
	"if": {"where"}, "when": {"if", "on"}, "condition": {"where", "if"}, "filter": {"where"}, "event": {"on"}, "trigger": {"on"},
	"title": {"subject"}, "name": {"description"}, "label": {"description"}, "comment": {"description"}, "note": {"description"},
	"html": {"body"}, "text": {"body"}, "address": {"url"}, "href": {"url"}, "template": {"touchpoint"},
	"message": {"touchpoint"}, "moment": {"on"}, "audience": {"who"}, "share": {"weight"}, "percent": {"share", "weight"}, "segment": {"who", "where"}, "delay": {"for"}, "duration": {"for"},
}

// meantArgument is the argument of t that someone who wrote name most likely
// meant; "" when that is not plain.
func meantArgument(name string, t *Type, written hclsyntax.Attributes) string {
	for _, meant := range habits[strings.ToLower(name)] {
		if _, taken := written[meant]; contains(argNames(t), meant) && !taken {
			return meant
		}
	}
	return diag.Nearest(name, argNames(t))
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

func (d *decoder) missingArgument(arg *Arg, out *Block) {
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

func (d *decoder) missingStep(out *Block) {
	d.say(diag.Diagnostic{
		Rule: missingBlock, At: out.At, Mark: "lacks a step",
		Detail: fmt.Sprintf("Whoever enters this %s gets nothing. Its steps are blocks: %s.", out.Type.Name, alternatives(names(steps))),
		Help:   "add " + Example(send),
	})
}

func sentenceOf(t *Type) string { return fmt.Sprintf("%s: %s", t.Name, sentence(t.Doc)) }
