package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// whole is for commands that are about the whole project and take no files or
// names.
func whole(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return fmt.Errorf("%s takes no files or names, such as %q: it is about the whole project; -C DIR works in another folder", cmd.Name(), args[0])
}

// exactly is for commands that take so many names, which their line of use shows.
func exactly(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == n {
			return nil
		}
		return asInUse(cmd)
	}
}

// atMost is for commands that take up to so many names.
func atMost(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) <= n {
			return nil
		}
		return asInUse(cmd)
	}
}

func asInUse(cmd *cobra.Command) error {
	return fmt.Errorf("write it as in: %s", strings.TrimSuffix(cmd.UseLine(), " [flags]"))
}
