package ir

import (
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// ChangeShape is what a guard may ask of a change of a plan. Numbers of people
// are null while they are not known; a share is a fraction of the members
// before.
func ChangeShape() *expr.Shape {
	text := func(name string) expr.ShapeField { return expr.ShapeField{Name: name, Type: types.String} }
	number := func(name string) expr.ShapeField {
		return expr.ShapeField{Name: name, Type: types.Number, Nullable: true}
	}
	return &expr.Shape{Name: "change", Fields: []expr.ShapeField{
		text("address"), text("platform"), text("action"), text("owner"),
		number("members_before"), number("members_after"), number("joins"), number("leaves"),
		number("joins_share"), number("leaves_share"),
	}}
}
