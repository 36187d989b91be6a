# The 32 moments of truth, to be used with your events. Give the events that you
# have; a moment whose event is not given, or null, is not there.
#
#   module "moments" {
#     source      = "std/moments"
#     signed_up   = event.signed_up
#     cart_filled = event.cart_changed
#     ordered     = event.order_placed
#   }
#
# Then module.moments.moment.cart_abandoned can start a journey. Each moment has
# its kind, its phase and, where a late answer is no answer, a deadline. The
# deadlines are ours, to begin with: write a moment of your own where yours differs.

variable "life_event" {
  description = "A life event: a move, a birth, a wedding."
  type        = event
  default     = null
}

variable "stimulus_seen" {
  description = "An advertisement or a recommendation was seen."
  type        = event
  default     = null
}

variable "searched" {
  description = "Searched or compared."
  type        = event
  default     = null
}

variable "first_visited" {
  description = "The first visit."
  type        = event
  default     = null
}

variable "signed_up" {
  description = "Gave an address."
  type        = event
  default     = null
}

variable "welcome" {
  description = "The first message that a person gets."
  type        = touchpoint
  default     = null
}

variable "consent_given" {
  description = "Said yes to messages."
  type        = event
  default     = null
}

variable "consent_confirmed" {
  description = "Confirmed that yes."
  type        = event
  default     = null
}

variable "first_engaged" {
  description = "The first answer, click or return."
  type        = event
  default     = null
}

variable "viewed" {
  description = "Looked at a product."
  type        = event
  default     = null
}

variable "cart_filled" {
  description = "Put something into the cart."
  type        = event
  default     = null
}

variable "ordered" {
  description = "Bought. It ends waiting for a purchase."
  type        = event
  default     = null
}

variable "price_dropped" {
  description = "A product that the person looked at costs less."
  type        = event
  default     = null
}

variable "restocked" {
  description = "A product that the person waits for is there again."
  type        = event
  default     = null
}

variable "quoted" {
  description = "Got a quote."
  type        = event
  default     = null
}

variable "handed_off" {
  description = "Asked to speak to a person."
  type        = event
  default     = null
}

variable "checkout_failed" {
  description = "Could not finish buying."
  type        = event
  default     = null
}

variable "payment_failed" {
  description = "A payment did not go through."
  type        = event
  default     = null
}

variable "shipment_delayed" {
  description = "A parcel comes late."
  type        = event
  default     = null
}

variable "delivered" {
  description = "A parcel is there."
  type        = event
  default     = null
}

variable "first_used" {
  description = "The first use."
  type        = event
  default     = null
}

variable "milestone_reached" {
  description = "Reached a milestone."
  type        = event
  default     = null
}

variable "using_less" {
  description = "People who use it less than before."
  type        = segment
  default     = null
}

variable "complained" {
  description = "Opened a complaint."
  type        = event
  default     = null
}

variable "complaint_resolved" {
  description = "A complaint was put right."
  type        = event
  default     = null
}

variable "returned" {
  description = "A return or a refund."
  type        = event
  default     = null
}

variable "service_due" {
  description = "Maintenance or a recall is due."
  type        = event
  default     = null
}

variable "renewal_due" {
  description = "A contract ends soon."
  type        = event
  default     = null
}

variable "recommended" {
  description = "Wrote a review or brought someone."
  type        = event
  default     = null
}

variable "lapsed" {
  description = "People who stopped buying."
  type        = segment
  default     = null
}

variable "consent_withdrawn" {
  description = "Took a yes back."
  type        = event
  default     = null
}

variable "confirm_within" {
  description = "How long a yes waits for its confirmation."
  type        = duration
  default     = "24h"
}

variable "begin_within" {
  description = "How long after signing up people should have begun."
  type        = duration
  default     = "3d"
}

variable "browse_within" {
  description = "How long after looking people usually buy."
  type        = duration
  default     = "48h"
}

variable "cart_within" {
  description = "How long a cart stands before it counts as left."
  type        = duration
  default     = "4h"
}

variable "quote_within" {
  description = "How long a quote stands before it is asked after."
  type        = duration
  default     = "5d"
}
