package expr_test

import (
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

var (
	tier    = types.Enum{Values: []string{"gold", "silver", "none"}}
	country = types.Enum{Values: []string{"ES", "MX", "CO", "CA", "other"}}
	words   = types.Enum{Values: []string{"email", "sms"}}
)

// shop is the scope of a small shop, as seen from outside of journeys.
func shop(t testing.TB) *expr.Scope {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	maybe := func(name string, of types.Type) expr.ShapeField {
		return expr.ShapeField{Name: name, Type: of, Nullable: true}
	}
	sure := func(name string, of types.Type) expr.ShapeField { return expr.ShapeField{Name: name, Type: of} }
	at := sure("at", types.Timestamp)
	order := types.Object{Name: "order"}
	placed := []expr.ShapeField{maybe("order", order), maybe("amount", types.Money), maybe("sku", types.String), maybe("pieces", types.Number), at}
	return &expr.Scope{
		Constants: &hcl.EvalContext{
			Variables: map[string]cty.Value{
				"var": cty.ObjectVal(map[string]cty.Value{
					"base_url": cty.StringVal("https://lumen.example"), "big": cty.NumberIntVal(500), "strict": cty.True,
					"countries": cty.TupleVal([]cty.Value{cty.StringVal("ES"), cty.StringVal("MX")}), "nothing": cty.NullVal(cty.String),
					"window": cty.StringVal("90d"), "born": cty.StringVal("event.order_placed"),
				}),
				"local": cty.ObjectVal(map[string]cty.Value{"tier": cty.StringVal("gold")}),
				"each":  cty.ObjectVal(map[string]cty.Value{"key": cty.StringVal("ES")}),
			},
			Functions: expr.Functions(),
		},
		Currency: "EUR", Languages: []string{"es", "en"}, Zone: zone,
		References: map[string]string{"var.born": "event.order_placed"},
		Person: &expr.Shape{Name: "person", Fields: []expr.ShapeField{
			sure("customer_id", types.String), maybe("email", types.Email), maybe("first_name", types.String), maybe("last_name", types.String),
			maybe("tier", tier), maybe("country", country), maybe("birth_date", types.DateType), maybe("seen_at", types.Timestamp),
			maybe("nps", types.Number), maybe("spent", types.Money), maybe("vip", types.Bool), maybe("pause", types.Duration),
			maybe("favourite", words), maybe("account", types.Object{Name: "account"}), sure("orders_90d", types.Number),
		}},
		Objects: map[string]*expr.Shape{
			"object.order": {Name: "object.order", Fields: []expr.ShapeField{sure("number", types.String), maybe("total", types.Money)}},
			"object.account": {Name: "object.account", Fields: []expr.ShapeField{
				sure("id", types.String), maybe("plan", types.Enum{Values: []string{"free", "paid"}}),
			}},
		},
		Events: map[string]*expr.Shape{
			"event.order_placed":   {Name: "event.order_placed", Fields: placed},
			"event.big_order":      {Name: "event.big_order", Fields: placed},
			"event.product_viewed": {Name: "event.product_viewed", Fields: []expr.ShapeField{maybe("sku", types.String), at}},
			"event.signed_up":      {Name: "event.signed_up", Fields: []expr.ShapeField{maybe("form", types.String), maybe("tags", types.List{Element: types.String}), maybe("news_box", types.Bool)}},
		},
		Names: map[string][]string{
			"segment":    {"module.m.segment.x", "segment.lapsed_vip", `segment.of["ES"]`, "segment.whales"},
			"event":      {"event.big_order", "event.order_placed", "event.product_viewed", "event.signed_up"},
			"purpose":    {"purpose.account", "purpose.offers"},
			"channel":    {"channel.email", "channel.sms"},
			"touchpoint": {"touchpoint.welcome_mail"},
			"object":     {"object.account", "object.order"},
			"link":       {"link.home"},
		},
		Steps: map[string]string{
			"step.welcome.hello": "touchpoint.welcome_mail", "step.welcome.call": "action.call_customer", "step.other.bye": "touchpoint.welcome_mail",
		},
	}
}

// welcome is the shop as seen from inside journey.welcome.
func welcome(t testing.TB) *expr.Scope {
	s := *shop(t)
	s.Journey = "welcome"
	s.Entry = s.Events["event.order_placed"]
	return &s
}

// guards is the shop as seen from a guard.
func guards(t testing.TB) *expr.Scope {
	s := *shop(t)
	s.Changes = &expr.Shape{Name: "changes", Fields: []expr.ShapeField{{Name: "joins_share", Type: types.Number}, {Name: "leaves_share", Type: types.Number}}}
	return &s
}

// fataler is what a test and a law have in common.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

func parse(t fataler, text string) hclsyntax.Expression {
	t.Helper()
	e, problems := hclsyntax.ParseExpression([]byte(text), "x.hcl", hcl.InitialPos)
	if problems.HasErrors() {
		t.Fatalf("parsing %s: %v", text, problems)
	}
	return e
}
