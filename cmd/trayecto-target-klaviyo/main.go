// Command trayecto-target-klaviyo serves the target klaviyo as a plugin.
package main

import (
	"github.com/trayecto/trayecto/targets/klaviyo"
	"github.com/trayecto/trayecto/targets/sdk"
)

func main() { sdk.Serve(klaviyo.New) }
