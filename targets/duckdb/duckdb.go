// Package duckdb is a DuckDB file as a platform: segments as views, the consent
// record, and a macro that says who may be written to.
//
// What is made and how changes are carried out is that of every warehouse (see
// package warehouse); this package has DuckDB's statements for it. DuckDB needs
// cgo, so it is a module of its own and a plugin of trayecto.
//
// A file has no server that could let several programs in. Whoever writes to it
// has it alone, and readers share it; so the file is open for reading until the
// first change, and from then on nobody else's until the target is closed. Numbers are read to twelve
// places after the point: DuckDB's own decimals are no longer (sql.DuckDigits).
package duckdb

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/sql"
	"github.com/trayecto/trayecto/targets/warehouse"
)

// Target is one file.
type Target struct {
	doors  *doors
	path   string // absolute
	called string // as the platform block writes it
	schema string
}

// Factory makes unconfigured targets, which take turns at a file that several
// of them have.
func Factory() targets.Factory {
	shared := &doors{}
	return func() targets.Target { return &Target{doors: shared, schema: warehouse.Schema(ir.Platform{})} }
}

var _ targets.Raiser = (*Target)(nil)

// Configure reads where the file is. It does not open it.
func (t *Target) Configure(_ context.Context, c targets.Config) error {
	path, err := c.Need("path")
	if err != nil {
		return err
	}
	called := path
	if s, _ := c.Platform.Config.Get("path"); s.Env != "" {
		called = "$" + s.Env
	}
	if strings.ContainsAny(path, "?%") {
		return errors.New("its path is not the name of a file, which is a text without ? and %")
	}
	if path = filepath.FromSlash(path); !filepath.IsAbs(path) {
		path = filepath.Join(c.Dir, path)
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	t.path, t.called, t.schema = absolute, called, warehouse.Schema(c.Platform)
	return nil
}

// Identity is the file as the platform block names it, and the schema that is
// ours. It is no more than a name, so that everyone who has the project and the
// file, wherever, has the same account.
func (t *Target) Identity(context.Context) (string, error) {
	if t.path == "" {
		return "", errUnconfigured
	}
	return fmt.Sprintf("duckdb file %s, schema %s", t.called, t.schema), nil
}

// Describe says what the target is and can.
func (t *Target) Describe() targets.Description { return form.Describe() }

// Lower turns what is placed here into views and a macro.
func (t *Target) Lower(r targets.LowerRequest) targets.Lowered { return form.Lower(r) }

// Plan says how each change would be made.
func (t *Target) Plan(_ context.Context, requests []targets.PlanRequest) ([]targets.PlanAnswer, error) {
	return form.Plan(requests), nil
}

// Foresee implements targets.Foreseer.
func (t *Target) Foresee(_ context.Context, r []targets.PlanRequest) ([]targets.Foreseen, error) {
	return form.Foresee(r)
}

// Upgrade brings attributes to the present version.
func (t *Target) Upgrade(kind string, attributes resource.Map, from int) (resource.Map, error) {
	return form.Upgrade(kind, attributes, from)
}

// Raise says views as resource blocks with their query.
func (t *Target) Raise(r targets.RaiseRequest) []targets.Raised { return form.Raise(r) }

// Explain says that nobody is written to from here.
func (t *Target) Explain(p *ir.Program, platform ir.Platform) ir.Enforcement {
	return form.Explain(p, platform)
}

// object is the full name of something in our schema.
func (t *Target) object(name string) sql.Name { return sql.Name{Schema: t.schema, Object: name} }
