package run

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/targets/state"
	"github.com/trayecto/trayecto/targets/state/place"
)

// whereabouts is where the state of a folder was kept last. It stands beside the
// cache in the folder itself, for when the files are too wrong to say: what has to
// be stopped then must be found.
type whereabouts struct {
	Project string
	State   ir.State // secrets are names of variables
}

func (o Options) whereaboutsPath() string {
	env := o.Env
	if env == "" {
		env = "default"
	}
	return filepath.Join(o.Dir, ".trayecto", "place", env+".json")
}

// place is where the state of a project is kept.
func (o Options) place(w whereabouts) (state.Backend, error) {
	return place.Open(w.State, place.From{Dir: o.Dir, Owner: state.Owner{Project: w.Project, Env: o.Env}, LookupEnv: o.LookupEnv, Random: o.Random})
}

// state reads the state of a program.
func (o Options) state(ctx context.Context, p *ir.Program) (*state.State, []state.Notice, error) {
	b, err := o.place(whereabouts{p.Project.Name, p.State})
	if err != nil {
		return nil, nil, err
	}
	return state.Load(ctx, b, p.Project.Name, o.Env)
}

// Place is where the state of the folder is kept, also while its files are wrong:
// then it is where the last apply has kept it.
func (o Options) Place() (state.Backend, error) {
	w, err := o.whereabouts()
	if err != nil {
		return nil, err
	}
	return o.place(w)
}

// Owner is the project and environment of the folder. Where the files are too
// wrong to say, it is what the last apply noted; without that it is an error.
func (o Options) Owner() (state.Owner, error) {
	w, err := o.whereabouts()
	if err == nil && w.Project == "" {
		err = fmt.Errorf("the files in %s do not say which project this is; see: trayecto validate", o.Dir)
	}
	return state.Owner{Project: w.Project, Env: o.Env}, err
}

func (o Options) whereabouts() (whereabouts, error) {
	last, there, err := o.recall()
	if err != nil {
		return last, err
	}
	loaded, err := Load(o)
	if err == nil && loaded.Program != nil && (!there || !loaded.Diagnostics.HasErrors()) {
		return whereabouts{loaded.Program.Project.Name, loaded.Program.State}, nil
	}
	return last, nil
}

// recall reads where the state was kept last.
func (o Options) recall() (w whereabouts, there bool, err error) {
	raw, err := os.ReadFile(o.whereaboutsPath())
	if errors.Is(err, fs.ErrNotExist) {
		return w, false, nil
	}
	if err != nil {
		return w, false, err
	}
	if err := ir.Unmarshal(raw, &w); err != nil {
		return w, false, fmt.Errorf("%s says where the state is kept and is damaged: %w; remove it if the files are right", o.whereaboutsPath(), err)
	}
	return w, true, nil
}

// noteWhereabouts notes where the state is kept, if that is not in the folder itself.
func (o Options) noteWhereabouts(p *ir.Program) error {
	path := o.whereaboutsPath()
	if p.State.Backend == "" {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("noting where the state is kept: %w", err)
		}
		return nil
	}
	raw, err := ir.Canonical(whereabouts{p.Project.Name, p.State})
	if err != nil {
		return fmt.Errorf("noting where the state is kept: %w", err)
	}
	if noted, err := os.ReadFile(path); err == nil && bytes.Equal(noted, raw) {
		return nil
	}
	if err := put(path, raw); err != nil {
		return fmt.Errorf("noting where the state is kept: %w", err)
	}
	return nil
}

// put puts a file in the place of another, beside others who do the same.
func put(path string, raw []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(raw)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
