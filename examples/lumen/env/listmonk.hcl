# trayecto plan --env listmonk: what a server for newsletters can hold of Lumen: who said yes, the one-off, the service mails.
platform "listmonk" "sandbox" {
  endpoint = "http://127.0.0.1:9000"
  user     = "trayecto"
  token    = env("LISTMONK_TOKEN") # never in state, plan or logs

  fields = { first_name = "given_name" } # unmapped means the same name
  values "tier" { gold = "GOLD" }
  event "order_placed" { # a list in an attribute of the subscriber: [{ "at": "2026-11-02T10:00:00Z", "total": 120.5 }]
    name   = "orders"
    fields = { amount = "total" }
  }
  consent "news" { granted_at = "news_since" } # a subscription does not say when the yes was given; regime.es asks
}

# listmonk runs no journeys, has no SMS, and writes segments into the campaigns that are for them; every plan repeats this.
leave_out = [
  journey.welcome, journey.fix_address, journey.late_parcel, touchpoint.confirm_address_sms, touchpoint.shipping_mail, action,
  segment.browsers, segment.reachable_spaniards, segment.whales,
]
