package sql

// expr prints e. What is not one word or one call stands in parentheses, so
// that no reader needs to know an operator's rank.
func (l *layout) expr(e Expr) {
	switch e := e.(type) {
	case Column:
		l.text(Quote(e.Of), ".", Quote(e.Name))
	case Read:
		l.dialect.read(e)
	case Literal:
		l.text(l.dialect.literal(e.Value))
	case Null:
		l.text(l.dialect.null(e.Of))
	case Now:
		l.dialect.now()
	case Shift:
		l.dialect.shift(e)
	case Parameter:
		l.text(l.dialect.parameter(e.Index))
	case Compare:
		l.infix(string(e.Op), e.Left, e.Right)
	case And:
		l.joined("AND", "TRUE", e.Terms)
	case Or:
		l.joined("OR", "FALSE", e.Terms)
	case Not:
		l.text("(NOT ")
		l.expr(e.Term)
		l.text(")")
	case Is:
		l.suffix(e.Term, " IS ", not(e.Not), string(e.Verdict))
	case IsNull:
		l.suffix(e.Of, " IS ", not(e.Not), "NULL")
	case OneOf:
		l.oneOf(e)
	case Coalesce:
		l.coalesce(e.Terms)
	case Case:
		l.choice(e)
	case Exists:
		l.text("EXISTS ")
		l.inside(e.Of)
	case Inside:
		l.text("(")
		l.expr(e.Of)
		l.text(" IN ")
		l.inside(e.In)
		l.text(")")
	case Func:
		l.dialect.function(e)
	case Fold:
		l.dialect.fold(e)
	case Over:
		l.dialect.over(e)
	}
}

func not(yes bool) string {
	if yes {
		return "NOT "
	}
	return ""
}

func (l *layout) oneOf(e OneOf) {
	l.text("(")
	l.expr(e.Of)
	l.text(" IN (")
	for i, v := range e.Values {
		if i > 0 {
			l.text(", ")
		}
		l.text(l.dialect.literal(v))
	}
	l.text("))")
}

// coalesce of one term is that term; SQLite wants two.
func (l *layout) coalesce(terms []Expr) {
	if len(terms) == 1 {
		l.expr(terms[0])
		return
	}
	l.call("COALESCE", terms...)
}

// over is a window of rows that share the partition, in order.
func (l *layout) over(o Over) {
	if o.Fold == nil {
		l.call("lag", o.Before)
	} else {
		l.dialect.fold(*o.Fold)
	}
	l.frame(o)
}

func (l *layout) frame(o Over) {
	l.text(" OVER (PARTITION BY ")
	l.list(o.Partition)
	l.order(" ORDER BY ", o.Order)
	l.text(")")
}
