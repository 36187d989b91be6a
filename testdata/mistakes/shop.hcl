# The shop that every mistake beside this file is made in. People and names are made up.
project "shop" {
  timezone  = "Europe/Madrid"
  currency  = "EUR"
  languages = ["es", "en"]
  platforms = [platform.sandbox]
}

platform "local" "sandbox" {
  path = ".trayecto/sandbox.db"
}

person {
  key "email" { type = email }
  attribute "phone" { type = phone }
  attribute "first_name" { type = string }
  attribute "last_name" { type = string }
  attribute "country" { type = string }
  attribute "tier" { type = enum("gold", "silver", "none") }
  attribute "birth_date" { type = date }
  attribute "orders" { value = count(event.order_placed, "1y") }
}

event "signed_up" {
  field "news_box" { type = bool }
  field "form" { type = string }
}

event "order_placed" {
  field "amount" { type = money }
  field "sku" { type = string }
}

channel "email" { address = person.email }
channel "sms" { address = person.phone }

purpose "offers" { class = "marketing" }
purpose "order_care" {
  class   = "service"
  because = "Tells people what became of their order."
}

consent "news" {
  purpose  = purpose.offers
  channels = [channel.email]
  grant "form" {
    on = event.signed_up
    if = it.news_box
  }
}

regime "everywhere" {
  applies_when = otherwise
  rule "opt_in" {
    classes  = ["marketing"]
    channels = [channel.email, channel.sms]
    basis    = "consent"
  }
}

segment "gold" { where = person.tier == "gold" && is_set(person.phone) }

moment "new_member" {
  kind = "first"
  detect { on = event.signed_up }
}

touchpoint "hello" {
  purpose  = purpose.order_care
  channels = [channel.email]
  content {
    subject = { es = "Hola", en = "Hello" }
    text    = { es = "Hola.", en = "Hello." }
  }
}

journey "welcome" {
  enter { on = moment.first_order }
  send "hello" { touchpoint = touchpoint.hello }
}

moment "first_order" {
  within = "24h"
  detect { on = event.order_placed }
}
