package block

import "github.com/trayecto/trayecto/lang/diag"

// The rules of blocks and arguments.
var (
	unknownBlock     = &diag.Rule{Code: "BLK001", Summary: "No block has this name"}
	misplacedBlock   = &diag.Rule{Code: "BLK002", Summary: "This block stands somewhere else"}
	wrongLabels      = &diag.Rule{Code: "BLK003", Summary: "A block has the wrong number of names"}
	badName          = &diag.Rule{Code: "BLK004", Summary: "A name has letters, digits and underscores"}
	unknownArgument  = &diag.Rule{Code: "BLK005", Summary: "The block has no such argument"}
	missingArgument  = &diag.Rule{Code: "BLK006", Summary: "A block lacks an argument"}
	argumentForBlock = &diag.Rule{Code: "BLK007", Summary: "A block is written as an argument, or the other way round"}
	repeatedBlock    = &diag.Rule{Code: "BLK009", Summary: "A block may be there once"}
	missingBlock     = &diag.Rule{Code: "BLK010", Summary: "A block lacks a block"}
	unknownKind      = &diag.Rule{Code: "BLK011", Summary: "No such kind"}
	notYet           = &diag.Rule{Code: "BLK012", Summary: "This version does not carry this out yet"}
	looseArgument    = &diag.Rule{Code: "BLK013", Summary: "An argument stands outside a block"}
)

// Rules lists the rules of blocks and arguments.
var Rules = []*diag.Rule{
	unknownBlock, misplacedBlock, wrongLabels, badName, unknownArgument, missingArgument, argumentForBlock, repeatedBlock,
	missingBlock, unknownKind, notYet, looseArgument,
}
