// Command trayecto-target-hubspot serves the target hubspot as a plugin.
package main

import (
	"github.com/trayecto/trayecto/targets/hubspot"
	"github.com/trayecto/trayecto/targets/sdk"
)

func main() { sdk.Serve(hubspot.New) }
