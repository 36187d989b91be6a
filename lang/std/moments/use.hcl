# Using it, and being helped.

phase "use" {
  description = "Using it, and being helped."
  after       = phase.receive
}

moment "first_use" {
  description = "Used it for the first time."
  kind        = "second"
  phase       = phase.use
  emotion     = 1
  detect { on = var.first_used }
}

moment "milestone_reached" {
  description = "Reached something with it."
  kind        = "second"
  phase       = phase.use
  emotion     = 2
  within      = "24h"
  detect { on = var.milestone_reached }
}

moment "usage_drop" {
  description = "Uses it less than before."
  kind        = "second"
  phase       = phase.use
  emotion     = -1
  within      = "7d"
  detect { enters = var.using_less }
}

moment "complaint_opened" {
  description = "Complained."
  kind        = "third"
  phase       = phase.use
  emotion     = -2
  within      = "4h"
  detect { on = var.complained }
}

moment "complaint_resolved" {
  description = "A complaint was put right."
  kind        = "third"
  phase       = phase.use
  emotion     = 1
  within      = "24h"
  detect { on = var.complaint_resolved }
}

moment "return_or_refund" {
  description = "Sent something back or wants the money back."
  kind        = "third"
  phase       = phase.use
  emotion     = -1
  within      = "24h"
  detect { on = var.returned }
}

moment "maintenance_or_recall_due" {
  description = "It needs care, or comes back to us."
  kind        = "before"
  phase       = phase.use
  emotion     = -1
  within      = "24h"
  detect { on = var.service_due }
}
