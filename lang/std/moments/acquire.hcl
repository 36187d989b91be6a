# Before and at the first contact.

phase "acquire" {
  description = "Before and at the first contact."
}

moment "life_event" {
  description = "A move, a birth, a wedding: something changed, and nobody has searched yet."
  kind        = "less_than_zero"
  phase       = phase.acquire
  emotion     = 1
  detect { on = var.life_event }
}

moment "stimulus_seen" {
  description = "Saw an advertisement or a recommendation."
  kind        = "stimulus"
  phase       = phase.acquire
  emotion     = 0
  detect { on = var.stimulus_seen }
}

moment "search_research" {
  description = "Searched, compared, read reviews."
  kind        = "zero"
  phase       = phase.acquire
  emotion     = 0
  within      = "24h"
  detect { on = var.searched }
}

moment "first_visit" {
  description = "Came to us for the first time."
  kind        = "zero"
  phase       = phase.acquire
  emotion     = 1
  detect { on = var.first_visited }
}

moment "signup" {
  description = "Gave us an address."
  kind        = "first"
  phase       = phase.acquire
  emotion     = 1
  within      = "1h"
  detect { on = var.signed_up }
}

moment "welcome_bounced" {
  description = "The first message did not arrive."
  kind        = "first"
  phase       = phase.acquire
  emotion     = -1
  within      = "24h"
  detect { on = var.welcome.bounced }
}

moment "consent_given" {
  description = "Said yes to hearing from us."
  kind        = "first"
  phase       = phase.acquire
  emotion     = 1
  within      = "1h"
  detect { on = var.consent_given }
}

moment "double_opt_in_pending" {
  description = "Said yes and did not confirm it."
  kind        = "first"
  phase       = phase.acquire
  emotion     = -1
  within      = "48h"
  detect {
    on      = var.consent_given
    without = var.consent_confirmed
    for     = var.confirm_within
  }
}
