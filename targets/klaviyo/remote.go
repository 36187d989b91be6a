package klaviyo

import (
	"context"
	"errors"
	"iter"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/rest"
)

var errNotYet = errors.New("this version lowers to Klaviyo and does not talk to it yet")

type dialect struct{}

func (dialect) Problem(int, []byte) rest.Problem { return rest.Problem{} }

func (t *Target) List(context.Context, targets.ListRequest, func([]resource.Object) error) error {
	return errNotYet
}
func (t *Target) Plan(_ context.Context, r []targets.PlanRequest) ([]targets.PlanAnswer, error) {
	return nil, errNotYet
}
func (t *Target) Apply(context.Context, iter.Seq[targets.Change], func(targets.Result)) error {
	return errNotYet
}
func (t *Target) Get(context.Context, string, []string) ([]resource.Object, error) {
	return nil, errNotYet
}
func (t *Target) Find(context.Context, targets.FindRequest) ([]resource.Object, error) {
	return nil, errNotYet
}
func (t *Target) Lookup(context.Context, []resource.Lookup) ([]targets.LookupAnswer, error) {
	return nil, errNotYet
}
func (t *Target) Identity(context.Context) (string, error) { return "", errNotYet }
func (t *Target) Count(context.Context, targets.CountRequest) ([]targets.CountAnswer, error) {
	return nil, targets.ErrNoCount
}
func (l *lowering) flows() {}
