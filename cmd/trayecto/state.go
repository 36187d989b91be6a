package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/trayecto/trayecto/cmd/trayecto/internal/view"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets/state"
)

func newState(w *world, c *common) *cobra.Command {
	cmd := groupOf(&cobra.Command{Use: "state", Short: "what was applied last"})
	var patience time.Duration
	list := &cobra.Command{
		Use:   "list",
		Short: "every managed object, with its id on the platform",
		Args:  whole,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withState(cmd.Context(), w, c, func(st *state.State) error {
				_, err := fmt.Fprint(w.stdout, view.Records(st.Records()))
				return err
			})
		},
	}
	show := &cobra.Command{
		Use:   "show ADDRESS",
		Short: "one object as it was applied last",
		Args:  exactly(1),
		RunE:  func(cmd *cobra.Command, args []string) error { return runStateShow(cmd.Context(), w, c, args[0]) },
	}
	mv := &cobra.Command{
		Use:   "mv FROM TO",
		Short: "rename in the state what a moved block would rename in every state",
		Long:  "Objects of FROM belong to TO from now on, on all platforms. A moved block does the same and is reviewed; this is for repairs.",
		Args:  exactly(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return changeState(cmd.Context(), w, c, patience, func(st *state.State) ([]state.Result, error) { return moving(st, args[0], args[1]) })
		},
	}
	rm := &cobra.Command{
		Use:   "rm ADDRESS",
		Short: "let go of objects: they stay on their platforms",
		Long:  "The state forgets the objects of ADDRESS, which may be a platform; nothing is removed anywhere. A platform of which\nnothing is left may be another account from then on. A removed block with keep = true does the same and is reviewed;\nthis is for repairs.",
		Args:  exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return changeState(cmd.Context(), w, c, patience, func(st *state.State) ([]state.Result, error) { return forgetting(st, args[0]) })
		},
	}
	declareLock(mv, &patience)
	declareLock(rm, &patience)
	cmd.AddCommand(list, show, mv, rm, newStatePull(w, c), newStatePush(w, c), newStateRebuild(w, c), newStateLock(w, c), newStateUnlock(w, c), newStateSettle(w, c))
	return cmd
}

// withState works on the state of the folder, also while the files are wrong.
// Where nothing was applied it is empty.
func withState(ctx context.Context, w *world, c *common, work func(*state.State) error) error {
	b, err := keptAt(w, c)
	if err != nil {
		return err
	}
	st, notices, err := state.LoadAny(ctx, b, c.env)
	if errors.Is(err, state.ErrNone) {
		_, err := fmt.Fprint(w.stdout, view.Records(nil))
		return err
	}
	if err != nil {
		return err
	}
	for _, n := range notices {
		fmt.Fprintln(w.stderr, n)
	}
	return work(st)
}

func runStateShow(ctx context.Context, w *world, c *common, word string) error {
	return withState(ctx, w, c, func(st *state.State) error {
		found, err := chosen(st, word)
		if err != nil {
			return err
		}
		text, err := view.Record(found)
		if err != nil {
			return err
		}
		_, err = fmt.Fprint(w.stdout, text)
		return err
	})
}

// chosen is the records that a word names: an address, a kind, a platform.
func chosen(st *state.State, word string) ([]plan.Record, error) {
	var found []plan.Record
	var all []string
	for _, r := range st.Records() {
		all = append(all, r.Address.Object)
		if plan.Selects(word, r.Address) || r.Address.String() == word {
			found = append(found, r)
		}
	}
	if len(found) > 0 {
		return found, nil
	}
	if near := diag.Nearest(word, all); near != "" {
		return nil, fmt.Errorf("the state has no %s; it has %s", word, near)
	}
	return nil, fmt.Errorf("the state has no %s; see: trayecto state list", word)
}

// changeState notes results under the lease, and says what they are.
func changeState(ctx context.Context, w *world, c *common, patience time.Duration, change func(*state.State) ([]state.Result, error)) error {
	return withState(ctx, w, c, func(st *state.State) (err error) {
		if err := st.LockWithin(ctx, holder(w, "state"), patience); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, st.Unlock(context.WithoutCancel(ctx))) }()
		if n := len(st.Pending()); n > 0 {
			return fmt.Errorf("what became of %s of an earlier run is not known yet; run trayecto apply first", counted(n, "call"))
		}
		results, err := change(st)
		if err != nil {
			return err
		}
		if err := st.Finish(ctx, results); err != nil {
			return err
		}
		if err := unbind(ctx, st, results); err != nil {
			return err
		}
		_, err = fmt.Fprint(w.stdout, view.StateChanged(results))
		return err
	})
}

// unbind forgets which account a platform is of which everything was let go.
func unbind(ctx context.Context, st *state.State, results []state.Result) error {
	holds := map[string]bool{}
	for _, r := range append(st.Records(), st.Deposed()...) {
		holds[r.Address.Platform] = true
	}
	free := map[string]string{}
	for _, r := range results {
		if r.Gone && !holds[r.Address.Platform] {
			free[r.Address.Platform] = ""
		}
	}
	return st.Keep(ctx, nil, free)
}

// moving gives the objects of one declaration to another.
func moving(st *state.State, from, to string) ([]state.Result, error) {
	found, err := chosen(st, from)
	if err != nil {
		return nil, err
	}
	if _, name, dot := strings.Cut(to, "."); !dot || name == "" || ir.KindOf(from) != ir.KindOf(to) {
		return nil, fmt.Errorf("%s is no address of the kind %s", to, ir.KindOf(from))
	}
	var out []state.Result
	for _, r := range found {
		before, after := r.Address, r.Address
		if before.Object != from {
			return nil, fmt.Errorf("%s is more than one declaration; name one", from)
		}
		after.Object = to
		if there, taken := st.Record(after); taken {
			return nil, fmt.Errorf("%s is in the state already, as %s", after, there.ID)
		}
		r.Address = after
		out = append(out, state.Result{Address: after, From: &before, Record: &r})
	}
	return append(out, referring(st, from, to)...), nil
}

// referring is the other records that refer to what is moved.
func referring(st *state.State, from, to string) []state.Result {
	var out []state.Result
	for _, r := range st.Records() {
		changed := false
		needs := append([]resource.Address{}, r.Needs...)
		for i := range needs {
			if needs[i].Object == from {
				needs[i].Object, changed = to, true
			}
		}
		if changed && r.Address.Object != from {
			r.Needs = needs
			out = append(out, state.Result{Address: r.Address, Record: &r})
		}
	}
	return out
}

func forgetting(st *state.State, word string) ([]state.Result, error) {
	found, err := chosen(st, word)
	if err != nil {
		return nil, err
	}
	var out []state.Result
	for _, r := range found {
		out = append(out, state.Result{Address: r.Address, Gone: true})
	}
	return out, nil
}
