// Command trayecto-target-notifuse serves the target notifuse as a plugin.
package main

import (
	"github.com/trayecto/trayecto/targets/notifuse"
	"github.com/trayecto/trayecto/targets/sdk"
)

func main() { sdk.Serve(notifuse.New) }
