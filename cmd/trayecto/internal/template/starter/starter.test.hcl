test "a bounced welcome gets an SMS within a day" {
  person {
    email = "ana@example.test"
    phone = "+34600000001"
  }
  at "0h" {
    event = event.signed_up
    with  = { news_box = true }
  }
  at "1h" { outcome = touchpoint.welcome_mail.bounced }
  expect "an SMS" {
    sent   = touchpoint.ask_address_sms
    within = "25h"
  }
}
test "no offer without a yes" {
  person { email = "ana@example.test" }
  at "0h" {
    event = event.signed_up
    with  = { news_box = false }
  }
  expect "nothing" { not_sent = touchpoint.welcome_mail }
}
