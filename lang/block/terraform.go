package block

import (
	"fmt"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/syntax"
)

// terraformArguments is what every block has in Terraform, and what says it here.
var terraformArguments = map[string]place{
	"depends_on": {"what comes first follows from what is named", "leave it out"},
	"count":      {"a number gives no names", `write for_each = ["a", "b"]; in the block each.value is the one at hand`},
}

// terraformBlocks is the blocks of Terraform that have no counterpart of the same
// kind, and what to write instead.
var terraformBlocks = map[string]string{
	"terraform":   `write the version as requires = ">= 0.1" in the project block, and where the state is kept in a state block`,
	"output":      "leave it out; what other programs read is printed by trayecto plan --format json",
	"data":        "leave it out; what a platform has already is taken over with an import block",
	"lifecycle":   "leave it out; what a plan may not do is written in a guard block",
	"dynamic":     "write for_each in the block itself",
	"provisioner": "leave it out; what our side does is written in an action block",
	"check":       "write a test block in a file that ends in .test.hcl, or a guard block for plans",
}

// asResource takes resource "segment" "vip", which is how Terraform would say it,
// for segment "vip", and reports it.
func (d *decoder) asResource(b *hclsyntax.Block) (*hclsyntax.Block, *Type) {
	if b.Type != resource.Name || len(b.Labels) != 2 || b.Body.Attributes["platform"] != nil {
		return nil, nil
	}
	t, known := ByName(b.Labels[0])
	if !known || len(t.Labels) != 1 {
		return nil, nil
	}
	at := syntax.Range(b.TypeRange)
	at.End = syntax.Range(b.LabelRanges[0]).End
	d.say(diag.Diagnostic{
		Rule: wrongLabels, At: at, Mark: t.Name + " is a block of its own",
		Detail: "A resource is an object of a platform's own kind.", Help: fmt.Sprintf("write %s %q { ... }", t.Name, b.Labels[1]),
	})
	meant := *b
	meant.Labels, meant.LabelRanges = b.Labels[1:], b.LabelRanges[1:]
	return &meant, t
}
