package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trayecto/trayecto/cmd/trayecto/internal/view"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
)

func newGraph(w *world, c *common) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "graph [journey.NAME]...",
		Short: "the project or a journey as a picture",
		Long: "Draws who mentions whom in the whole project, or journeys as flow charts: their steps, and a gate before each\n" +
			"message that needs a yes. Mermaid is drawn by GitHub and GitLab, dot by Graphviz: trayecto graph --format dot | dot -Tsvg",
		RunE: func(_ *cobra.Command, args []string) error { return runGraph(w, c, format, args) },
	}
	cmd.Flags().StringVar(&format, "format", "mermaid", "what is printed: mermaid or dot")
	return cmd
}

func runGraph(w *world, c *common, format string, addresses []string) error {
	draw := map[string]func(view.Graph) string{"mermaid": view.Mermaid, "dot": view.DOT}[format]
	if draw == nil {
		return fmt.Errorf("--format %q: write mermaid or dot", format)
	}
	loaded, _, err := c.load(w)
	if err != nil {
		return err
	}
	graph := view.ProjectGraph(loaded.Program)
	if len(addresses) > 0 {
		journeys, err := journeysNamed(loaded.Program, addresses)
		if err != nil {
			return err
		}
		graph = view.JourneyGraph(loaded.Program, journeys)
	}
	_, err = io.WriteString(w.stdout, draw(graph))
	return err
}

// journeysNamed finds journeys by their addresses, or by their names alone.
func journeysNamed(p *ir.Program, addresses []string) ([]ir.Journey, error) {
	var names []string
	for _, j := range p.Journeys {
		names = append(names, j.Address)
	}
	var out []ir.Journey
	for _, address := range addresses {
		if !strings.Contains(address, ".") {
			address = "journey." + address
		}
		j, ok := ir.Find(p.Journeys, address)
		switch near := diag.Nearest(address, names); {
		case ok:
			out = append(out, j)
		case near != "":
			return nil, fmt.Errorf("there is no %s; there is %s", address, near)
		case ir.KindOf(address) != "journey":
			return nil, fmt.Errorf("%s is not a journey; without a name the whole project is drawn", address)
		default:
			return nil, fmt.Errorf("there is no %s; there are %s", address, strings.Join(names, ", "))
		}
	}
	return out, nil
}
