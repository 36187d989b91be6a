purpose "offers" { class = "marketing" }
purpose "contact_data" {
  class   = "service" # needs no yes, and may not carry an offer
  because = "Puts a wrong address right. Carries no offer and asks for no consent."
}

# What people can say yes to, and how they take it back.
consent "news" {
  purpose  = purpose.offers
  channels = [channel.email]
  title    = { es = "Ofertas por correo", en = "Offers by e-mail" }
  grant "sign_up_form" {
    on = event.signed_up
    if = it.news_box
  }
}

# The strictest rule: no yes, no offer.
regime "everywhere" {
  applies_when = otherwise
  rule "opt_in" {
    classes  = ["marketing"]
    channels = [channel.email, channel.sms]
    basis    = "consent"
  }
  revoke_within = "24h"
}
