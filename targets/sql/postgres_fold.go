package sql

func (w *writer) fold(f Fold) {
	switch f.Op {
	case Count:
		w.text("count(*)")
		w.filter(f.Filter)
	case Sum, Min, Max:
		w.call(string(f.Op), f.Of)
		w.filter(f.Filter)
	case Mean:
		w.mean(f)
	case First:
		w.first(f)
	case Rank:
		w.rank(f)
	}
}

// first takes the head of the group in its order.
func (w *writer) first(f Fold) {
	w.text("(array_agg(")
	w.expr(f.Of)
	w.order(" ORDER BY ", f.Order)
	w.text(")")
	w.filter(f.Filter)
	w.text(")[1]")
}

// rank takes the row by its number, which is worked out in exact decimals:
// PostgreSQL's own percentile_disc does it in floating point, where 0.07 of 100
// is a little more than 7.
func (w *writer) rank(f Fold) {
	w.text("(array_agg(")
	w.expr(f.Of)
	w.order(" ORDER BY ", f.Order)
	w.text(")")
	w.filter(f.Filter)
	w.text(")[CAST(ceil(", f.Share.String(), " * CAST(count(*)")
	w.filter(f.Filter)
	w.text(" AS numeric)) AS integer)]")
}

// mean is the quotient of sum and count rounded half-even to six places, in
// whole millionths so that nothing is rounded twice: PostgreSQL's own round
// goes away from zero at the half. Of no rows it is null, since div is strict.
func (w *writer) mean(f Fold) {
	millionths := func() { w.sumOf(f); w.text(" * 1000000") }
	count := func() { w.text("CAST(count("); w.expr(f.Of); w.text(")"); w.filter(f.Filter); w.text(" AS numeric)") }
	binary := func(name string) { w.text(name, "("); millionths(); w.text(", "); count(); w.text(")") }
	twice := func() { binary("2 * abs(mod"); w.text(")") }
	w.text("((")
	binary("div")
	w.text(" + CASE WHEN ")
	twice()
	w.text(" > ")
	count()
	w.text(" OR (")
	twice()
	w.text(" = ")
	count()
	w.text(" AND ")
	binary("mod(div")
	w.text(", 2) <> 0) THEN sign(")
	w.sumOf(f)
	w.text(") ELSE 0 END) * 0.000001)")
}

func (w *writer) sumOf(f Fold) {
	w.text("CAST(sum(")
	w.expr(f.Of)
	w.text(")")
	w.filter(f.Filter)
	w.text(" AS numeric)")
}
