// Command trayecto-target-listmonk serves the target listmonk as a plugin.
package main

import (
	"github.com/trayecto/trayecto/targets/listmonk"
	"github.com/trayecto/trayecto/targets/sdk"
)

func main() { sdk.Serve(listmonk.New) }
