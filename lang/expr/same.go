package expr

import (
	"slices"

	"github.com/trayecto/trayecto/lang/types"
)

// Same tells whether two expressions say the same, wherever they were written:
// whether Print would print the same, without printing.
func Same(a, b Expr) bool {
	switch a := a.(type) {
	case nil:
		return b == nil
	case Literal:
		b, is := b.(Literal)
		return is && sameValue(a.Value, b.Value)
	case Attribute:
		b, is := b.(Attribute)
		return is && slices.Equal(a.Path, b.Path)
	case Field:
		b, is := b.(Field)
		return is && a.Of == b.Of && slices.Equal(a.Path, b.Path)
	case Record:
		b, is := b.(Record)
		return is && a.Consent == b.Consent && a.Channel == b.Channel && a.Fact == b.Fact
	case Aggregate:
		b, is := b.(Aggregate)
		return is && a.Op == b.Op && a.Field == b.Field && a.Share.Equal(b.Share.Decimal) && sameWindow(a.Window, b.Window) && sameSource(a.Of, b.Of)
	case Did:
		b, is := b.(Did)
		return is && sameWindow(a.Window, b.Window) && sameSource(a.Of, b.Of)
	case FollowedBy:
		b, is := b.(FollowedBy)
		return is && a.Gap == b.Gap && sameWindow(a.Window, b.Window) && sameSource(a.First, b.First) && sameSource(a.Then, b.Then)
	case Compare:
		b, is := b.(Compare)
		return is && a.Op == b.Op && Same(a.Left, b.Left) && Same(a.Right, b.Right)
	case And:
		b, is := b.(And)
		return is && slices.EqualFunc(a.Terms, b.Terms, Same)
	case Or:
		b, is := b.(Or)
		return is && slices.EqualFunc(a.Terms, b.Terms, Same)
	case Not:
		b, is := b.(Not)
		return is && Same(a.Term, b.Term)
	case Is:
		b, is := b.(Is)
		return is && a.Verdict == b.Verdict && Same(a.Term, b.Term)
	case OneOf:
		b, is := b.(OneOf)
		return is && Same(a.Of, b.Of) && slices.EqualFunc(a.Values, b.Values, sameValue)
	case IsSet:
		b, is := b.(IsSet)
		return is && Same(a.Of, b.Of)
	case Coalesce:
		b, is := b.(Coalesce)
		return is && slices.EqualFunc(a.Terms, b.Terms, Same)
	case Within:
		b, is := b.(Within)
		return is && a.Length == b.Length && Same(a.Of, b.Of)
	case Member:
		b, is := b.(Member)
		return is && a.Segment == b.Segment
	case Reachable:
		b, is := b.(Reachable)
		return is && a.Purpose == b.Purpose && a.Channel == b.Channel && a.Consented == b.Consented
	case Suppressed:
		b, is := b.(Suppressed)
		return is && a.Channel == b.Channel && a.Class == b.Class
	case Excluded:
		b, is := b.(Excluded)
		return is && a.Exclusion == b.Exclusion
	case Call:
		b, is := b.(Call)
		return is && a.Func == b.Func && slices.EqualFunc(a.Args, b.Args, Same)
	case Any:
		b, is := b.(Any)
		return is && a.Of == b.Of && Same(a.Where, b.Where)
	}
	return false
}

func sameSource(a, b Source) bool {
	return a.Event == b.Event && a.Touchpoint == b.Touchpoint && a.Step == b.Step && a.Outcome == b.Outcome && Same(a.Where, b.Where)
}

// sameWindow leaves out the length of a window that begins with something.
func sameWindow(a, b Window) bool {
	return a.Since == b.Since && (a.Since != "" || a.Length == b.Length)
}

// sameValue tells whether two constants are written alike.
func sameValue(a, b types.Value) bool {
	list, isList := a.(types.Values)
	other, isOther := b.(types.Values)
	if isList && isOther {
		return slices.EqualFunc(list, other, sameValue)
	}
	if types.IsNull(a) || types.IsNull(b) {
		return types.IsNull(a) && types.IsNull(b)
	}
	if span, is := a.(types.Span); is {
		return b == types.Value(span)
	}
	order, comparable := types.Compare(a, b)
	return comparable && order == 0
}
