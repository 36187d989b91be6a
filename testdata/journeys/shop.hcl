# The shop that all stories are about.
project "shop" {
  timezone  = "Europe/Madrid"
  currency  = "EUR"
  languages = ["en"]
}

person {
  timezone = person.zone
  key "id" { type = string }
  key "email" { type = email }
  key "phone" { type = phone }
  attribute "zone" { type = string }
  attribute "tier" { type = enum("gold", "none") }
  attribute "born" { type = date }
  attribute "wish" { type = enum("email", "sms") }
}

object "order" {
  key "number" { type = string }
}
event "joined" {
  field "yes" { type = bool }
}
event "confirmed" {}
event "seen" {
  field "sku" { type = string }
}
event "bought" {
  field "order" { type = object.order }
  field "sku" { type = string }
}

channel "email" { address = person.email }
channel "sms" { address = person.phone }
purpose "care" {
  class   = "service"
  because = "Tells people what became of their order."
}
purpose "offers" { class = "marketing" }
consent "news" {
  purpose  = purpose.offers
  channels = [channel.email, channel.sms]
  title    = "News"
  grant "form" {
    on = event.joined
    if = it.yes
  }
  confirm "click" { on = event.confirmed }
}
regime "everywhere" {
  applies_when = otherwise
  rule "opt_in" {
    classes       = ["marketing"]
    channels      = [channel.email, channel.sms]
    basis         = "consent"
    double_opt_in = true
  }
}

touchpoint "note" {
  purpose  = purpose.care
  channels = [channel.email]
  content {
    subject = "A note"
    text    = "A note"
  }
}
touchpoint "offer" {
  purpose     = purpose.offers
  channels    = [channel.email]
  unsubscribe = "one_click"
  content {
    subject = "An offer"
    text    = "An offer"
  }
}
segment "gold" { where = person.tier == "gold" }
segment "buyers" { where = did(event.bought, "30d") }

moment "joined" {
  detect { on = event.joined }
}
moment "bought" {
  detect { on = event.bought }
}
