project "starter" {
  timezone  = "Europe/Madrid"
  currency  = "EUR"
  languages = ["es", "en"] # the first is the default
  platforms = [platform.sandbox]
}

# Where changes go. This one is a file on this computer and writes to nobody.
platform "local" "sandbox" {
  path = ".trayecto/sandbox.db"
}

# The past that plans count people in. All of it is made up.
history {
  people   = "data/people.csv"
  events   = "data/events.ndjson"
  consents = "data/consents.ndjson"
  outcomes = "data/outcomes.ndjson"
}
