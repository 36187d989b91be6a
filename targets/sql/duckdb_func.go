package sql

import "github.com/shopspring/decimal"

func (w *duck) function(f Func) {
	zone := QuoteText(w.Zone.String())
	switch f.Name {
	case Lower:
		w.call("lower", f.Args...)
	case SHA256:
		w.call("sha256", f.Args...)
	case Contains:
		w.call("contains", f.Args...)
	case StartsWith:
		w.call("starts_with", f.Args...)
	case DayOf:
		w.text("CAST((")
		w.expr(f.Args[0])
		w.text(" AT TIME ZONE ", zone, ") AS DATE)")
	case Midnight:
		w.text("(CAST(")
		w.expr(f.Args[0])
		w.text(" AS TIMESTAMP) AT TIME ZONE ", zone, ")")
	case Weekday:
		w.text("(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])[isodow(")
		w.expr(f.Args[0])
		w.text(")]")
	case DaysFrom:
		w.infix("-", f.Args[1], f.Args[0])
	}
}

func (w *duck) fold(f Fold) {
	switch f.Op {
	case Count:
		w.text("count(*)")
		w.filter(f.Filter)
	case Sum, Min, Max:
		w.call(string(f.Op), f.Of)
		w.filter(f.Filter)
	case Mean:
		w.mean(f)
	case Rank:
		w.rank(f)
	case First:
		w.text("first(")
		w.expr(f.Of)
		w.order(" ORDER BY ", f.Order)
		w.text(")")
		w.filter(f.Filter)
	}
}

// rank takes the row by its number, which is worked out in whole numbers: a
// share is so many of a power of ten, and // cuts what is left over.
func (w *duck) rank(f Fold) {
	parts, whole := f.Share.Decimal, decimal.New(1, max(0, -f.Share.Exponent()))
	w.text("(list(")
	w.expr(f.Of)
	w.order(" ORDER BY ", f.Order)
	w.text(")")
	w.filter(f.Filter)
	w.text(")[CAST((count(*)")
	w.filter(f.Filter)
	w.text(" * ", parts.Mul(whole).String(), " + ", whole.Sub(decimal.New(1, 0)).String(), ") // ", whole.String(), " AS BIGINT)]")
}

// mean is the quotient of sum and count rounded half-even to six places. It is
// made of whole numbers, since DuckDB divides decimals as floating point: the
// sum in units of its last place is its digits without the point, and // cuts
// towards zero. Of no rows the sum is null, and so is the mean.
func (w *duck) mean(f Fold) {
	units := func() {
		w.text("CAST(replace(CAST(sum(")
		w.expr(f.Of)
		w.text(")")
		w.filter(f.Filter)
		w.text(" AS VARCHAR), '.', '') AS HUGEINT)")
	}
	millionths := func() { // of the count, so that units of 12 places divided by them have 6
		w.text("(count(")
		w.expr(f.Of)
		w.text(")")
		w.filter(f.Filter)
		w.text(" * CAST(1000000 AS HUGEINT))")
	}
	binary := func(op string) { w.text("("); units(); w.text(" ", op, " "); millionths(); w.text(")") }
	twice := func() { w.text("2 * abs"); binary("%") }
	w.text("CAST(CAST(")
	binary("//")
	w.text(" + CASE WHEN ")
	twice()
	w.text(" > ")
	millionths()
	w.text(" OR (")
	twice()
	w.text(" = ")
	millionths()
	w.text(" AND ")
	binary("//")
	w.text(" % 2 <> 0) THEN sign(")
	units()
	w.text(") ELSE 0 END AS DECIMAL(32, 0)) * CAST('0.000001' AS DECIMAL(6, 6)) AS ", duckDecimal, ")")
}
