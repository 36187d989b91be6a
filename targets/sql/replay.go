package sql

// replay is the state of every record, from its acts; see record.go for the steps.
func (c *lowering) replay(pairs []pair) Query {
	if len(pairs) == 0 {
		return noRecords()
	}
	steps := append(c.countedActs(pairs),
		Step{"heads", heads()}, Step{"turns", turns()}, Step{"linked", linked()}, Step{"runs", runs()}, Step{"ends", ends()}, Step{"last", last()})
	return With{Steps: steps, Final: present()}
}

// noRecords is a query with the columns of replay and no rows.
func noRecords() Query {
	columns := []Named{{Null{Key}, PersonColumn}, {Null{Text}, ConsentColumn}, {Null{Text}, ChannelColumn}, {Null{Text}, stateColumn}}
	for _, name := range recordColumns[1:] {
		columns = append(columns, Named{Null{Instant}, name})
	}
	return Select{Columns: columns, Where: truth(false)}
}

// A step's rows belong to one record: a person, a consent and a channel.
var recordKey = []string{PersonColumn, ConsentColumn, ChannelColumn}

func partition(more ...string) []Expr {
	var out []Expr
	for _, name := range append(append([]string(nil), recordKey...), more...) {
		out = append(out, Column{"s", name})
	}
	return out
}

// step reads the step of a name, always under the alias s.
func step(name string) From { return Table{Name{"", name}, "s"} }

func of(name string) Expr { return Column{"s", name} }

func keyed(names ...string) []Named {
	return same("s", append(append([]string(nil), recordKey...), names...)...)
}

func fold(op FoldOp, value, filter Expr) Fold { return Fold{Op: op, Of: value, Filter: filter} }

func overAll(f Fold, by ...string) Expr { return Over{Fold: &f, Partition: partition(by...)} }

func is(name, value string) Expr { return Compare{Equal, of(name), text(value)} }

func isNot(name, value string) Expr { return Compare{NotEqual, of(name), text(value)} }

func comes(from int64) Expr { return Compare{Equal, of("source"), number(from)} }

// countedActs are the steps up to the acts that count, in turns.
func (c *lowering) countedActs(pairs []pair) []Step {
	return []Step{{"acts", c.acts(pairs)}, {"twins", twins()}, {"said", said()}, {"counted", counted()}}
}

// twins finds, for acts of one kind and instant, the last that was recorded.
func twins() Query {
	columns := append(same("s", actColumns...), Named{overAll(fold(Max, of("sequence"), comes(fromTable)), "kind", timeColumn), "last_record"})
	return Select{Columns: columns, From: step("acts"), Where: Compare{LessEqual, of(timeColumn), Now{}}}
}

func said() Query {
	columns := same("s", actColumns...)
	twins := []string{"kind", timeColumn}
	last := And{[]Expr{comes(fromTable), Or{[]Expr{IsNull{Of: of("last_record")}, Compare{Equal, of("sequence"), of("last_record")}}}}}
	columns = append(columns,
		Named{overAll(fold(Count, nil, comes(fromCapture)), twins...), "captures"},
		Named{overAll(fold(Count, nil, comes(fromTable)), twins...), "records"},
		Named{overAll(fold(Count, nil, And{append(last.Terms, of("concerns"))}), twins...), "concerned"},
		Named{overAll(fold(Max, of("ends"), last), twins...), "recorded_ends"})
	return Select{Columns: columns, From: step("twins")}
}

func counted() Query {
	captured := comes(fromCapture)
	twin := And{[]Expr{captured, Compare{Greater, of("records"), number(0)}}}
	once := Not{And{[]Expr{comes(fromTable), Compare{Greater, of("captures"), number(0)}}}}
	concerns := Case{Arms: []Arm{{When: twin, Then: Compare{Greater, of("concerned"), number(0)}}}, Else: of("concerns")}
	order := []Order{{Of: of(timeColumn)}, {Of: of("source")}, {Of: of("sequence")}, {Of: of("step")}}
	deciding := Fold{Op: Count, Filter: isNot("kind", confirmed)}
	columns := append(keyed("kind", timeColumn),
		Named{Case{Arms: []Arm{{When: captured, Then: of("recorded_ends")}}, Else: of("ends")}, "ends"},
		Named{Over{Fold: &deciding, Partition: partition(), Order: order}, "turn"})
	return Select{Columns: columns, From: step("said"), Where: And{[]Expr{once, concerns}}}
}

func heads() Query {
	decides := isNot("kind", confirmed)
	columns := append(keyed("turn", "kind", timeColumn),
		Named{overAll(fold(Max, of("kind"), decides), "turn"), "head"},
		Named{overAll(fold(Max, of("ends"), decides), "turn"), "ends"})
	return Select{Columns: columns, From: step("counted"), Where: Compare{Greater, of("turn"), number(0)}}
}

func turns() Query {
	standing := Or{[]Expr{IsNull{Of: of("ends")}, Compare{Greater, of("ends"), of(timeColumn)}}}
	took := And{[]Expr{is("kind", confirmed), is("head", granted), standing}}
	columns := append(keyed("turn"),
		Named{of("head"), "kind"}, Named{of("ends"), "ends"},
		Named{fold(Max, of(timeColumn), isNot("kind", confirmed)), timeColumn},
		Named{fold(Max, of(timeColumn), took), confirmed})
	return Select{Columns: columns, From: step("heads"), Group: partition("turn", "head", "ends")}
}

func linked() Query {
	before := func(name string) Expr {
		return Over{Before: of(name), Partition: partition(), Order: []Order{{Of: of("turn")}}}
	}
	columns := append(keyed("turn", "kind", "ends", timeColumn, confirmed), Named{before("kind"), "kind_before"}, Named{before("ends"), "ends_before"})
	return Select{Columns: columns, From: step("turns")}
}

func runs() Query {
	standing := Or{[]Expr{IsNull{Of: of("ends_before")}, Compare{Greater, of("ends_before"), of(timeColumn)}}}
	goesOn := And{[]Expr{is("kind", granted), is("kind_before", granted), standing}}
	opens := Fold{Op: Count, Filter: Is{Term: goesOn, Verdict: True, Not: true}}
	columns := append(keyed("turn", "kind", "ends", timeColumn, confirmed),
		Named{Over{Fold: &opens, Partition: partition(), Order: []Order{{Of: of("turn")}}}, "run"})
	return Select{Columns: columns, From: step("linked")}
}

func ends() Query {
	columns := append(keyed("turn", "run", "kind", "ends", timeColumn, confirmed),
		Named{overAll(fold(Max, of("turn"), nil)), "last_turn"},
		Named{overAll(fold(Max, of("turn"), is("kind", granted))), "last_grant"},
		Named{overAll(fold(Max, of("run"), is("kind", granted))), "last_run"})
	return Select{Columns: columns, From: step("runs")}
}

func last() Query {
	when := func(a, b string) Expr { return Compare{Equal, of(a), of(b)} }
	columns := append(keyed(),
		Named{fold(Max, of("kind"), when("turn", "last_turn")), "kind"},
		Named{fold(Max, of(timeColumn), when("turn", "last_grant")), "granted_at"},
		Named{fold(Max, of(confirmed), when("run", "last_run")), "confirmed_at"},
		Named{fold(Max, of("ends"), when("turn", "last_grant")), "expires_at"})
	return Select{Columns: columns, From: step("ends"), Group: partition()}
}

// present is the record as it stands now: a yes whose end has come has expired,
// and a date that nobody knows is null.
func present() Query {
	over := And{[]Expr{is("kind", granted), Compare{LessEqual, of("expires_at"), Now{}}}}
	known := func(name string) Named {
		return Named{Case{Arms: []Arm{{When: Compare{Greater, of(name), beginning}, Then: of(name)}}}, name}
	}
	columns := append(keyed(),
		Named{Case{Arms: []Arm{{When: over, Then: text("expired")}}, Else: of("kind")}, stateColumn},
		known("granted_at"), known("confirmed_at"), known("expires_at"))
	return Select{Columns: columns, From: step("last")}
}
