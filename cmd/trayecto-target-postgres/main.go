// Command trayecto-target-postgres serves the target postgres as a plugin.
package main

import (
	"github.com/trayecto/trayecto/targets/postgres"
	"github.com/trayecto/trayecto/targets/sdk"
)

func main() { sdk.Serve(postgres.New) }
