package fake

import (
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"sort"
	"strings"

	stand "github.com/trayecto/trayecto/targets/fake"
)

// buildLooks is how often a segment is seen being built after it was written.
const buildLooks = 2

func (w *Workspace) put(noun string, body map[string]any) *object {
	w.order++
	o := &object{body: body, made: w.order}
	w.objects[noun][text(body, "id")] = o
	return o
}

// object is one that is there.
func (w *Workspace) object(noun, id string) *object {
	if o := w.objects[noun][id]; o != nil && !o.deleted {
		return o
	}
	return nil
}

// ids lists what is there, the latest first.
func (w *Workspace) ids(noun string) []string {
	var out []string
	for id, o := range w.objects[noun] {
		if !o.deleted {
			out = append(out, id)
		}
	}
	sort.Slice(out, func(i, j int) bool { return w.objects[noun][out[i]].made > w.objects[noun][out[j]].made })
	return out
}

// list is everything at once; automations come in pages.
func (w *Workspace) list(noun string, r *stand.Request) stand.Reply {
	ids := w.ids(noun)
	total := len(ids)
	if noun == "segments" {
		w.build()
	}
	if limit := number(r, "limit"); (noun == "automations" || noun == "broadcasts") && limit > 0 {
		from := min(number(r, "offset"), total)
		if w.Stuck {
			from = 0
		}
		ids = ids[from:min(from+limit, total)]
	}
	var out []any // none is null
	for _, id := range ids {
		out = append(out, w.objects[noun][id].body)
	}
	count := map[bool]string{true: "total_count", false: "total"}[noun == "broadcasts"]
	return stand.Reply{Body: map[string]any{noun: out, count: total}}
}

// build lets segments be ready after they were seen often enough, the deleted
// ones too.
func (w *Workspace) build() {
	for _, o := range w.objects["segments"] {
		if o.looks == 0 {
			continue
		}
		if o.looks--; o.looks == 0 {
			w.built(o)
		}
	}
}

func (w *Workspace) built(o *object) {
	o.body["status"], o.deleted, o.looks = "active", false, 0
	w.workOut(text(o.body, "id"), o.body)
}

func (w *Workspace) create(noun string, r *stand.Request) stand.Reply {
	body := w.written(noun, r)
	id := text(body, "id")
	singular := strings.TrimSuffix(noun, "s")
	if w.objects[noun][id] != nil {
		if noun == "templates" {
			return stand.Reply{Status: http.StatusBadRequest, Body: map[string]any{"error": "Template id already exists"}}
		}
		return failed("create " + singular)
	}
	if noun == "segments" && !w.readable(inner(body, "tree")) {
		return failed("create segment")
	}
	if noun == "automations" && !sound(body) {
		return stand.Reply{Status: http.StatusBadRequest, Body: map[string]any{"error": "root_node_id does not reference a valid node"}}
	}
	o := w.put(noun, body)
	w.after(noun, o)
	reply := done(noun, body)
	reply.Status = http.StatusCreated
	return reply
}

// sound tells whether the root of an automation is one of its nodes.
func sound(automation map[string]any) bool {
	return nodeOf(automation, text(automation, "root_node_id")) != nil
}

// written is a body as it is stored.
func (w *Workspace) written(noun string, r *stand.Request) map[string]any {
	body := map[string]any{}
	_ = json.Unmarshal(r.Raw, &body) // it was read before
	delete(body, "workspace_id")
	switch noun {
	case "automations":
		body = inner(body, "automation")
		if trigger := inner(body, "trigger"); trigger["conditions"] == nil {
			trigger["conditions"] = nil
		}
		body["stats"] = map[string]any{"enrolled": 0.0, "completed": 0.0, "exited": 0.0, "failed": 0.0}
	case "templates":
		w.title(body, inner(body, "email"))
	}
	return body
}

var (
	titleTag   = regexp.MustCompile(`(?is)<mj-title\s*>.*?</mj-title\s*>`)
	previewTag = regexp.MustCompile(`(?is)<mj-preview\s*>.*?</mj-preview\s*>`)
	headTag    = regexp.MustCompile(`(?i)<mj-head[^>]*>`)
	rootTag    = regexp.MustCompile(`(?i)<mjml[^>]*>`)
)

// title writes the template's name into the source of its default language.
func (w *Workspace) title(template, email map[string]any) {
	said := text(email, "subject_preview")
	if said == "" {
		said = text(template, "name")
	}
	source := inserted(text(email, "mjml_source"), titleTag, "mj-title", text(template, "name"))
	email["mjml_source"] = inserted(source, previewTag, "mj-preview", said)
}

func inserted(source string, tag *regexp.Regexp, name, words string) string {
	element := "<" + name + ">" + strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(words) + "</" + name + ">"
	if tag.MatchString(source) {
		at := tag.FindStringIndex(source)
		return source[:at[0]] + element + source[at[1]:]
	}
	if at := headTag.FindStringIndex(source); at != nil {
		return source[:at[1]] + "\n    " + element + source[at[1]:]
	}
	at := rootTag.FindStringIndex(source)
	if at == nil {
		return source
	}
	return source[:at[1]] + "\n  <mj-head>\n    " + element + "\n  </mj-head>" + source[at[1]:]
}

func (w *Workspace) after(noun string, o *object) {
	version, _ := o.body["version"].(float64)
	switch noun {
	case "segments":
		o.body["version"], o.body["status"], o.looks = version+1, "building", buildLooks
	case "templates":
		o.body["version"] = version + 1
	}
}

func (w *Workspace) update(noun string, r *stand.Request) stand.Reply {
	body := w.written(noun, r)
	old := w.objects[noun][text(body, "id")]
	singular := strings.TrimSuffix(noun, "s")
	switch {
	case old == nil:
		return failed("update " + singular)
	case old.deleted && noun == "automations":
		return done(noun, body) // as if it were there
	case old.deleted:
		return stand.Reply{Status: http.StatusNotFound, Body: map[string]any{"error": "not found"}}
	case noun == "segments" && !w.readable(inner(body, "tree")):
		return failed("update segment")
	}
	if w.Deaf {
		return done(noun, body)
	}
	for _, kept := range []string{"version", "stats"} {
		if v, there := old.body[kept]; there {
			body[kept] = v
		}
	}
	old.body = body
	w.after(noun, old)
	return done(noun, body)
}

func (w *Workspace) remove(noun string, r *stand.Request) stand.Reply {
	id := text(r.Body, "id") + text(r.Body, "automation_id")
	o := w.object(noun, id)
	if o == nil {
		if noun == "templates" {
			return stand.Reply{Status: http.StatusNotFound, Body: map[string]any{"error": "Template not found"}}
		}
		return failed("delete " + strings.TrimSuffix(noun, "s"))
	}
	o.deleted = true
	delete(w.members, id)
	if noun == "automations" {
		delete(w.triggers, id)
		w.leave(id)
	}
	return success
}

// activate is the only call that lets people in.
func (w *Workspace) activate(r *stand.Request) stand.Reply {
	id := text(r.Body, "automation_id")
	o := w.object("automations", id)
	if o == nil || text(o.body, "status") == "live" || text(o.body, "list_id") == "" && mails(o.body) {
		return failed("activate automation")
	}
	if trigger := inner(o.body, "trigger"); looksAtContact(inner(trigger, "conditions")) {
		o.body["status"] = "draft"
		return failed("activate automation")
	}
	o.body["status"] = "live"
	w.triggers[id] = true
	return success
}

// looksAtContact tells whether conditions need more than the database takes in
// a trigger: any look into a table.
func looksAtContact(conditions map[string]any) bool { return len(conditions) > 0 }

func mails(automation map[string]any) bool {
	for _, n := range list(automation, "nodes") {
		if text(n, "type") == "email" {
			return true
		}
	}
	return false
}

func (w *Workspace) pause(r *stand.Request) stand.Reply {
	id := text(r.Body, "automation_id")
	o := w.object("automations", id)
	if o == nil || text(o.body, "status") != "live" {
		return failed("pause automation")
	}
	delete(w.triggers, id)
	o.body["status"] = "paused"
	return success
}

// Edit changes an object behind the API's back: in the platform's own pages.
func (w *Workspace) Edit(noun, id string, by func(map[string]any)) bool {
	found := false
	w.platform.Do(func() {
		if o := w.object(noun, id); o != nil {
			found = true
			o.body = maps.Clone(o.body)
			by(o.body)
		}
	})
	return found
}

// Make makes an object behind the API's back.
func (w *Workspace) Make(noun string, body map[string]any) {
	w.platform.Do(func() { w.put(noun, body) })
}

// Drop deletes an object behind the API's back.
func (w *Workspace) Drop(noun, id string) {
	w.platform.Do(func() {
		if o := w.object(noun, id); o != nil {
			o.deleted = true
		}
	})
}

// IDs lists what is there of a noun.
func (w *Workspace) IDs(noun string) []string {
	var out []string
	w.platform.Do(func() { out = w.ids(noun) })
	sort.Strings(out)
	return out
}

// Body is an object as it is stored; nil when it is not there.
func (w *Workspace) Body(noun, id string) map[string]any {
	var out map[string]any
	w.platform.Do(func() {
		if o := w.object(noun, id); o != nil {
			out = maps.Clone(o.body)
		}
	})
	return out
}

// list is a field with objects in it.
func list(m map[string]any, name string) []map[string]any {
	items, _ := m[name].([]any)
	var out []map[string]any
	for _, item := range items {
		if o, ok := item.(map[string]any); ok {
			out = append(out, o)
		}
	}
	return out
}

func nodeOf(automation map[string]any, id string) map[string]any {
	for _, n := range list(automation, "nodes") {
		if text(n, "id") == id {
			return n
		}
	}
	return nil
}
