package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/trayecto/trayecto/cmd/trayecto/internal/view"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/targets/apply"
	"github.com/trayecto/trayecto/targets/run"
	"github.com/trayecto/trayecto/targets/state"
)

// applyFlags is what apply and destroy understand.
type applyFlags struct {
	auto         bool
	noActivate   bool
	activateOnly bool
	destroy      bool
	lockTimeout  time.Duration
	format       string
	choices
	approval
}

// declareFormat is the flag of the two that say what they print.
func (f *applyFlags) declareFormat(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.format, "format", "text", "what is printed: text, or json, one object a line as things happen")
}

// declareLock is the flag of the commands that take the lease of the state.
func declareLock(cmd *cobra.Command, patience *time.Duration) {
	cmd.Flags().DurationVar(patience, "lock-timeout", 0, "how long to wait while somebody else writes the state: 30s, 5m")
}

func newApply(w *world, c *common) *cobra.Command {
	f := &applyFlags{}
	cmd := &cobra.Command{
		Use:        "apply [PLAN.tplan]",
		SuggestFor: []string{"deploy", "up", "run"},
		Short:      "carry a plan out",
		Long: "Carries out a saved plan exactly, or makes a plan and asks. What can reach people is written switched off,\n" +
			"read back, and switched on last. Where nobody can be asked, give a saved plan or --auto-approve.",
		Args: atMost(1),
		RunE: func(cmd *cobra.Command, args []string) error { return runApply(cmd.Context(), w, c, f, args) },
	}
	cmd.Flags().BoolVar(&f.auto, "auto-approve", false, "do not ask")
	cmd.Flags().BoolVar(&f.noActivate, "no-activate", false, "stop before anything is switched on")
	cmd.Flags().BoolVar(&f.activateOnly, "activate-only", false, "only switch on what an earlier apply held back")
	cmd.Flags().StringVar(&f.signers, "allowed-signers", "", "carry out only a saved plan that one of the keys in a file has signed; also "+allowedSigners)
	cmd.Flags().StringVar(&f.signature, "signature", "", "where the plan's signature is, unless in PLAN.tplan.sig")
	cmd.Flags().StringVar(&f.digest, "digest", "", "carry out only the saved plan with this digest: at least 8 digits of it")
	cmd.Flags().BoolVar(&f.source, "verify-source", false, "carry out a saved plan only if the files are those that were planned")
	f.declareFormat(cmd)
	f.declare(cmd)
	declareLock(cmd, &f.lockTimeout)
	return cmd
}

func newDestroy(w *world, c *common) *cobra.Command {
	f := &applyFlags{destroy: true}
	cmd := &cobra.Command{
		Use:        "destroy",
		SuggestFor: []string{"remove", "delete", "down"},
		Short:      "remove everything that was applied",
		Args:       whole,
		RunE:       func(cmd *cobra.Command, args []string) error { return runApply(cmd.Context(), w, c, f, args) },
	}
	cmd.Flags().BoolVar(&f.auto, "auto-approve", false, "do not ask")
	f.declareFormat(cmd)
	f.declare(cmd)
	declareLock(cmd, &f.lockTimeout)
	return cmd
}

func runApply(ctx context.Context, w *world, c *common, f *applyFlags, args []string) error {
	if f.noActivate && f.activateOnly {
		return errors.New("--no-activate stops before what --activate-only does; give one of them")
	}
	if f.format != "text" && f.format != "json" {
		return fmt.Errorf("--format %q: write text or json", f.format)
	}
	loaded, line, err := c.open(ctx, w)
	if err != nil {
		return err
	}
	defer line.Close()
	todo, err := planToApply(ctx, w, c, opened{loaded, line}, f, args)
	if err != nil {
		return err
	}
	if refused := refusedPlan(todo); refused != nil {
		return errors.Join(f.show(w, todo), refused)
	}
	if todo.Empty() && len(args) == 0 {
		err := f.show(w, todo)
		if err != nil || len(todo.Refresh)+len(todo.Forget)+len(line.State.Pending()) == 0 {
			return err
		}
	}
	if len(args) == 0 && !f.auto && !todo.Empty() {
		if err := f.ask(ctx, w, todo); err != nil {
			return err
		}
	}
	return carryOut(ctx, w, line, todo, f)
}

// opened is a project with its platforms and its state.
type opened struct {
	loaded *run.Loaded
	line   *run.Line
}

// planToApply is the saved plan that was named, or a fresh one.
func planToApply(ctx context.Context, w *world, c *common, o opened, f *applyFlags, args []string) (*plan.Plan, error) {
	loaded, line := o.loaded, o.line
	options, err := f.options(f.destroy)
	if err != nil {
		return nil, err
	}
	if len(args) == 1 && len(f.only)+len(f.exclude)+len(f.drift) > 0 {
		return nil, errors.New("a saved plan is carried out as it is; give --only, --exclude and --drift to trayecto plan")
	}
	f.enforce(w)
	if wanted := f.wanted(); wanted != "" && len(args) == 0 {
		return nil, &exit{exitRefused, fmt.Errorf("%s is about a saved plan, and none is named: trayecto apply PLAN.tplan", wanted)}
	}
	if len(args) == 1 {
		saved, err := f.savedPlan(w, c, loaded, args[0])
		if err != nil {
			return nil, err
		}
		again, diags, err := line.Recheck(ctx, saved, f.approvedBy)
		if err != nil {
			return nil, err
		}
		return again, tell(w.stderr, loaded, diags)
	}
	made, diags, err := line.PlanWith(ctx, options)
	if err != nil {
		return nil, err
	}
	return made, tell(w.stderr, loaded, diags)
}

// savedPlan is a saved plan that may be carried out here.
func (f *applyFlags) savedPlan(w *world, c *common, loaded *run.Loaded, path string) (*plan.Plan, error) {
	saved, raw, err := readPlan(path)
	if err != nil {
		return nil, err
	}
	if err := f.vouched(w, c, path, raw); err != nil {
		return nil, err
	}
	if err := f.agreedTo(path, saved.Digest()); err != nil {
		return nil, err
	}
	if f.source && saved.Source != loaded.Source {
		return nil, &exit{exitRefused, fmt.Errorf("the files are not those that %s was planned from (source %.8s then, %.8s now); "+
			"check those out, or make the plan again", path, saved.Source, loaded.Source)}
	}
	return saved, nil
}

// readPlan is a saved plan and its bytes.
func readPlan(path string) (*plan.Plan, []byte, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, fmt.Errorf("reading the plan: %w", err)
	}
	p, err := plan.Open(raw)
	if err != nil {
		return nil, nil, fmt.Errorf("reading %s: %w", path, err)
	}
	return p, raw, nil
}

// show prints the plan as the command's format has it.
func (f *applyFlags) show(w *world, p *plan.Plan) error {
	text := view.Plan(p, "")
	if f.format == "json" {
		text = view.PlanLine(p)
	}
	_, err := fmt.Fprint(w.stdout, text)
	return err
}

// ask shows the plan and waits for a yes. Where nobody can answer, nothing is done.
func (f *applyFlags) ask(ctx context.Context, w *world, p *plan.Plan) error {
	if err := f.show(w, p); err != nil {
		return err
	}
	if !w.asks {
		return &exit{exitRefused, errors.New("nobody is here to be asked; give a saved plan (trayecto plan --out FILE.tplan) or --auto-approve")}
	}
	fmt.Fprint(w.stderr, `Type "yes" to carry it out: `)
	answer, err := w.answer(ctx)
	if err != nil {
		return err
	}
	if answer == "" {
		return &exit{exitRefused, errors.New("no answer; nothing was done")}
	}
	if answer != "yes" {
		return &exit{exitRefused, errors.New("not carried out")}
	}
	return nil
}

func carryOut(ctx context.Context, w *world, line *run.Line, p *plan.Plan, f *applyFlags) error {
	begin := w.clock()
	follow := &progress{w: w, format: f.format}
	w.writing.Store(true)
	summary, err := line.Apply(ctx, p, run.ApplyOptions{
		By: holder(w, "apply"), LockTimeout: f.lockTimeout, NoActivate: f.noActivate, ActivateOnly: f.activateOnly,
		Progress: follow.told, Wait: w.wait, Clock: w.clock,
	})
	w.writing.Store(false)
	follow.end()
	if refused := refusal(w, err, summary); refused != nil {
		return refused
	}
	if printed := f.sum(w, summary, w.clock().Sub(begin)); printed != nil {
		return errors.Join(printed, follow.failed)
	}
	for _, e := range summary.Events {
		if e.Outcome == apply.Made && e.Change.Action == plan.SwitchOn {
			w.hint("To stop a journey at once: trayecto pause %s", e.Change.Address.Object)
			break
		}
	}
	if n := openByHand(p); n > 0 {
		fmt.Fprintf(w.stderr, "%s by hand still open: trayecto plan says which\n", counted(n, "step"))
	}
	if err != nil || !summary.Complete() {
		return &exit{exitPartly, err}
	}
	return nil
}

// sum prints what became of everything.
func (f *applyFlags) sum(w *world, summary apply.Summary, took time.Duration) error {
	text := view.Applied(summary, took)
	if f.format == "json" {
		text = view.AppliedLine(summary, took)
	}
	_, err := fmt.Fprint(w.stdout, text)
	return err
}

// openByHand is how many steps a person has to do, of which apply does none.
func openByHand(p *plan.Plan) int {
	n := 0
	for _, m := range p.Manual {
		if m.Status != plan.Done {
			n++
		}
	}
	return n
}

// refusal is why nothing was tried, with the exit code of its kind; nil when
// something was.
func refusal(w *world, err error, summary apply.Summary) error {
	var stale *apply.StaleError
	var open *apply.OpenError
	switch {
	case errors.As(err, &stale):
		fmt.Fprint(w.stderr, view.Stale(stale))
		return &exit{code: exitRefused}
	case errors.As(err, &open):
		return &exit{exitRefused, err}
	case err != nil && summary.Count(apply.Made)+summary.Count(apply.Failed)+summary.Count(apply.Unknown) == 0:
		return &exit{exitWorld, err}
	}
	return nil
}

// holder is who takes the lease: the person or the CI job.
func holder(w *world, what string) state.Holder {
	who, _ := w.env("TRAYECTO_HOLDER")
	for _, name := range []string{"GITHUB_ACTOR", "GITLAB_USER_LOGIN", "GITHUB_RUN_ID", "CI_JOB_ID", "USER", "LOGNAME", "USERNAME"} {
		if value, ok := w.env(name); who == "" && ok {
			who = value
		}
	}
	if who == "" {
		who = "someone"
	}
	host, err := os.Hostname()
	if err != nil {
		host = "this computer"
	}
	return state.Holder{Who: who, Host: host, PID: os.Getpid(), Since: w.clock().UTC(), For: what, Job: job(w)}
}

// job is the address of the CI job that this is, or "".
func job(w *world) string {
	server, _ := w.env("GITHUB_SERVER_URL")
	repository, _ := w.env("GITHUB_REPOSITORY")
	if run, ok := w.env("GITHUB_RUN_ID"); ok && server != "" && repository != "" {
		return server + "/" + repository + "/actions/runs/" + run
	}
	for _, name := range []string{"CI_JOB_URL", "BUILD_URL", "CIRCLE_BUILD_URL"} {
		if value, ok := w.env(name); ok {
			return value
		}
	}
	return ""
}
