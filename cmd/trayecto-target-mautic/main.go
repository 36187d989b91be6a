// Command trayecto-target-mautic serves the target mautic as a plugin.
package main

import (
	"github.com/trayecto/trayecto/targets/mautic"
	"github.com/trayecto/trayecto/targets/sdk"
)

func main() { sdk.Serve(mautic.New) }
