package ir

import (
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Enforcement is what a platform really does with the lowered program, as a
// value for evaluator and prover. It is taken from behaviour, not from names:
// a gate that is not evaluated at the send is absent.
type Enforcement struct {
	Sends          bool       // false: the platform writes to nobody
	Gates          []Gate     // what it asks before it sends
	Staleness      types.Span // how old its consent data may be at the send
	Caps           bool       // it honours pressure limits
	Hours          bool       // it honours calendars
	WindowGrain    types.Span // windows are counted in steps of this; zero: exactly
	DetectionDelay types.Span // how late it notices that something happened; zero: at once
}

// Gate is a condition that the platform evaluates at the instant of sending.
type Gate struct {
	Send      string    // "step.welcome.hello"; "" for every send
	Channel   string    // "channel.email"; "" on every channel
	Condition expr.Expr // a person for whom it is not true gets nothing
	Inserted  bool      // a filter that the lowering put there, not the platform's own
}
