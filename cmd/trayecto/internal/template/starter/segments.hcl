segment "customers" { where = did(event.order_placed, "ever") }

segment "lapsed_gold" {
  where = (
    person.tier == "gold"
    && did(event.order_placed, "ever")
    && !did(event.order_placed, "90d")
  )
}
