//go:build !windows

package sdk

import (
	"os"
	"time"
)

// follow ends this program when the one that started it was ended without saying
// good-bye: then it has another parent.
func follow(parent int) {
	for range time.Tick(time.Second) {
		if os.Getppid() != parent {
			os.Exit(1)
		}
	}
}
