package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/trayecto/trayecto/lang/diag"
)

// flagHabits is the flags of Terraform and of other tools that are called
// otherwise here.
var flagHabits = map[string]string{
	"target":       "only",
	"y":            "auto-approve",
	"yes":          "auto-approve",
	"approve":      "auto-approve",
	"var-file":     "env",
	"environment":  "env",
	"workspace":    "env",
	"dir":          "chdir",
	"date":         "now",
	"output":       "out",
	"json":         "format json",
	"refresh-only": "refresh",
}

// flagValues is what to write as the value of a flag, by its type.
var flagValues = map[string]string{
	"duration": "a length of time, such as 30s or 5m",
	"bool":     "true or false",
}

// groupOf is for commands that do nothing without one of their own commands.
func groupOf(cmd *cobra.Command) *cobra.Command {
	cmd.Args = cobra.ArbitraryArgs
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return unknownCommand(cmd, args[0])
		}
		return cmd.Help()
	}
	return cmd
}

// unknownCommand says what there is instead of a command that there is not.
func unknownCommand(parent *cobra.Command, name string) error {
	said := strings.TrimPrefix(parent.CommandPath()+" "+name, parent.Root().Name()+" ")
	near := parent.SuggestionsFor(name) // what it begins, and what other tools call it
	if len(near) == 0 {
		var names []string
		for _, c := range parent.Commands() {
			names = append(names, c.Name())
		}
		if one := diag.Nearest(name, names); one != "" {
			near = []string{one}
		}
	}
	if len(near) > 0 {
		return fmt.Errorf("there is no command %q; there is %s", said, strings.Join(near, ", "))
	}
	if parent.HasParent() {
		return fmt.Errorf("there is no command %q; see: %s --help", said, parent.CommandPath())
	}
	return fmt.Errorf("there is no command %q; see: trayecto help --all", said)
}

// wrongFlag says what there is instead of a flag that there is not. Terraform
// takes a long flag behind one dash.
func wrongFlag(cmd *cobra.Command, err error) error {
	var missing *pflag.NotExistError
	var value *pflag.InvalidValueError
	if errors.As(err, &value) && flagValues[value.GetFlag().Value.Type()] != "" {
		f := value.GetFlag()
		return &exit{exitWorld, fmt.Errorf("--%s %q: write %s", f.Name, value.GetValue(), flagValues[f.Value.Type()])}
	}
	if !errors.As(err, &missing) {
		return &exit{exitWorld, fmt.Errorf("%w; see: %s --help", err, cmd.CommandPath())}
	}
	said, name := "--"+missing.GetSpecifiedName(), missing.GetSpecifiedName()
	if letters := missing.GetSpecifiedShortnames(); letters != "" {
		name, _, _ = strings.Cut(letters, "=")
		said = "-" + name
	}
	if known := nearFlag(cmd, name); known != "" {
		return &exit{exitWorld, fmt.Errorf("there is no flag %s; there is --%s", said, known)}
	}
	return &exit{exitWorld, fmt.Errorf("there is no flag %s; see: %s --help", said, cmd.CommandPath())}
}

// nearFlag is the flag of a command that a wrong one most likely meant.
func nearFlag(cmd *cobra.Command, name string) string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	own, _, _ := strings.Cut(flagHabits[name], " ")
	if own != "" && cmd.Flags().Lookup(own) != nil {
		return flagHabits[name]
	}
	return diag.Nearest(name, names)
}
