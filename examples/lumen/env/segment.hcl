# trayecto plan --env segment: what a space at Twilio Segment can hold of Lumen: audiences, a trait, and what events carry.
platform "segment" "sandbox" {
  token         = env("SEGMENT_TOKEN") # never in state, plan or logs
  space         = env("SEGMENT_SPACE")
  approximate   = "1d"    # audiences notice up to a day late that time has passed
  tracking_plan = "Lumen" # gets a rule for each event

  computed_traits = ["orders_90d"] # for the destinations of the space; Segment's calls for them are in alpha

  event "order_placed" { name = "Order Placed" } # unmapped means the same name
  event "product_viewed" { name = "Product Viewed" }
}

# A customer data platform sends nothing and keeps no consents, and nobody can be chosen by them there. Every plan repeats this.
leave_out = [journey, touchpoint, action, consent, segment.reachable_spaniards]
