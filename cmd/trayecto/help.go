package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

const headline = "Trayecto " + version + ": customer journeys as files. Say what should be true; see what it does to people; make it so.\n"

func newHelp(w *world) *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "help [command]",
		Short: "what a command does",
		RunE: func(cmd *cobra.Command, args []string) error {
			target, rest, err := cmd.Root().Find(args)
			if err == nil && len(rest) > 0 && target.HasSubCommands() {
				return unknownCommand(target, rest[0])
			}
			if err != nil {
				return unknownCommand(cmd.Root(), strings.Join(args, " "))
			}
			_, err = fmt.Fprint(w.stdout, help(target, all))
			return err
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "every command and every flag")
	return cmd
}

// help is the text of one command; for the root, the commands by group.
func help(cmd *cobra.Command, all bool) string {
	var b strings.Builder
	if cmd.HasParent() {
		helpOne(&b, cmd)
		return b.String()
	}
	b.WriteString(headline)
	byName := map[string]*cobra.Command{}
	for _, c := range cmd.Commands() {
		byName[c.Name()] = c
	}
	if !all {
		helpFirst(&b, byName)
		return b.String()
	}
	for _, g := range groups {
		fmt.Fprintf(&b, "\n  %s\n", g.title)
		for _, command := range g.commands {
			c := byName[command(&world{}, &common{}).Name()]
			fmt.Fprintf(&b, "    %-12s %s\n", c.Name(), c.Short)
		}
	}
	b.WriteString("\n  Every command understands\n" + indent(cmd.PersistentFlags().FlagUsages(), "  "))
	return b.String()
}

// helpFirst is what somebody sees who types the program's name: the few commands
// of every day, two in a line where there are several.
func helpFirst(b *strings.Builder, byName map[string]*cobra.Command) {
	b.WriteString("\n")
	for _, g := range groups {
		title := g.title
		if len(g.first) > 0 && len(title) > 9 { // on a line of its own
			fmt.Fprintf(b, "  %s\n", title)
			title = ""
		}
		for i := 0; i < len(g.first); i += 2 {
			left := byName[g.first[i]]
			line := fmt.Sprintf("  %-10s%-11s%-30s", title, left.Name(), left.Short)
			if i+1 < len(g.first) {
				right := byName[g.first[i+1]]
				line += fmt.Sprintf("%-8s%s", right.Name(), right.Short)
			}
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			title = ""
		}
	}
	fmt.Fprintf(b, "  %-10strayecto help --all\n", "More")
}

func helpOne(b *strings.Builder, cmd *cobra.Command) {
	fmt.Fprintf(b, "trayecto %s: %s\n\n  %s\n", strings.TrimPrefix(cmd.CommandPath(), "trayecto "), cmd.Short, cmd.UseLine())
	if cmd.Long != "" {
		fmt.Fprintf(b, "\n%s\n", cmd.Long)
	}
	for _, sub := range cmd.Commands() {
		fmt.Fprintf(b, "    %-12s %s\n", sub.Name(), sub.Short)
	}
	if own := cmd.NonInheritedFlags().FlagUsages(); own != "" {
		b.WriteString("\n" + own)
	}
	b.WriteString("\n  -C DIR works in another folder; what else every command understands: trayecto help --all\n")
}

func indent(text, by string) string {
	return by + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n"+by) + "\n"
}
