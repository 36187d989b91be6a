moment "signed_up" {
  detect { on = event.signed_up }
}
moment "welcome_bounced" {
  within = "24h" # whatever answers this moment must do so in time, which is proved
  detect { on = touchpoint.welcome_mail.bounced }
}
moment "lapsed" {
  detect { enters = segment.lapsed_gold }
}

journey "welcome" {
  enter { on = moment.signed_up }
  send "hello" { touchpoint = touchpoint.welcome_mail }
}
journey "fix_address" {
  enter { on = moment.welcome_bounced }
  send "ask" { touchpoint = touchpoint.ask_address_sms }
}
journey "win_back" {
  enter {
    on    = moment.lapsed
    again = "180d"
  }
  goal = did(event.order_placed, run)
  send "miss_you" { touchpoint = touchpoint.miss_you_mail }
}
