// Command trayecto-target-local serves the target local as a plugin.
package main

import (
	"crypto/rand"

	"github.com/trayecto/trayecto/targets/local"
	"github.com/trayecto/trayecto/targets/sdk"
)

func main() { sdk.Serve(local.Factory(rand.Reader)) }
