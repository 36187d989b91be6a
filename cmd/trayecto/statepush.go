package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/trayecto/trayecto/cmd/trayecto/internal/view"
	"github.com/trayecto/trayecto/targets/run"
	"github.com/trayecto/trayecto/targets/state"
)

func newStatePull(w *world, c *common) *cobra.Command {
	return &cobra.Command{
		Use:   "pull",
		Short: "print the whole state as one document",
		Long: "Prints the state with everything that its journal holds, wherever it is kept, as one JSON document in the version that\n" +
			"schemas/state.schema.json documents: a backup, and what state push puts back. A state that is sealed is printed open,\n" +
			"which takes its key. It holds no secrets of platforms and no people.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runStatePull(cmd.Context(), w, c) },
	}
}

func runStatePull(ctx context.Context, w *world, c *common) error {
	b, err := keptAt(w, c)
	if err != nil {
		return err
	}
	st, notices, err := state.LoadAny(ctx, b, c.env)
	if err != nil {
		return err
	}
	for _, n := range notices {
		fmt.Fprintln(w.stderr, n)
	}
	raw, err := st.Pull()
	if err != nil {
		return err
	}
	_, err = w.stdout.Write(raw)
	return err
}

// pushFlags is what state push understands.
type pushFlags struct {
	force    bool
	auto     bool
	patience time.Duration
}

func newStatePush(w *world, c *common) *cobra.Command {
	f := &pushFlags{}
	cmd := &cobra.Command{
		Use:   "push FILE",
		Short: "put a document of state pull in the place of the state",
		Long: "Puts a whole state back that state pull has printed; - is standard input. A document of another project or environment\n" +
			"is refused, and one that is older than the state that is there or does not continue it: --force says what is lost by\n" +
			"that, asks, and puts it there. A document whose checksum does not fit is damaged: it cannot be edited by hand, for that\n" +
			"there are state mv and state rm.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runStatePush(cmd.Context(), w, c, f, args[0])
		},
	}
	cmd.Flags().BoolVar(&f.force, "force", false, "also where something that the state knows is lost")
	cmd.Flags().BoolVar(&f.auto, "auto-approve", false, "do not ask")
	declareLock(cmd, &f.patience)
	return cmd
}

func runStatePush(ctx context.Context, w *world, c *common, f *pushFlags, path string) error {
	d, err := readDocument(w, path)
	if err != nil {
		return err
	}
	o, err := c.options(w)
	if err != nil {
		return err
	}
	b, owner, err := placeOf(o)
	if err != nil {
		return err
	}
	weighed, err := state.Weigh(ctx, b, d, owner)
	var foreign *state.ForeignError
	if errors.As(err, &foreign) {
		return &exit{exitRefused, fmt.Errorf("not pushed: %w", err)}
	}
	if err != nil {
		return err
	}
	if weighed.Same {
		_, err := fmt.Fprintf(w.stdout, "The state in %s is the same already.\n", b.Name())
		return err
	}
	if err := f.agreed(ctx, w, weighed); err != nil {
		return err
	}
	push := state.Push{Document: d, Of: owner, By: holder(w, "state push"), Patience: f.patience, Weighed: weighed}
	id, err := push.Into(ctx, b)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.stdout, "Pushed to %s: %s, number %d.\n", b.Name(), counted(d.Objects(), "object"), id.Serial)
	return err
}

// placeOf is where the state of a folder is kept, and whose it is.
func placeOf(o run.Options) (state.Backend, state.Owner, error) {
	owner, err := o.Owner()
	if err != nil {
		return nil, owner, err
	}
	b, err := o.Place()
	return b, owner, err
}

// readDocument reads a state from a file, or from standard input.
func readDocument(w *world, path string) (*state.Document, error) {
	var raw []byte
	var err error
	if path == "-" {
		raw, err = io.ReadAll(w.stdin)
	} else {
		raw, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the document: %w", err)
	}
	d, err := state.ReadDocument(raw)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	return d, nil
}

// agreed refuses what somebody would miss, or says what that is and asks.
func (f *pushFlags) agreed(ctx context.Context, w *world, weighed state.Weighed) error {
	if len(weighed.Against) == 0 {
		return nil
	}
	why, lost := strings.Join(weighed.Against, " "), view.Losses(weighed.Loses)
	if lost != "" {
		lost = "What is known now and would not be any more:\n" + lost
	}
	if !f.force {
		fmt.Fprint(w.stderr, lost)
		return &exit{exitRefused, fmt.Errorf("not pushed. %s Should it be put there all the same: --force", why)}
	}
	if _, err := fmt.Fprintf(w.stdout, "%s\n%s", why, lost); err != nil || f.auto {
		return err
	}
	return agree(ctx, w, `Type "yes" to put it there: `)
}
