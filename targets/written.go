package targets

import (
	"fmt"
	"slices"
	"strings"

	"github.com/xeipuuv/gojsonschema"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/schemas"
)

// Written lowers the resource blocks that are placed on a platform, sorted by
// address: each becomes one object of the kind that it names, with the
// attributes as they are written. A kind that takes no resource block and an
// attribute that its schema does not allow are findings at their lines. A target
// whose platform spells attributes otherwise than people do (defaults, order)
// puts them into that form afterwards.
func Written(r LowerRequest, kinds []Kind) ([]resource.Resource, diag.List) {
	var out []resource.Resource
	var found diag.List
	for _, block := range r.Program.Resources {
		if block.Platform != r.Platform.Address || !slices.Contains(r.Placed, block.Address) {
			continue
		}
		k, ok := takes(kinds, block.Kind)
		if !ok {
			found = append(found, NoSuchKind(block, r.Platform, kinds))
			continue
		}
		attributes, more := attributesOf(block, k)
		if found = append(found, more...); len(more) > 0 {
			continue
		}
		out = append(out, resource.Resource{
			Address: resource.Address{Object: block.Address, Platform: r.Platform.Name}, Kind: k.Name, Key: block.Key,
			Attributes: attributes, At: block.At, Places: placesOf(block.Attributes),
		})
	}
	slices.SortFunc(out, func(a, b resource.Resource) int { return a.Address.Compare(b.Address) })
	return out, found
}

// NoSuchKind is the finding at a resource block that its platform does not take.
func NoSuchKind(block ir.Resource, p ir.Platform, kinds []Kind) diag.Diagnostic {
	d := diag.Diagnostic{Rule: NoKind, At: block.At, Mark: fmt.Sprintf("%s takes no %q from a resource block", p.Address, block.Kind)}
	var takes []string
	for _, k := range kinds {
		if k.Schema != "" {
			takes = append(takes, k.Name)
		}
	}
	slices.Sort(takes)
	near := diag.Nearest(block.Kind, takes)
	switch {
	case near != "":
		d.Help = fmt.Sprintf("write resource %q", near)
	case len(takes) > 0:
		d.Help = "it takes " + strings.Join(takes, ", ")
	default:
		d.Help = "remove the block: what goes there is written by the language's own blocks"
	}
	return d
}

func takes(kinds []Kind, name string) (Kind, bool) {
	at := slices.IndexFunc(kinds, func(k Kind) bool { return k.Name == name && k.Schema != "" })
	if at < 0 {
		return Kind{}, false
	}
	return kinds[at], true
}

func placesOf(settings []ir.Setting) map[string]diag.Range {
	out := map[string]diag.Range{}
	for _, s := range settings {
		out[s.Name] = s.At
	}
	return out
}

// attributesOf is what a block is made of, held against the kind's schema.
func attributesOf(block ir.Resource, k Kind) (resource.Map, diag.List) {
	if secret, there := fromEnvironment(block.Attributes); there {
		return nil, diag.List{{
			Rule: NoFit, At: secret.At, Mark: "this is not known when a plan is made",
			Detail: "What an object is made of stands in plans and in the state, where no secret may be.", Help: "write the value, or leave it out",
		}}
	}
	attributes := plainSettings(block.Attributes)
	wrong, err := Fits(k, attributes)
	if err != nil {
		return nil, diag.List{{
			Rule: NoFit, At: block.At, Mark: "cannot be checked",
			Detail: fmt.Sprintf("The schema of %s cannot be read: %v. Nothing is wrong with the files.", k.Name, err), Help: "tell whoever makes the target",
		}}
	}
	var found diag.List
	for _, w := range wrong {
		d := diag.Diagnostic{Rule: NoFit, At: placeIn(block, w.Path), Mark: w.Message}
		if near := diag.Nearest(w.Name, w.Known); w.Name != "" && near != "" {
			d.Help = "write " + near
		} else if w.Name != "" && len(w.Known) > 0 {
			d.Help = "it takes " + strings.Join(w.Known, ", ")
		}
		found = append(found, d)
	}
	return attributes, found
}

func fromEnvironment(settings []ir.Setting) (ir.Setting, bool) {
	for _, s := range settings {
		if s.Env != "" {
			return s, true
		}
		if inner, there := fromEnvironment(s.Map); there {
			return inner, true
		}
	}
	return ir.Setting{}, false
}

func plainSettings(settings []ir.Setting) resource.Map {
	out := resource.Map{}
	for _, s := range settings {
		if s.Value == nil {
			out[s.Name] = plainSettings(s.Map)
		} else if v := PlainValue(s.Value); v != (resource.Null{}) {
			out[s.Name] = v
		}
	}
	return out
}

// PlainValue is a constant of the language as an attribute. Numbers are in
// their shortest form; dates, instants and lengths of time are texts.
func PlainValue(v types.Value) resource.Value {
	switch v := v.(type) {
	case types.Truth:
		return resource.Bool(v)
	case types.Decimal:
		return resource.Number(v.Decimal.String())
	case types.Values:
		out := make(resource.List, len(v))
		for i, item := range v {
			out[i] = PlainValue(item)
		}
		return out
	case types.Text, types.Date, types.Instant, types.Span:
		return resource.String(types.Spell(v))
	case types.Null, nil:
	}
	return resource.Null{}
}

// Misfit is one thing about attributes that a schema does not allow.
type Misfit struct {
	Path    []string // to the attribute, or to what should have it
	Message string   // in a reader's words
	Name    string   // of an attribute that is not known, "" otherwise
	Known   []string // then those that are
}

// Fits holds attributes against the schema of their kind. The error is about
// the schema.
func Fits(k Kind, attributes resource.Map) ([]Misfit, error) {
	document, err := k.document()
	if err != nil {
		return nil, err
	}
	schema, err := gojsonschema.NewSchema(gojsonschema.NewBytesLoader(document))
	if err != nil {
		return nil, err
	}
	raw, err := resource.Encode(attributes)
	if err != nil {
		return nil, err
	}
	result, err := schema.Validate(gojsonschema.NewBytesLoader(raw))
	if err != nil {
		return nil, err
	}
	var out []Misfit
	for _, e := range result.Errors() {
		out = append(out, misfit(e, document))
	}
	slices.SortFunc(out, func(a, b Misfit) int {
		return strings.Compare(strings.Join(a.Path, ".")+" "+a.Message, strings.Join(b.Path, ".")+" "+b.Message)
	})
	return out, nil
}

// document is the kind's schema, wherever it stands.
func (k Kind) document() ([]byte, error) {
	if strings.HasPrefix(strings.TrimSpace(k.Schema), "{") {
		return []byte(k.Schema), nil
	}
	return schemas.Read(k.Schema)
}
