package history

import (
	"fmt"

	"github.com/trayecto/trayecto/lang/diag"
)

var (
	badRow = &diag.Rule{Code: "HIS001", Severity: diag.Warning, Summary: "Row of the past does not fit"}
	extra  = &diag.Rule{Code: "HIS002", Severity: diag.Warning, Summary: "Column of the past is passed over"}
)

// Rules lists what this package has to say.
var Rules = []*diag.Rule{badRow, extra}

// Findings is the bad rows and notices as diagnostics. A file with more bad
// rows than are kept whole ends with their number.
func (h *History) Findings() diag.List {
	var out diag.List
	for _, b := range h.Bad {
		out = append(out, diag.Diagnostic{Rule: badRow, At: at(b.File, b.Line, b.Column), Detail: b.Detail})
	}
	if more := h.Counts.Bad - len(h.Bad); more > 0 && len(out) > 0 {
		out[len(out)-1].Detail += fmt.Sprintf(" %d more rows do not fit and were skipped too.", more)
	}
	for _, n := range h.Notices {
		out = append(out, diag.Diagnostic{Rule: extra, At: at(n.File, n.Line, n.Column), Detail: n.Detail})
	}
	return out
}

func at(file string, line, column int) diag.Range {
	pos := diag.Pos{Line: line, Column: column}
	return diag.Range{File: file, Start: pos, End: pos}
}
