# Between the first contact and the purchase.

phase "nurture" {
  description = "Between the first contact and the purchase."
  after       = phase.acquire
}

moment "onboarding_stalled" {
  description = "Signed up and did not begin."
  kind        = "second"
  phase       = phase.nurture
  emotion     = -1
  within      = "48h"
  detect {
    on      = var.signed_up
    without = var.first_used
    for     = var.begin_within
  }
}

moment "first_engagement" {
  description = "Answered, clicked or came back for the first time."
  kind        = "first"
  phase       = phase.nurture
  emotion     = 1
  detect { on = var.first_engaged }
}

moment "browse_abandoned" {
  description = "Looked at something and did not buy it."
  kind        = "zero"
  phase       = phase.nurture
  emotion     = 0
  within      = "24h"
  detect {
    on      = var.viewed
    without = var.ordered
    for     = var.browse_within
  }
}

moment "cart_abandoned" {
  description = "Left a full cart."
  kind        = "zero"
  phase       = phase.nurture
  emotion     = -1
  within      = "24h"
  detect {
    on      = var.cart_filled
    without = var.ordered
    for     = var.cart_within
  }
}

moment "price_drop" {
  description = "Something they looked at costs less."
  kind        = "stimulus"
  phase       = phase.nurture
  emotion     = 1
  within      = "24h"
  detect { on = var.price_dropped }
}

moment "back_in_stock" {
  description = "Something they waited for is there again."
  kind        = "stimulus"
  phase       = phase.nurture
  emotion     = 1
  within      = "12h"
  detect { on = var.restocked }
}

moment "quote_expiring" {
  description = "Has a quote and has not answered it."
  kind        = "before"
  phase       = phase.nurture
  emotion     = 0
  within      = "24h"
  detect {
    on      = var.quoted
    without = var.ordered
    for     = var.quote_within
  }
}

moment "sales_handoff" {
  description = "Asked to speak to a person."
  kind        = "first"
  phase       = phase.nurture
  emotion     = 0
  within      = "4h"
  detect { on = var.handed_off }
}
