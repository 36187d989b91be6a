# trayecto plan --env mautic: what an installation of Mautic can hold of Lumen: the e-mails, in each language.
platform "mautic" "sandbox" {
  endpoint     = "https://mautic.example.test"
  username     = env("MAUTIC_USER")
  password     = env("MAUTIC_PASSWORD") # never in state, plan or logs
  ignore_case  = true                   # fine here: NONE@NONE is a filler like none@none
  trust_fields = true                   # our own forms take HTML out of what people write

  fields = { # unmapped means a contact field of the same alias
    phone      = "mobile"
    first_name = "firstname"
    lang       = "preferred_locale" # the contact field by which Mautic chooses the translation
  }
}

# Mautic keeps no events of a shop's own, and each of Lumen's segments and journeys asks for some: what was ordered, looked at or
# signed up for. Its text messages have one language. Every plan repeats them.
leave_out = [segment, journey, action, touchpoint.late_parcel, touchpoint.confirm_address_sms]
