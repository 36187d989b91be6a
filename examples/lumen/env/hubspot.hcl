# trayecto plan --env hubspot: what an account at HubSpot can hold of Lumen: who, who said yes, and the e-mails.
platform "hubspot" "sandbox" {
  token       = env("HUBSPOT_TOKEN") # never in state, plan or logs
  approximate = "1d"                 # lists notice up to a day late that time has passed
  service     = "Account"            # the subscription type of service messages

  fields = { # unmapped means a property of the same name
    first_name = "firstname"
    lang       = "hs_language"
  }
  consent "news" { # a subscription says who agrees, and these properties since when
    granted_at   = "news_granted_at"
    confirmed_at = "news_confirmed_at"
  }
  exclusion "robinson" {
    list    = "Robinson"         # whom your systems found on the list
    checked = "robinson_checked" # when they last looked a person up
  }
}

# Lumen's journeys wait until something happens, try a second channel, begin at an instant or make a task for somebody, and let
# people finish after an edit; our workflows do none of this. Nor does HubSpot add up what events carry, or ask for their order.
leave_out = [journey, action, segment.browsers, segment.whales, touchpoint.confirm_address_sms, touchpoint.late_parcel]
