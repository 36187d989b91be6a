link "confirm_address" {
  url     = "${var.base_url}/address"
  purpose = purpose.contact_data
}
link "offers" {
  url     = "${var.base_url}/lamps"
  purpose = purpose.offers
}

touchpoint "welcome_mail" {
  purpose  = purpose.account
  channels = [channel.email]
  phase    = phase.acquire
  benefit  = "informative" # informative | convenience | social | community | inspirational | entertainment
  content {
    subject = {
      es = "Hola, ${coalesce(person.first_name, "qué tal")}"
      en = "Hi ${coalesce(person.first_name, "there")}"
    }
    body = template("content/welcome.${language}.html") # the same ${...} inside
  }
}

touchpoint "confirm_address_sms" {
  purpose  = purpose.contact_data
  channels = [channel.sms]
  phase    = phase.acquire
  content {
    text = {
      es = "No nos llega tu correo. ¿Nos lo confirmas? ${link.confirm_address}"
      en = "Our e-mail does not reach you. Could you confirm it? ${link.confirm_address}"
    }
  }
}

touchpoint "late_parcel" {
  purpose  = purpose.order_care
  channels = prefer(person.favourite, [channel.sms, channel.email]) # in order; on bounce the next
  phase    = phase.receive
  about    = event.parcel_delayed # gives entry its type
  content {                       # an e-mail without body sends the text
    subject = { es = "Tu pedido se retrasa", en = "Your order is late" }
    text = {
      es = "Tu pedido ${entry.order.number} llega el ${entry.new_date}."
      en = "Your order ${entry.order.number} arrives on ${entry.new_date}."
    }
  }
}

touchpoint "discount_mail" {
  purpose     = purpose.offers
  channels    = [channel.email]
  phase       = phase.use
  unsubscribe = "one_click" # RFC 8058; a marketing touchpoint must have one
  content {
    subject = { es = "10 % para ti", en = "10 % off for you" }
    body    = template("content/discount.${language}.html")
  }
}
touchpoint "shipping_mail" {
  purpose     = purpose.offers
  channels    = [channel.email]
  phase       = phase.use
  unsubscribe = "one_click"
  content {
    subject = { es = "Envío gratis", en = "Free shipping" }
    body    = template("content/shipping.${language}.html")
  }
}

action "task" "call_customer" { # a touchpoint is what the person gets; an action is what our side does
  platform = platform.sandbox
  title    = "Llamar a ${coalesce(person.first_name, "cliente")}"
  due      = "4h"
}
