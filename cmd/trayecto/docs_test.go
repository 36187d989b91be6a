package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/trayecto/trayecto/cmd/trayecto/internal/docs"
)

var commandLine = regexp.MustCompile("(?m)(?:^|`)trayecto ([a-z-]+)([^`\n]*)")

// A command, a flag or a page that a page of the documentation names is there.
func TestDocsNameWhatIsThere(t *testing.T) {
	root := newRoot(&world{})
	pages := docs.Pages(library())
	found := 0
	for _, p := range pages {
		if p.Section == docs.Codes {
			continue
		}
		for _, m := range commandLine.FindAllStringSubmatch(p.Text, -1) {
			found++
			cmd, _, err := root.Find([]string{m[1]})
			if err != nil || cmd == root {
				t.Errorf("%s names trayecto %s, which is no command", p.Name, m[1])
				continue
			}
			words := strings.Fields(m[2])
			if below, rest, err := cmd.Find(words); err == nil {
				cmd, words = below, rest // state unlock, targets capabilities
			}
			flagsAreThere(t, p.Name, cmd, words)
			if m[1] == "docs" && len(words) > 0 && !strings.HasPrefix(words[0], "-") {
				if _, ok := docs.Find(pages, words[0]); !ok {
					t.Errorf("%s names the page %s, which is not there", p.Name, words[0])
				}
			}
		}
	}
	if found < 10 {
		t.Errorf("only %d commands are named", found)
	}
}

func flagsAreThere(t *testing.T, page string, cmd *cobra.Command, words []string) {
	t.Helper()
	for _, word := range words {
		name, isFlag := strings.CutPrefix(word, "--")
		if isFlag && cmd.Flags().Lookup(name) == nil && cmd.InheritedFlags().Lookup(name) == nil {
			t.Errorf("%s names %s --%s, which is no flag", page, cmd.Name(), name)
		}
	}
}

// Every command says in its help what it does, and its name fits its column.
func TestEveryCommandHasHelp(t *testing.T) {
	root := newRoot(&world{})
	all := help(root, true)
	for _, c := range root.Commands() {
		if c.Name() == "help" {
			continue
		}
		if c.Short == "" || len(c.Name()) > 12 || strings.HasSuffix(c.Short, ".") {
			t.Errorf("%s: %q", c.Name(), c.Short)
		}
		if !strings.Contains(all, "    "+c.Name()+" ") || !strings.Contains(all, c.Short) {
			t.Errorf("help --all does not have %s", c.Name())
		}
		if text := help(c, true); !strings.Contains(text, c.CommandPath()) || !strings.Contains(text, "trayecto help --all") {
			t.Errorf("help of %s:\n%s", c.Name(), text)
		}
	}
}
