package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trayecto/trayecto/compiler/history"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
)

// mostFaults is how many faults of a file are shown.
const mostFaults = diag.Most

func newCheckEvents(w *world, c *common) *cobra.Command {
	var schema string
	cmd := &cobra.Command{
		Use:   "check-events FILE...",
		Short: "do recorded events fit the event blocks?",
		Long: "Holds files of events, one JSON object a line, to the JSON Schemas of the project's event blocks. - is what\n" +
			"comes in from stdin. It says where something does not fit, and never repeats a value, which may be a person's.\n" +
			"--schema prints the JSON Schema of an event, for those who send it.",
		RunE: func(_ *cobra.Command, args []string) error {
			if schema != "" {
				return printSchema(w, c, schema, args)
			}
			return runCheckEvents(w, c, args)
		},
	}
	cmd.Flags().StringVar(&schema, "schema", "", "print the JSON Schema of an event: event.NAME")
	return cmd
}

func runCheckEvents(w *world, c *common, files []string) error {
	if len(files) == 0 {
		return errors.New("check-events: name the files to check, such as data/events.ndjson, or - for stdin")
	}
	for _, name := range files {
		if strings.EqualFold(filepath.Ext(name), ".csv") {
			return fmt.Errorf("check-events: %s is CSV, and what is checked is one JSON object a line; of CSV trayecto plan says which rows do not fit", name)
		}
	}
	loaded, _, err := c.load(w)
	if err != nil {
		return err
	}
	contract, err := history.NewContract(loaded.Program)
	if err != nil {
		return err
	}
	bad := 0
	for _, name := range files {
		found, err := checkFile(w, c, contract, name)
		if err != nil {
			return fmt.Errorf("reading events: %w", err)
		}
		if _, err := io.WriteString(w.stdout, eventsReport(name, found)); err != nil {
			return err
		}
		bad += found.Bad
	}
	if bad > 0 {
		return &exit{code: exitFiles}
	}
	return nil
}

// checkFile checks one file; a relative one is the project's, as those of its
// history are.
func checkFile(w *world, c *common, contract *history.Contract, name string) (history.EventsChecked, error) {
	if name == "-" {
		return contract.Check("stdin", w.stdin)
	}
	path := name
	if !filepath.IsAbs(name) {
		path = filepath.Join(c.dir, name)
	}
	in, err := os.Open(path)
	if err != nil {
		return history.EventsChecked{}, err
	}
	defer in.Close() // only read from
	return contract.Check(name, in)
}

// eventsReport lists what does not fit, what was passed over, and how much was
// read.
func eventsReport(name string, found history.EventsChecked) string {
	var b strings.Builder
	for i, f := range found.Faults {
		if i == mostFaults {
			fmt.Fprintf(&b, "%s kept back. Put these right first.\n", counted(len(found.Faults)-i, "more finding"))
			break
		}
		fmt.Fprintf(&b, "%s  %s\n", f.Place(), f.Detail)
	}
	for _, n := range found.Notices {
		fmt.Fprintf(&b, "%s:%d:%d  passed over: %s\n", n.File, n.Line, n.Column, n.Detail)
	}
	if found.Bad == 0 {
		fmt.Fprintf(&b, "%s: %s, all as declared.\n", name, counted(found.Events, "event"))
		return b.String()
	}
	fmt.Fprintf(&b, "%s: %d of %s not as declared.\n", name, found.Bad, counted(found.Bad+found.Events, "row"))
	return b.String()
}

// printSchema prints the schema of one event.
func printSchema(w *world, c *common, event string, files []string) error {
	if len(files) > 0 {
		return errors.New("check-events: --schema prints a schema and reads no files")
	}
	loaded, _, err := c.load(w)
	if err != nil {
		return err
	}
	if !strings.Contains(event, ".") {
		event = "event." + event
	}
	schema, ok := history.EventSchema(loaded.Program, event)
	if !ok {
		return noSchema(loaded.Program, event)
	}
	text, err := schema.JSON()
	if err != nil {
		return err
	}
	_, err = w.stdout.Write(text)
	return err
}

// noSchema says why an event has no schema.
func noSchema(p *ir.Program, event string) error {
	if e, derived := ir.Find(p.Events, event); derived {
		return fmt.Errorf("%s is derived from %s, which is what gets recorded; give --schema %s", event, e.From, e.From)
	}
	var names []string
	for _, e := range p.Events {
		names = append(names, e.Address)
	}
	if near := diag.Nearest(event, names); near != "" {
		return fmt.Errorf("there is no %s; there is %s", event, near)
	}
	return fmt.Errorf("there is no %s; there are %s", event, strings.Join(names, ", "))
}
