# trayecto plan --env duckdb: the same segments as views in a DuckDB file that holds your tables.
# Its plugin is built by make duckdb, and goes to .trayecto/plugins.
platform "duckdb" "sandbox" {
  path   = ".trayecto/warehouse.duckdb"
  schema = "trayecto" # ours: views, consent record, trayecto.allowed(person, purpose, channel)

  people {
    table = "people" # no schema: in main
    key   = "customer_id"
  }
  event "order_placed" {
    table  = "orders"
    person = "customer_id"
    at     = "created_at"
    fields = { amount = "total" }
  }
  consent "news" {
    table      = "consent_news"
    person     = "customer_id"
    address    = "email"
    act        = "act"
    at         = "at"
    expires_at = "expires_at"
  }
  exclusion "robinson" {
    table = "robinson"
    match = ["email_sha256"]
    as_of = "listed_until"
  }
  outcomes {
    table      = "deliveries"
    person     = "customer_id"
    touchpoint = "touchpoint"
    outcome    = "outcome"
    at         = "at"
  }
}

leave_out = [journey, touchpoint, action]
