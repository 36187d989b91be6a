link "address" {
  url     = "https://shop.example/address"
  purpose = purpose.contact_data
}
link "offers" {
  url     = "https://shop.example/offers"
  purpose = purpose.offers
}

touchpoint "welcome_mail" {
  purpose     = purpose.offers
  channels    = [channel.email]
  unsubscribe = "one_click"
  content {
    subject = { es = "Hola, ${coalesce(person.first_name, "qué tal")}", en = "Hi ${coalesce(person.first_name, "there")}" }
    text    = { es = "Gracias por venir. Esto es lo nuevo: ${link.offers}", en = "Thank you for coming. This is new: ${link.offers}" }
  }
}
touchpoint "miss_you_mail" {
  purpose     = purpose.offers
  channels    = [channel.email]
  unsubscribe = "one_click"
  content {
    subject = { es = "Te echamos de menos", en = "We miss you" }
    text    = { es = "10 % hasta el domingo: ${link.offers}", en = "10 % off until Sunday: ${link.offers}" }
  }
}
touchpoint "ask_address_sms" {
  purpose  = purpose.contact_data
  channels = [channel.sms]
  content {
    text = {
      es = "No nos llega tu correo. Corrige la dirección aquí: ${link.address}"
      en = "Our e-mail does not reach you. Put the address right here: ${link.address}"
    }
  }
}
