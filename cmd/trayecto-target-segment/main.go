// Command trayecto-target-segment serves the target segment as a plugin.
package main

import (
	"github.com/trayecto/trayecto/targets/sdk"
	"github.com/trayecto/trayecto/targets/segment"
)

func main() { sdk.Serve(segment.New) }
