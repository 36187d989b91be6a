package prove_test

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// The oracle is z3, which knows nothing of regions, masks and bonds: people are
// encoded as attributes with values and a bounded list of events with ages and
// fields, counts as sums, windows as bounds on ages, a month as any length that
// a month can have.

// longestHistory is how many events of each kind the encoding has.
const longestHistory = 7

const microsOfDay = int64(24 * 3600 * 1e6)

// What is proved has no model, and what has a witness with a short history has
// one.
func TestOracleAgrees(t *testing.T) {
	z3, err := exec.LookPath("z3")
	if err != nil {
		if os.Getenv("TRAYECTO_REQUIRE_Z3") == "1" {
			t.Fatal("z3 is required here and is not installed")
		}
		t.Skip("z3 is not installed")
	}
	var script strings.Builder
	var asked []question
	for seed := range uint64(40) {
		asked = append(asked, questions(t, seed, &script)...)
	}
	answers := solve(t, z3, script.String())
	if len(answers) != len(asked) {
		t.Fatalf("%d questions, %d answers", len(asked), len(answers))
	}
	tally := map[string]int{}
	for i, q := range asked {
		tally[q.answer.Verdict.String()+" "+answers[i]]++
		switch {
		case q.answer.Verdict == prove.Proved && answers[i] != "unsat":
			t.Errorf("proved, and the oracle says %s: %s", answers[i], q.text)
		case q.answer.Verdict == prove.Refuted && answers[i] == "unsat" && len(q.answer.Witness.Person.Events) < longestHistory:
			t.Errorf("refuted by %+v, and the oracle finds nobody: %s", q.answer.Witness.Person, q.text)
		case q.answer.Verdict == prove.Undecided && answers[i] == "unsat":
			tally["missed"]++
		}
	}
	t.Log(tally)
	if tally["proved unsat"] < 20 || tally["refuted sat"] < 200 || tally["missed"]*20 > tally["proved unsat"] {
		t.Errorf("%v: hardly tried, or too much is missed", tally)
	}
}

type question struct {
	answer prove.Answer
	text   string
}

// questions is what is asked of one random project, with what the oracle is
// asked written beside.
func questions(t *testing.T, seed uint64, script *strings.Builder) []question {
	l := large{rand.New(rand.NewPCG(seed, 3)), &ir.Program{Project: ir.Project{Name: "small", Timezone: "Europe/Madrid"}}}
	l.few()
	for i := range 4 {
		where := l.tree(1+l.IntN(7), l.IntN(2) == 0)
		l.program.Segments = append(l.program.Segments, ir.Segment{Head: ir.Head{Address: fmt.Sprintf("segment.s%d", i)}, Where: where})
	}
	p := prove.New(now(t, l.program))
	conditions := addAll(p, l.program)
	var out []question
	ask := func(a prove.Answer, text string, parts ...string) {
		out = append(out, question{a, fmt.Sprintf("seed %d: %s", seed, text)})
		for _, part := range parts {
			fmt.Fprintf(script, "(push)(assert %s)", part)
		}
		fmt.Fprintf(script, "(check-sat)(pop %d)\n", len(parts))
	}
	e := encoder{program: l.program, out: script, declared: map[string]bool{}}
	e.people()
	in := make([]string, len(conditions))
	for i, s := range l.program.Segments {
		in[i], _ = e.verdicts(s.Where, "")
	}
	for i, a := range conditions {
		text := expr.Print(l.program.Segments[i].Where)
		ask(p.Never(a), "never "+text, in[i])
		ask(p.Always(a), "always "+text, "(not "+in[i]+")")
		for j, b := range conditions[:i] {
			other := expr.Print(l.program.Segments[j].Where)
			ask(p.Implies(a, b), text+" implies "+other, in[i], "(not "+in[j]+")")
			ask(p.Disjoint(a, b), text+" and "+other, in[i], in[j])
		}
	}
	script.WriteString("(reset)\n")
	return out
}

// few is few things to ask about, so that conditions meet.
func (l large) few() {
	l.program.Person.Keys = []ir.Key{{Name: "id", Type: types.String}}
	l.program.Person.Attributes = append(l.program.Person.Attributes,
		ir.Attribute{Name: "tier", Type: types.Enum{Values: []string{"gold", "silver", "none"}}},
		ir.Attribute{Name: "nick", Type: types.String}, ir.Attribute{Name: "vip", Type: types.Bool},
		ir.Attribute{Name: "points", Type: types.Number}, ir.Attribute{Name: "joined", Type: types.Timestamp},
	)
	for _, name := range []string{"event.bought", "event.viewed"} {
		l.program.Events = append(l.program.Events, ir.Event{Head: ir.Head{Address: name}, Fields: []ir.Field{
			{Name: "amount", Type: types.Money}, {Name: "sku", Type: types.String},
		}})
	}
}

func solve(t *testing.T, z3, script string) []string {
	t.Helper()
	cmd := exec.Command(z3, "-in", "-T:120", "-t:4000")
	cmd.Stdin = strings.NewReader(script)
	raw, err := cmd.Output()
	if err != nil && len(raw) == 0 {
		t.Fatal(err)
	}
	var out []string
	for lines := bufio.NewScanner(strings.NewReader(string(raw))); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "(error") {
			t.Fatal(lines.Text())
		}
		out = append(out, lines.Text())
	}
	return out
}

// encoder writes a project's people as a theory.
type encoder struct {
	program  *ir.Program
	out      *strings.Builder
	declared map[string]bool
	texts    []string
}

func (e *encoder) declare(name, sort string) {
	if !e.declared[name] {
		e.declared[name] = true
		fmt.Fprintf(e.out, "(declare-const %s %s)\n", name, sort)
	}
}

func (e *encoder) people() {
	e.declare("month", "Int")
	fmt.Fprintf(e.out, "(assert (and (<= %d month) (<= month %d)))\n", 28*microsOfDay-microsOfDay/24, 31*microsOfDay+microsOfDay/24)
	for _, a := range e.program.Person.Attributes {
		e.value(a.Name, a.Type)
	}
	for _, event := range e.program.Events {
		for i := range longestHistory {
			h := e.happening(event, i)
			e.declare(h+".there", "Bool")
			e.declare(h+".age", "Int")
			fmt.Fprintf(e.out, "(assert (>= %s.age 0))\n", h)
			for _, f := range event.Fields {
				e.value(h+"."+f.Name, f.Type)
			}
		}
	}
}

func (e *encoder) happening(event ir.Event, i int) string {
	return fmt.Sprintf("%s.%d", strings.ReplaceAll(event.Address, "event.", "e"), i)
}

func (e *encoder) value(name string, t types.Type) {
	sort := "Real"
	if t == types.Type(types.Bool) {
		sort = "Bool"
	}
	if types.Textual(t) || t == types.Type(types.Timestamp) {
		sort = "Int"
	}
	e.declare(name, sort)
	e.declare(name+".set", "Bool")
	if enum, ok := t.(types.Enum); ok {
		var words []string
		for _, w := range enum.Values {
			words = append(words, fmt.Sprintf("(= %s %s)", name, e.constant(types.Text(w))))
		}
		fmt.Fprintf(e.out, "(assert (or %s))\n", strings.Join(words, " "))
	}
}

// constant is a value: texts are numbered, instants count from now backwards.
func (e *encoder) constant(v types.Value) string {
	switch v := v.(type) {
	case types.Text:
		for i, known := range e.texts {
			if known == string(v) {
				return fmt.Sprint(i)
			}
		}
		e.texts = append(e.texts, string(v))
		return fmt.Sprint(len(e.texts) - 1)
	case types.Decimal:
		return v.Decimal.StringFixed(2)
	case types.Truth:
		return fmt.Sprint(bool(v))
	}
	panic("a constant that is not encoded")
}

// name is what stands for an attribute, or for a field of the happening at hand.
func name(of expr.Expr, it string) string {
	switch of := of.(type) {
	case expr.Attribute:
		return of.Path[0]
	case expr.Field:
		return it + "." + of.Path[0]
	}
	panic("something that is not encoded")
}

func both(op string, terms []string) string { return "(" + op + " " + strings.Join(terms, " ") + ")" }

// verdicts is when a condition is true and when it is false.
func (e *encoder) verdicts(of expr.Expr, it string) (isTrue, isFalse string) {
	switch of := of.(type) {
	case expr.And, expr.Or:
		var trues, falses []string
		for _, term := range expr.Children(of) {
			t, f := e.verdicts(term, it)
			trues, falses = append(trues, t), append(falses, f)
		}
		if _, and := of.(expr.And); and {
			return both("and", trues), both("or", falses)
		}
		return both("or", trues), both("and", falses)
	case expr.Not:
		t, f := e.verdicts(of.Term, it)
		return f, t
	case expr.IsSet:
		set := name(of.Of, it) + ".set"
		return set, "(not " + set + ")"
	case expr.Attribute:
		n := of.Path[0]
		return fmt.Sprintf("(and %s.set %s)", n, n), fmt.Sprintf("(and %s.set (not %s))", n, n)
	case expr.OneOf:
		n := name(of.Of, it)
		var same []string
		for _, v := range of.Values {
			same = append(same, fmt.Sprintf("(= %s %s)", n, e.constant(v)))
		}
		any := both("or", same)
		return fmt.Sprintf("(and %s.set %s)", n, any), fmt.Sprintf("(and %s.set (not %s))", n, any)
	case expr.Did:
		n := e.count(of.Of, of.Window)
		return fmt.Sprintf("(>= %s 1)", n), fmt.Sprintf("(< %s 1)", n)
	case expr.Within:
		return e.age(of)
	case expr.Compare:
		return e.comparison(of, it)
	}
	panic(fmt.Sprintf("%T is not encoded", of))
}

func (e *encoder) comparison(of expr.Compare, it string) (isTrue, isFalse string) {
	constant := e.constant(of.Right.(expr.Literal).Value)
	left, set := "", "true"
	if a, ok := of.Left.(expr.Aggregate); ok {
		left = "(to_real " + e.count(a.Of, a.Window) + ")"
	} else {
		left = name(of.Left, it)
		set = left + ".set"
	}
	holds := fmt.Sprintf("(%s %s %s)", of.Op, left, constant)
	switch of.Op {
	case expr.Equal:
		holds = fmt.Sprintf("(= %s %s)", left, constant)
	case expr.NotEqual:
		holds = fmt.Sprintf("(not (= %s %s))", left, constant)
	case expr.Less, expr.LessEqual, expr.Greater, expr.GreaterEqual:
	}
	return fmt.Sprintf("(and %s %s)", set, holds), fmt.Sprintf("(and %s (not %s))", set, holds)
}

// length is a window in microseconds.
func length(s types.Span) string {
	if s.Calendar() {
		return "month"
	}
	return fmt.Sprint(s.Exact().Microseconds())
}

// count is how many of the bounded history a source lists.
func (e *encoder) count(s expr.Source, w expr.Window) string {
	event, _ := ir.Find(e.program.Events, s.Event)
	sum := []string{"0"}
	for i := range longestHistory {
		h := e.happening(event, i)
		in := h + ".there"
		if w.Since == "" {
			in = fmt.Sprintf("(and %s (< %s.age %s))", in, h, length(w.Length))
		}
		if s.Where != nil {
			t, _ := e.verdicts(s.Where, h)
			in = fmt.Sprintf("(and %s %s)", in, t)
		}
		sum = append(sum, fmt.Sprintf("(ite %s 1 0)", in))
	}
	return both("+", sum)
}

// age is a window on an instant of the person's, or on the latest event.
func (e *encoder) age(of expr.Within) (isTrue, isFalse string) {
	if last, ok := of.Of.(expr.Aggregate); ok {
		recent := e.count(last.Of, expr.Window{Length: of.Length})
		return fmt.Sprintf("(>= %s 1)", recent), fmt.Sprintf("(and (< %s 1) (>= %s 1))", recent, e.count(last.Of, last.Window))
	}
	n := name(of.Of, "")
	holds := fmt.Sprintf("(and (<= 0 %s) (< %s %s))", n, n, length(of.Length))
	return fmt.Sprintf("(and %s.set %s)", n, holds), fmt.Sprintf("(and %s.set (not %s))", n, holds)
}
