# trayecto plan --env klaviyo: what an account at Klaviyo can hold of Lumen: who, who said yes, and the e-mails.
platform "klaviyo" "sandbox" {
  api_key     = env("KLAVIYO_API_KEY") # never in state, plan or logs
  approximate = "1d"                   # segments notice up to a day late that time has passed

  fields = { # unmapped means a property of the same name
    customer_id = "external_id"
    phone       = "phone_number"
  }
  event "order_placed" {
    name   = "Placed Order"
    fields = { amount = "$value" } # what Klaviyo adds up
  }
  event "product_viewed" { name = "Viewed Product" }
  exclusion "robinson" {
    list    = "Robinson"         # whom your systems found on the list
    checked = "robinson_checked" # when they last looked a person up
  }
}

# The other journeys try a second channel or make a task for somebody, and let people finish after an edit; a flow does none of
# this. Every plan repeats them.
leave_out = [journey.welcome, journey.fix_address, journey.late_parcel, action, touchpoint.late_parcel, touchpoint.confirm_address_sms]
