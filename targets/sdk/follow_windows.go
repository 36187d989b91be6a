package sdk

import (
	"log"
	"os"
)

// follow ends this program when the one that started it was ended without saying
// good-bye. A program keeps its parent's number here for ever, but may wait for any
// process.
func follow(parent int) {
	started, err := os.FindProcess(parent)
	if err == nil {
		_, err = started.Wait()
	}
	if err != nil {
		log.Printf("whether the trayecto that started this still runs cannot be seen (%v); end this program by hand if it is left behind", err)
		return
	}
	os.Exit(1)
}
