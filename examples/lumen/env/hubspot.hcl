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

# An edit at HubSpot takes the people inside along (migrate) or ends their runs (stop), and a message is not held back until
# somebody has had fewer: journey.welcome asks for both. The other two write by SMS. HubSpot adds up nothing that events carry,
# and does not ask for their order.
leave_out = [
  segment.browsers, segment.whales, touchpoint.confirm_address_sms, touchpoint.late_parcel, action.call_customer,
  journey.welcome, journey.fix_address, journey.late_parcel,
]
