# What the law asks of marketing messages in five countries, and a strict rule
# for everyone else. It is a starting point and not legal advice: read it with
# someone who answers for it, and write your own regime where yours differs.
#
#   module "law" {
#     source = "std/regimes"
#     email  = channel.email
#     sms    = channel.sms
#     spain  = "ES"                  # how your person.country spells it
#     order  = event.order_placed
#   }
#
# A country that is not given has no regime here. person.country must exist. To
# a person whose country is not known every regime applies, so the strictest
# counts. A withdrawal works within 24 hours everywhere, which is sooner than
# any of the laws below asks.

variable "email" {
  description = "The channel for e-mail; null when you send none."
  type        = channel
}
variable "sms" {
  description = "The channel for text messages; null when you send none."
  type        = channel
  default     = null
}
variable "order" {
  description = "The event of buying. Without it no message goes to customers for that reason alone."
  type        = event
  default     = null
}
variable "inquiry" {
  description = "The event of asking about a product (Canada)."
  type        = event
  default     = null
}
variable "spain" {
  description = "How person.country spells Spain."
  type        = string
  default     = null
}
variable "germany" {
  description = "How person.country spells Germany."
  type        = string
  default     = null
}
variable "united_kingdom" {
  description = "How person.country spells the United Kingdom."
  type        = string
  default     = null
}
variable "canada" {
  description = "How person.country spells Canada."
  type        = string
  default     = null
}
variable "united_states" {
  description = "How person.country spells the United States."
  type        = string
  default     = null
}
variable "elsewhere" {
  description = "For how long a yes holds where no other regime applies; null: no marketing is sent there."
  type        = duration
  default     = "730d"
}

# Spain. LSSI (Ley 34/2002), art. 21: commercial messages by e-mail or an
# equivalent means need to have been asked for or expressly agreed to; 21.2:
# except to customers, about products like those they bought. Opposition must be
# offered when the address is collected and in each message, free of charge.
# LOPDGDD (Ley Orgánica 3/2018), art. 23: look people up in the exclusion lists
# first, unless they agreed; write an exclusion block for that. The law asks for
# no second confirmation: "double_opt_in" is left to you.
regime "spain" {
  applies_when = person.country == var.spain
  rule "opt_in" {
    classes  = ["marketing"]
    channels = [var.email, var.sms]
    basis    = "consent"
  }
  rule "own_similar_products" {
    classes  = ["marketing"]
    channels = [var.email]
    basis    = "legitimate_interest"
    requires = did(var.order, "730d") # the law names no number: two years is our choice
  }
}

# Germany. UWG § 7: advertising by electronic post needs prior express consent,
# and who sends must prove it, for which the courts expect a double opt-in.
# § 7(3): except to customers, about similar goods, by the address that they
# gave when they bought, unless they object; each use says that they may.
regime "germany" {
  applies_when = person.country == var.germany
  rule "opt_in" {
    classes       = ["marketing"]
    channels      = [var.email, var.sms]
    basis         = "consent"
    double_opt_in = true
  }
  rule "own_similar_products" {
    classes  = ["marketing"]
    channels = [var.email]
    basis    = "legitimate_interest"
    requires = did(var.order, "730d") # the law names no number: two years is our choice
  }
}

# United Kingdom. PECR, regulation 22: consent to electronic mail, which is
# e-mail and texts, specific to the channel: a yes to one is none to the other,
# so write a consent for each. 22(3), the soft opt-in: except to customers,
# about similar products, if they could refuse when the address was collected
# and can in each message.
regime "united_kingdom" {
  applies_when = person.country == var.united_kingdom
  rule "opt_in" {
    classes  = ["marketing"]
    channels = [var.email, var.sms]
    basis    = "consent"
  }
  rule "soft_opt_in" {
    classes  = ["marketing"]
    channels = [var.email, var.sms]
    basis    = "legitimate_interest"
    requires = did(var.order, "730d") # the law names no number: two years is our choice
  }
}

# Canada. CASL: express consent holds until it is withdrawn; consent is implied
# for two years after a purchase and for six months after an inquiry. A message
# that asks for consent is itself commercial: say asks = [consent.x] in it.
regime "canada" {
  applies_when = person.country == var.canada
  rule "express" {
    classes  = ["marketing"]
    channels = [var.email, var.sms]
    basis    = "consent"
  }
  rule "purchase" {
    classes  = ["marketing"]
    channels = [var.email, var.sms]
    basis    = "implied"
    requires = did(var.order, "2y")
  }
  rule "inquiry" {
    classes  = ["marketing"]
    channels = [var.email, var.sms]
    basis    = "implied"
    requires = did(var.inquiry, "6mo")
  }
}

# United States. CAN-SPAM: commercial e-mail may be sent until the person opts
# out. TCPA: marketing texts need prior express consent, go out between 8 and 21
# o'clock of the called party's time (see calendar "united_states_texts", to be
# used in your pressure), and a revocation is honoured within 10 business days.
# CCPA: an opt-out signal such as GPC counts as a no: capture it with withdraw.
# Gmail and Yahoo ask of bulk senders one-click unsubscribe (RFC 8058), honoured
# within 48 hours.
regime "united_states" {
  applies_when = person.country == var.united_states
  rule "until_opt_out" {
    classes  = ["marketing"]
    channels = [var.email]
    basis    = "legitimate_interest"
  }
  rule "texts" {
    classes  = ["marketing"]
    channels = [var.sms]
    basis    = "consent"
  }
}
calendar "united_states_texts" {
  description = "When marketing texts may go to ${var.united_states}, in the person's own time (TCPA)."
  open "day" {
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    from = "08:00"
    to   = "21:00"
  }
}

# Everywhere else: the strictest of the above. A yes that was confirmed, and that
# is not for ever.
regime "strictest" {
  applies_when = otherwise
  rule "opt_in" {
    classes       = ["marketing"]
    channels      = [var.email, var.sms]
    basis         = "consent"
    double_opt_in = true
    valid_for     = var.elsewhere
  }
}
