package build

import (
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

func (r *reader) typ(name string) types.Type {
	a, ok := r.block.Get(name)
	if !ok {
		return nil
	}
	t, found := expr.TypeName(a.Expr, r.scope)
	r.sayAll(found)
	return t
}

// condition is nil when nothing is written or something is wrong.
func (r *reader) condition(name string) expr.Expr {
	a, ok := r.block.Get(name)
	if !ok {
		return nil
	}
	e, found := expr.Condition(a.Expr, r.scope)
	r.sayAll(found)
	return e
}

// value is nil when nothing is written or something is wrong.
func (r *reader) value(name string) expr.Expr {
	a, ok := r.block.Get(name)
	if !ok {
		return nil
	}
	e, found := expr.Compile(a.Expr, r.scope)
	r.sayAll(found)
	return e
}

func (r *reader) values(name string) []expr.Expr {
	a, ok := r.block.Get(name)
	if !ok {
		return nil
	}
	var out []expr.Expr
	for _, item := range r.items(a) {
		e, found := expr.Compile(item, r.scope)
		r.sayAll(found)
		if e != nil {
			out = append(out, e)
		}
	}
	return out
}

// channels is the channels in order, the person's wish, and where it is said.
func (r *reader) channels(name string) ([]string, expr.Expr, diag.Range) {
	a, ok := r.block.Get(name)
	if !ok {
		return nil, nil, diag.Range{}
	}
	list, prefer, found := expr.Channels(a.Expr, r.scope)
	r.sayAll(found)
	return list, prefer, a.At
}

// plain is a text such as a subject, in every language.
func (r *reader) plain(name string) map[string]content.Template {
	a, ok := r.block.Get(name)
	if !ok {
		return nil
	}
	texts, found := content.Compile(a.Expr, r.scope, r.to.readFile)
	r.sayAll(found)
	return texts
}

// html is a text that is put into a page, in every language.
func (r *reader) html(name string) map[string]content.Template {
	a, ok := r.block.Get(name)
	if !ok {
		return nil
	}
	texts, found := content.CompileHTML(a.Expr, r.scope, r.to.readFile)
	r.sayAll(found)
	return texts
}

// template is a text for our side, which has one language: the project's first.
func (r *reader) template(name string) content.Template {
	if len(r.scope.Languages) == 0 {
		return content.Template{}
	}
	return r.plain(name)[r.scope.Languages[0]]
}

func (r *reader) url(name string) content.Template {
	a, ok := r.block.Get(name)
	if !ok {
		return content.Template{}
	}
	url, found := content.LinkURL(a.Expr, r.scope)
	r.sayAll(found)
	return url
}

// called is the address that a webhook calls.
func (r *reader) called(name string) content.Template {
	a, ok := r.block.Get(name)
	if !ok {
		return content.Template{}
	}
	url, found := content.CallURL(a.Expr, r.scope)
	r.sayAll(found)
	return url
}
