// Command trayecto-target-duckdb serves the target duckdb as a plugin.
package main

import (
	"github.com/trayecto/trayecto/targets/duckdb"
	"github.com/trayecto/trayecto/targets/sdk"
)

func main() { sdk.Serve(duckdb.Factory()) }
