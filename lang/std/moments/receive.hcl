# Between paying and having.

phase "receive" {
  description = "Between paying and having."
  after       = phase.nurture
}

moment "checkout_failed" {
  description = "Wanted to buy and could not."
  kind        = "first"
  phase       = phase.receive
  emotion     = -2
  within      = "1h"
  detect { on = var.checkout_failed }
}

moment "payment_failed" {
  description = "A payment did not go through."
  kind        = "actual"
  phase       = phase.receive
  emotion     = -2
  within      = "4h"
  detect { on = var.payment_failed }
}

moment "order_confirmed" {
  description = "Bought."
  kind        = "actual"
  phase       = phase.receive
  emotion     = 2
  within      = "15m"
  detect { on = var.ordered }
}

moment "shipment_delayed" {
  description = "What they bought comes late."
  kind        = "actual"
  phase       = phase.receive
  emotion     = -2
  within      = "2h"
  detect { on = var.shipment_delayed }
}

moment "delivered" {
  description = "What they bought is there."
  kind        = "actual"
  phase       = phase.receive
  emotion     = 2
  within      = "24h"
  detect { on = var.delivered }
}
