package shelf

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/account"
	"github.com/trayecto/trayecto/targets/rest"
)

// Name is what the target is called of platforms that offer this.
func (c Can) Name() string {
	name := "shelf"
	for _, offer := range []struct {
		has  bool
		name string
	}{{c.Marks, "_marks"}, {c.Keys, "_keys"}, {c.Unique, "_names"}} {
		if offer.has {
			name += offer.name
		}
	}
	return name
}

// keyHeader carries the idempotency key.
const keyHeader = "Idempotency-Key"

// Segment is the kind that segments are lowered to; Flow is a kind of things
// that can be switched on.
const (
	Segment = "segment"
	Flow    = "flow"
)

// Target is the target of a platform that can what Can says.
type Target struct {
	can    Can
	line   Line
	client *rest.Client
}

// Line is how a target reaches its platform. Wait passes time between two tries
// of a read; nil is the clock. Through makes the calls; nil is the network.
type Line struct {
	Wait    rest.Wait
	Through http.RoundTripper
}

// Factory makes targets of platforms of one kind.
func Factory(can Can, line Line) targets.Factory {
	return func() targets.Target { return &Target{can: can, line: line} }
}

// Describe says what the platform offers, and what each kind of it can.
func (t *Target) Describe() targets.Description {
	return targets.Description{
		Name: t.can.Name(), Version: "1", Protocols: []int{1}, Doc: "Things on a shelf, for tests.", Kinds: t.kinds(),
		Settings: []targets.Setting{
			{Name: "endpoint", Doc: "Where the platform is.", Required: true},
			{Name: "api_key", Doc: "What it lets nobody in without.", Secret: true},
		},
		Can: targets.Capabilities{Segments: true, Negation: true, Sequences: true, Consent: "none", Idempotent: t.can.Keys},
	}
}

func (t *Target) kinds() []targets.Kind {
	k := targets.Kind{Version: 1, Marks: targets.NoMark, Unique: t.can.Unique, Visible: types.Span{Amount: int64((t.can.Delay + time.Second - 1) / time.Second), Unit: types.Second}}
	if t.can.Marks {
		k.Marks = targets.Tag
	}
	segment, flow := k, k
	segment.Name, segment.Doc = Segment, "A segment and its condition."
	flow.Name, flow.Doc = Flow, "Something that is switched on."
	return []targets.Kind{segment, flow}
}

// Configure takes the address, and the key if there is one.
func (t *Target) Configure(_ context.Context, c targets.Config) error {
	setting, _ := c.Platform.Config.Get("endpoint")
	text, ok := setting.Value.(types.Text)
	if !ok {
		return &targets.Error{Kind: targets.Permanent, Message: "endpoint is not a text"}
	}
	base, err := url.Parse(string(text))
	if err != nil {
		return &targets.Error{Kind: targets.Permanent, Message: "endpoint is not an address", Err: err}
	}
	t.client = &rest.Client{Base: base, Wait: t.line.Wait, Dialect: dialect{}, Header: http.Header{}}
	if t.line.Through != nil {
		t.client.HTTP = &http.Client{Transport: t.line.Through}
	}
	if setting, there := c.Platform.Config.Get("api_key"); there && c.Env != nil {
		key, _ := c.Env(setting.Env)
		t.client.Secrets = []string{key}
		t.client.Header.Set("Authorization", "Bearer "+key)
	}
	return nil
}

// dialect reads the words of an error.
type dialect struct{}

// Problem is what the body says.
func (dialect) Problem(_ int, body []byte) rest.Problem {
	var said struct{ Message string }
	if json.Unmarshal(body, &said) != nil {
		return rest.Problem{}
	}
	return rest.Problem{Message: said.Message}
}

// Lower makes a thing of each segment: its condition, and the ids of the
// segments that it mentions.
func (t *Target) Lower(r targets.LowerRequest) targets.Lowered {
	var out targets.Lowered
	for _, s := range r.Program.Segments {
		if !slices.Contains(r.Placed, s.Address) {
			continue
		}
		attributes := resource.Map{"where": resource.String(expr.Print(s.Where))}
		uses := resource.List{}
		for _, address := range ir.Mentions(s) {
			if ir.KindOf(address) == Segment && slices.Contains(r.Placed, address) {
				uses = append(uses, resource.Ref{Address: resource.Address{Object: address, Platform: r.Platform.Name}, Output: "id"})
			}
		}
		if len(uses) > 0 {
			attributes["uses"] = uses
		}
		out.Resources = append(out.Resources, resource.Resource{
			Address: resource.Address{Object: s.Address, Platform: r.Platform.Name}, Kind: Segment, Key: s.Address, Attributes: attributes, At: s.At,
		})
	}
	slices.SortFunc(out.Resources, func(a, b resource.Resource) int { return a.Address.Compare(b.Address) })
	return out
}

// desk reads and writes things.
func (t *Target) desk() account.Desk {
	return account.Desk{Called: "the shelf", Kinds: t.kinds(), Each: t.each, Read: t.read, Create: t.create, Update: t.update, Remove: t.remove, Turn: t.turn}
}

func (t *Target) each(ctx context.Context, kind string, wanted func(string) bool, visit func([]resource.Object) error) error {
	return t.pages(ctx, nil, func(o resource.Object) bool { return o.Kind == kind && wanted(o.Mark) }, visit)
}

// pages passes on what the platform finds, page by page.
func (t *Target) pages(ctx context.Context, query url.Values, wanted func(resource.Object) bool, visit func([]resource.Object) error) error {
	return rest.Pages(ctx, func(ctx context.Context, place string) (string, error) {
		asked := url.Values{"from": {place}}
		for name, values := range query {
			asked[name] = values
		}
		var got page
		if err := t.client.Do(ctx, rest.Call{Method: http.MethodGet, Path: "/things", Query: asked, Into: &got}); err != nil {
			return "", err
		}
		var out []resource.Object
		for _, thing := range got.Things {
			if o := thing.object(); wanted(o) {
				out = append(out, o)
			}
		}
		if len(out) == 0 {
			return got.Next, nil
		}
		return got.Next, visit(out)
	})
}

// object is a thing as the engine knows it.
func (t Thing) object() resource.Object {
	o := resource.Object{Kind: t.Kind, ID: t.ID, Key: t.Name, Mark: t.Mark, Attributes: t.Attributes}
	if o.Attributes == nil {
		o.Attributes = resource.Map{}
	}
	if t.On != nil {
		o.Switch = resource.Off
		if *t.On {
			o.Switch = resource.On
		}
	}
	return o
}

func thingOf(c targets.Change, is resource.Switch) Thing {
	t := Thing{Kind: c.Resource.Kind, Name: c.Resource.Key, Mark: c.Mark, Attributes: c.Resource.Attributes}
	if is != resource.NoSwitch {
		on := is == resource.On
		t.On = &on
	}
	return t
}

// List passes on the things of ours. On a platform without marks all are.
func (t *Target) List(ctx context.Context, r targets.ListRequest, page func([]resource.Object) error) error {
	r.All = r.All || !t.can.Marks
	return t.desk().List(ctx, r, page)
}

// Get reads things by id.
func (t *Target) Get(ctx context.Context, kind string, ids []string) ([]resource.Object, error) {
	return t.desk().Get(ctx, kind, ids)
}

func (t *Target) read(ctx context.Context, _, id string) (resource.Object, error) {
	var got Thing
	err := t.client.Do(ctx, rest.Call{Method: http.MethodGet, Path: "/things/" + url.PathEscape(id), Into: &got})
	return got.object(), err
}

// Find asks by each of the ways that the platform has.
func (t *Target) Find(ctx context.Context, r targets.FindRequest) ([]resource.Object, error) {
	ways := []struct {
		has         bool
		name, value string
	}{{t.can.Marks, "mark", r.Mark}, {t.can.Unique, "name", r.Key}, {t.can.Keys, "once", r.Once}}
	var out []resource.Object
	for _, w := range ways {
		if !w.has || w.value == "" {
			continue
		}
		found := func(o resource.Object) bool {
			return o.Kind == r.Kind && !slices.ContainsFunc(out, func(other resource.Object) bool { return other.ID == o.ID })
		}
		err := t.pages(ctx, url.Values{w.name: {w.value}}, found, func(page []resource.Object) error {
			out = append(out, page...)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Apply carries changes out one after the other.
func (t *Target) Apply(ctx context.Context, changes iter.Seq[targets.Change], result func(targets.Result)) error {
	return t.desk().Apply(ctx, changes, result)
}

// send writes. A key goes only to a platform that honours it: Go's own client
// sends a call that has one a second time when the connection breaks.
func (t *Target) send(ctx context.Context, call rest.Call, once string) (*resource.Object, error) {
	client := *t.client
	if t.can.Keys {
		client.Header = client.Header.Clone()
		client.Header.Set(keyHeader, once)
	}
	var got Thing
	call.Into = &got
	if err := client.Do(ctx, call); err != nil {
		return nil, err
	}
	o := got.object()
	return &o, nil
}

func (t *Target) create(ctx context.Context, c targets.Change) (*resource.Object, error) {
	return t.send(ctx, rest.Call{Method: http.MethodPost, Path: "/things", Body: thingOf(c, c.Resource.Switch)}, c.Key)
}

func (t *Target) update(ctx context.Context, c targets.Change, now resource.Object) (*resource.Object, error) {
	return t.send(ctx, rest.Call{Method: http.MethodPut, Path: "/things/" + url.PathEscape(now.ID), Body: thingOf(c, now.Switch)}, c.Key)
}

func (t *Target) turn(ctx context.Context, c targets.Change, now resource.Object) (*resource.Object, error) {
	c.Resource.Attributes, c.Resource.Key, c.Mark = now.Attributes, now.Key, now.Mark
	is := resource.Off
	if c.Action == targets.SwitchOn {
		is = resource.On
	}
	return t.send(ctx, rest.Call{Method: http.MethodPut, Path: "/things/" + url.PathEscape(now.ID), Body: thingOf(c, is)}, c.Key)
}

func (t *Target) remove(ctx context.Context, c targets.Change) error {
	return t.client.Do(ctx, rest.Call{Method: http.MethodDelete, Path: "/things/" + url.PathEscape(c.Prior.ID)})
}

// Plan makes every change in place.
func (t *Target) Plan(_ context.Context, r []targets.PlanRequest) ([]targets.PlanAnswer, error) {
	return make([]targets.PlanAnswer, len(r)), nil
}

// Lookup finds nothing: there is nothing that others made.
func (t *Target) Lookup(_ context.Context, l []resource.Lookup) ([]targets.LookupAnswer, error) {
	return make([]targets.LookupAnswer, len(l)), nil
}

// Identity is the account.
func (t *Target) Identity(ctx context.Context) (string, error) {
	var got struct{ ID string }
	err := t.client.Do(ctx, rest.Call{Method: http.MethodGet, Path: "/account", Into: &got})
	return got.ID, err
}

// Upgrade knows one schema.
func (t *Target) Upgrade(kind string, a resource.Map, from int) (resource.Map, error) {
	if from != 1 {
		return nil, fmt.Errorf("a %s of schema %d is not known here", kind, from)
	}
	return a, nil
}

// Count counts nobody.
func (t *Target) Count(context.Context, targets.CountRequest) ([]targets.CountAnswer, error) {
	return nil, targets.ErrNoCount
}

// Explain enforces nothing: no message is sent.
func (t *Target) Explain(*ir.Program, ir.Platform) ir.Enforcement { return ir.Enforcement{} }

// Close has nothing to end.
func (t *Target) Close() error { return nil }
