# What we know about people.
person {
  language = person.lang
  key "customer_id" { type = string }
  key "email" { type = email }
  key "phone" { type = phone }
  attribute "first_name" { type = string }
  attribute "lang" { type = enum("es", "en") }
  attribute "tier" { type = enum("gold", "silver", "none") }
}

# What they do.
event "signed_up" {
  field "news_box" { type = bool } # whether they ticked it
}
event "order_placed" {
  field "amount" { type = money }
}
event "address_confirmed" {}

channel "email" { address = person.email }
channel "sms" { address = person.phone }
