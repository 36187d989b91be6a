package sql

func (w *lite) function(f Func) {
	zone := QuoteLite(w.Zone.String())
	switch f.Name {
	case Lower:
		w.call("trayecto_lower", f.Args...)
	case SHA256:
		w.call("trayecto_sha256", f.Args...)
	case Contains:
		w.text("(")
		w.call("instr", f.Args...)
		w.text(" > 0)")
	case StartsWith:
		w.startsWith(f.Args[0], f.Args[1])
	case DayOf:
		w.zoned("trayecto_day", f.Args[0], zone)
	case Midnight:
		w.zoned("trayecto_midnight", f.Args[0], zone)
	case Weekday:
		w.weekday(f.Args[0])
	case DaysFrom:
		w.text("trayecto_decimal")
		w.infix("-", f.Args[1], f.Args[0])
	}
}

func (w *lite) startsWith(text, beginning Expr) {
	w.text("(substr(")
	w.expr(text)
	w.text(", 1, length(")
	w.expr(beginning)
	w.text(")) = ")
	w.expr(beginning)
	w.text(")")
}

// weekday counts from 1970-01-01, a Thursday; % has the sign of its left side.
func (w *lite) weekday(day Expr) {
	w.text("substr('thufrisatsunmontuewed', 1 + 3 * (((")
	w.expr(day)
	w.text(") % 7 + 7) % 7), 3)")
}

func (w *lite) fold(f Fold) {
	switch f.Op {
	case Count:
		w.text("trayecto_decimal(")
		w.counted(f)
		w.text(")")
	case Sum:
		w.call("trayecto_sum", f.Of)
		w.filter(f.Filter)
	case Mean:
		w.call("trayecto_mean", f.Of)
		w.filter(f.Filter)
	case Min, Max:
		w.call(string(f.Op), f.Of)
		w.filter(f.Filter)
	case Rank:
		w.text("trayecto_rank(", QuoteLite(f.Share.String()), ", ")
		w.expr(f.Of)
		w.order(" ORDER BY ", f.Order)
		w.text(")")
		w.filter(f.Filter)
	case First:
		w.text("trayecto_first(")
		w.expr(f.Of)
		w.order(" ORDER BY ", f.Order)
		w.text(")")
		w.filter(f.Filter)
	}
}

// counted is the count as SQLite's own integer.
func (w *lite) counted(f Fold) {
	w.text("count(*)")
	w.filter(f.Filter)
}

// over of a count turns the number into a decimal outside of the window.
func (w *lite) over(o Over) {
	if o.Fold == nil || o.Fold.Op != Count {
		w.layout.over(o)
		return
	}
	w.text("trayecto_decimal(")
	w.counted(*o.Fold)
	w.frame(o)
	w.text(")")
}
