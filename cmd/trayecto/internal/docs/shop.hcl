# A small shop. Everybody in it is made up.
project "shop" {
  timezone  = "Europe/Madrid"
  currency  = "EUR"
  languages = ["en"]
  platforms = [platform.sandbox]
}

# A file on this computer that writes to nobody.
platform "local" "sandbox" {
  path = ".trayecto/sandbox.db"
}

# What was deployed is remembered in a file beside the project.
state "file" {}

variable "base_url" {
  type    = string
  default = "https://shop.example.test"
}

locals {
  lapse = "90d"
}

# Moments that ship, with this shop's own events. An input that is not given
# switches off what needs it.
module "map" {
  source            = "std/moments"
  signed_up         = event.signed_up
  ordered           = event.order_placed
  shipment_delayed  = event.parcel_delayed
  consent_withdrawn = event.objected
  lapsed            = segment.lapsed_gold
}

history {
  people   = "data/people.csv"
  events   = "data/events/*.ndjson"
  consents = "data/consents.ndjson"
  outcomes = "data/outcomes.ndjson"
}

# What we know about a person.
person {
  language = person.lang

  key "customer_id" { type = string }
  key "email" {
    type  = email
    merge = true
  }
  key "phone" { type = phone }

  attribute "first_name" { type = string }
  attribute "lang" { type = enum("en") }
  attribute "country" { type = enum("ES", "MX", "other") }
  attribute "tier" { type = enum("gold", "silver", "none") }
  attribute "orders_90d" { value = count(event.order_placed, local.lapse) } # computed
}

object "order" {
  key "number" { type = string }
  attribute "total" { type = money }
}

event "signed_up" {
  field "news_box" { type = bool }
}
event "order_placed" {
  field "order" { type = object.order }
  field "amount" { type = money }
}
event "parcel_delayed" {
  field "order" {
    type     = object.order
    required = true
  }
  field "new_date" { type = date }
}
# Some of another event.
event "big_order" {
  from  = event.order_placed
  where = it.amount >= 200
}
event "objected" {}

purpose "offers" { class = "marketing" }
purpose "order_care" {
  class   = "service"
  because = "Tells people where the thing is that they bought."
}

channel "email" { address = person.email }
channel "sms" { address = person.phone }

# A thing that people can say yes to, and the only ways in which that changes.
consent "news" {
  purpose  = purpose.offers
  channels = [channel.email]
  title    = { en = "Offers by e-mail" }
  grant "sign_up_form" {
    on     = event.signed_up
    if     = it.news_box
    notice = "privacy-2026-03"
  }
  withdraw "objection" { on = event.objected }
}

# What the law asks, where. Where no regime applies, offers are refused.
regime "everywhere" {
  applies_when = otherwise
  rule "opt_in" {
    classes  = ["marketing"]
    channels = [channel.email, channel.sms]
    basis    = "consent"
  }
}

exclusion "robinson" {
  list      = "data/robinson.csv"
  match     = [sha256(lower(person.email))]
  classes   = ["marketing"]
  unless    = "consent"
  as_of     = "listed_until"
  fresh_for = "30d"
}

calendar "shop_hours" {
  open "week" {
    days = ["mon", "tue", "wed", "thu", "fri"]
    from = "09:00"
    to   = "21:00"
  }
  closed = ["2026-12-25"]
}

pressure "all" {
  limit "weekly" {
    max     = 3
    per     = "7d"
    classes = ["marketing"]
  }
  hours { calendar = calendar.shop_hours }
}

control "nobody_writes" {
  share   = 0.05
  classes = ["marketing"]
}

segment "lapsed_gold" {
  description = "Gold customers who stopped buying"
  where = (
    person.tier == "gold"
    && did(event.order_placed, "ever")
    && !did(event.order_placed, local.lapse)
  )
}

link "shop" {
  url     = "${var.base_url}/lamps"
  purpose = purpose.offers
}

part "signature" {
  body = { en = "Your shop" }
}

touchpoint "miss_you_mail" {
  purpose     = purpose.offers
  channels    = [channel.email]
  unsubscribe = "one_click"
  content {
    subject = { en = "We miss you, ${coalesce(person.first_name, "friend")}" }
    text    = { en = "10 % off until Sunday: ${link.shop} ${part.signature}" }
  }
}
touchpoint "late_parcel" {
  purpose  = purpose.order_care
  channels = [channel.sms, channel.email]
  about    = event.parcel_delayed
  content {
    subject = { en = "Your order is late" }
    text    = { en = "Your order ${entry.order.number} is late." }
  }
}

action "task" "call_customer" {
  platform = platform.sandbox
  title    = "Call ${coalesce(person.first_name, "the customer")}"
  due      = "4h"
}

phase "use" {}

persona "regular" { segment = segment.lapsed_gold }

moment "lapsed" {
  kind    = "second"
  phase   = phase.use
  emotion = -1
  detect { enters = segment.lapsed_gold }
}
moment "parcel_late" {
  phase  = phase.use
  within = "2h"
  detect { on = event.parcel_delayed }
}

journey "win_back" {
  enter {
    on    = moment.lapsed
    again = "90d"
  }
  goal = did(event.order_placed, run)

  send "hello" { touchpoint = touchpoint.miss_you_mail }
  wait "react" {
    for   = "3d"
    until = did(step.hello.opened, run)
  }
  choose "interest" {
    when "opened" {
      if = did(step.hello.opened, run)
      do "call" { action = action.call_customer }
    }
    otherwise {
      wait "cool" { for = "7d" }
    }
  }
}
journey "late_parcel" {
  enter {
    on    = moment.parcel_late
    per   = entry.order
    again = "always"
  }
  send "tell" { touchpoint = touchpoint.late_parcel }
}

guard "no_surprise" {
  refuse_if = any(changes.segment, it.joins_share > 0.2)
  unless    = approved_by("crm-lead")
  message   = "More than a fifth of a segment would join."
}

test "a late parcel is told at once" {
  person {
    email = "ana@example.test"
    phone = "+34600000000"
  }
  at "0h" {
    event = event.parcel_delayed
    with  = { order = "o-1" }
  }
  expect "sms" {
    sent   = touchpoint.late_parcel
    within = "2h"
  }
}

# An object of the platform's own kind, in its own words.
resource "list" "vip" {
  platform   = platform.sandbox
  attributes = { title = "The best customers" }
}

# The segment was called "gone_gold" when it was deployed.
moved {
  from = segment.gone_gold
  to   = segment.lapsed_gold
}

# The journey is not in the files any more; people who are in it stay.
removed {
  from = journey.spring_sale
  keep = true
}

# This message was made by hand, before there were files.
import {
  to       = touchpoint.late_parcel
  platform = platform.sandbox
  id       = "4711"
}
