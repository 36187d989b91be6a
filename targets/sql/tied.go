package sql

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
)

// tied warns that nothing orders events of one instant.
func tied(e expr.Aggregate, st stream) diag.Diagnostic {
	return diag.Diagnostic{
		Rule: tiedEvents, At: e.Range(),
		Detail: fmt.Sprintf("Of several events of one instant, %s takes the one that was recorded first or last, and %s keeps no such order here. Between them the least or greatest value is taken instead.", e.Op, st.place.Table),
		Help:   fmt.Sprintf("name the column that counts them: sequence = \"<column>\" in the block of %s", st.event.Address),
	}
}

func decimalOf(n int64) decimal.Decimal { return decimal.NewFromInt(n) }
