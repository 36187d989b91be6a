package notifuse_test

import (
	"testing"

	"github.com/trayecto/trayecto/targets/kit"
	"github.com/trayecto/trayecto/targets/notifuse"
)

// TestMain serves the target where the test's own program was started as the plugin.
func TestMain(m *testing.M) { kit.Main(m, notifuse.Waiting(atOnce)) }

// The laws hold for the target in another process as they do in this one.
func TestContractThroughPlugin(t *testing.T) {
	kit.Served(t, newHouse(t).harness(), kit.Through(t, "notifuse"))
}
