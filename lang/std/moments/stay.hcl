# Loyalty, and the end.

phase "stay" {
  description = "Loyalty, and the end."
  after       = phase.use
}

moment "renewal_due" {
  description = "A contract ends soon."
  kind        = "before"
  phase       = phase.stay
  emotion     = 0
  within      = "24h"
  detect { on = var.renewal_due }
}

moment "review_or_referral" {
  description = "Told others about it: their ultimate moment is someone's zero."
  kind        = "ultimate"
  phase       = phase.stay
  emotion     = 2
  within      = "24h"
  detect { on = var.recommended }
}

moment "lapsed" {
  description = "Stopped buying."
  kind        = "second"
  phase       = phase.stay
  emotion     = -1
  within      = "30d"
  detect { enters = var.lapsed }
}

moment "consent_withdrawn" {
  description = "Wants to hear no more. Nothing but a service message may answer."
  kind        = "third"
  phase       = phase.stay
  emotion     = -1
  within      = "24h"
  detect { on = var.consent_withdrawn }
}
