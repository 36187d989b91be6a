package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trayecto/trayecto/cmd/trayecto/internal/view"
	"github.com/trayecto/trayecto/lang/syntax"
	"github.com/trayecto/trayecto/targets/run"
)

// importFlags is what import understands.
type importFlags struct {
	platform string
	out      string
}

func newImport(w *world, c *common) *cobra.Command {
	f := &importFlags{}
	cmd := &cobra.Command{
		Use:   "import",
		Short: "what the platforms hold and the files do not say",
		Long: "Lists every object on the platforms that this project does not manage. With --out it writes the blocks that say\n" +
			"them, each with an import block that takes it over: read them, then plan. It changes nothing on any platform.",
		Args: whole,
		RunE: func(cmd *cobra.Command, _ []string) error { return runImport(cmd.Context(), w, c, f) },
	}
	cmd.Flags().StringVar(&f.platform, "platform", "", "of one platform only: NAME")
	cmd.Flags().StringVar(&f.out, "out", "", "write the blocks to a new file: FILE.hcl")
	return cmd
}

func runImport(ctx context.Context, w *world, c *common, f *importFlags) error {
	if f.out != "" && !strings.HasSuffix(f.out, ".hcl") {
		return fmt.Errorf("--out %q: the blocks are written to a file that ends in .hcl", f.out)
	}
	_, line, err := c.open(ctx, w)
	if err != nil {
		return err
	}
	defer line.Close()
	others, err := line.Others(ctx, strings.TrimPrefix(f.platform, "platform."))
	if err != nil {
		return err
	}
	if f.out != "" {
		if err := writeBlocks(f.out, others); err != nil {
			return err
		}
	}
	if _, err := fmt.Fprint(w.stdout, view.Holdings(others, f.out)); err != nil {
		return err
	}
	if f.out != "" {
		w.hint("Next: read %s, then: trayecto plan", f.out)
	}
	return nil
}

// writeBlocks writes what can be said to a file that is not there yet.
func writeBlocks(path string, others []run.Holding) error {
	var b strings.Builder
	for _, h := range others {
		if h.Blocks == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString("\n")
		}
		if h.Loses != "" {
			fmt.Fprintf(&b, "# Not said here, and lost when it is taken over: %s.\n", h.Loses)
		}
		b.WriteString(h.Blocks)
	}
	text, wrong := syntax.Format(path, []byte(b.String()))
	if wrong.HasErrors() {
		return fmt.Errorf("writing %s: a platform's words do not make blocks: %s", path, wrong[0].Detail)
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("writing %s: it is there already; name a new file", path)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	_, err = file.Write(text)
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}
