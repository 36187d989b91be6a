package fake

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	stand "github.com/trayecto/trayecto/targets/fake"
)

func (f *Fake) getLists(r *stand.Request) stand.Reply {
	if r.URL.Query().Get("minimal") != "true" {
		return f.refuse(http.StatusBadRequest, "this fake answers minimal lists only")
	}
	return data(map[string]any{"results": f.lists, "total": len(f.lists), "page": 1, "per_page": len(f.lists)})
}

// listOf reads a body and refuses the words that the database does not have.
func (f *Fake) listOf(r *stand.Request) (List, *stand.Reply) {
	var l List
	if err := r.Decode(&l); err != nil {
		reply := f.refuse(http.StatusBadRequest, "%v", err)
		return l, &reply
	}
	if l.Status == "" {
		l.Status = "active"
	}
	for _, wrong := range []*stand.Reply{
		f.enum("List", "list_type", l.Type, "public", "private", "temporary"), f.enum("List", "list_optin", l.Optin, "single", "double"),
		f.enum("List", "list_status", l.Status, "active", "archived"),
	} {
		if wrong != nil {
			return l, wrong
		}
	}
	l.Tags = normalised(l.Tags)
	return l, nil
}

// normalised is tags as listmonk keeps them: a dash for what is between words.
func normalised(tags []string) []string {
	out := make([]string, len(tags))
	for i, tag := range tags {
		out[i] = strings.Join(strings.Fields(tag), "-")
	}
	return out
}

func (f *Fake) postList(r *stand.Request) stand.Reply {
	l, wrong := f.listOf(r)
	if wrong != nil {
		return *wrong
	}
	l.ID, l.Created = f.id(), f.now
	f.lists = append(f.lists, l)
	return data(l)
}

func (f *Fake) putList(r *stand.Request) stand.Reply {
	l, wrong := f.listOf(r)
	if wrong != nil {
		return *wrong
	}
	i := slices.IndexFunc(f.lists, func(x List) bool { return x.ID == idOf(r) })
	if i < 0 {
		return f.refuse(http.StatusBadRequest, "List not found")
	}
	l.ID, l.Created = f.lists[i].ID, f.lists[i].Created
	if f.Deaf {
		return data(f.lists[i])
	}
	if l.Description == "" {
		l.Description = f.lists[i].Description
	}
	f.lists[i] = l
	return data(l)
}

// deleteList takes its subscriptions along and says yes whether it was there
// or not.
func (f *Fake) deleteList(r *stand.Request) stand.Reply {
	id := idOf(r)
	f.lists = slices.DeleteFunc(f.lists, func(l List) bool { return l.ID == id })
	f.subscriptions = slices.DeleteFunc(f.subscriptions, func(s Subscription) bool { return s.List == id })
	for i := range f.campaigns {
		for j := range f.campaigns[i].Lists {
			if l := &f.campaigns[i].Lists[j]; l.ID != nil && *l.ID == id {
				l.ID = nil
			}
		}
	}
	return data(true)
}

func (f *Fake) postTemplate(r *stand.Request) stand.Reply {
	t, wrong := f.templateOf(r)
	if wrong != nil {
		return *wrong
	}
	t.ID = f.id()
	f.templates = append(f.templates, t)
	return data(t)
}

func (f *Fake) templateOf(r *stand.Request) (Template, *stand.Reply) {
	var t Template
	err := r.Decode(&t)
	if err == nil {
		err = parses(t.Subject, t.Body)
	}
	reply := stand.Reply{}
	switch {
	case err != nil:
		reply = f.refuse(http.StatusBadRequest, "%v", err)
	case t.Type == "campaign" && !strings.Contains(t.Body, `{{ template "content" . }}`):
		reply = f.refuse(http.StatusBadRequest, "The placeholder {{ template \"content\" . }} should appear exactly once in the template.")
	case t.Type == "tx" && strings.TrimSpace(t.Subject) == "":
		reply = f.refuse(http.StatusBadRequest, "Missing field(s): subject")
	default:
		if t.Type != "tx" {
			t.Subject = ""
		}
		return t, nil
	}
	return t, &reply
}

// putTemplate leaves the type as it is, and what is sent empty.
func (f *Fake) putTemplate(r *stand.Request) stand.Reply {
	t, wrong := f.templateOf(r)
	if wrong != nil {
		return *wrong
	}
	i := slices.IndexFunc(f.templates, func(x Template) bool { return x.ID == idOf(r) })
	if i < 0 {
		return f.refuse(http.StatusBadRequest, "Template not found")
	}
	now := &f.templates[i]
	now.Name, now.Body = t.Name, t.Body
	if now.Subject = t.Subject; t.Subject == "" {
		now.Subject = t.Name
	}
	if t.Source != nil && *t.Source != "" {
		now.Source = t.Source
	}
	return data(*now)
}

// deleteTemplate puts the default template in the place of one that campaigns
// use.
func (f *Fake) deleteTemplate(r *stand.Request) stand.Reply {
	i := slices.IndexFunc(f.templates, func(x Template) bool { return x.ID == idOf(r) })
	if i < 0 || f.templates[i].Default || len(f.templates) == 1 {
		return f.refuse(http.StatusBadRequest, "Cannot delete non-existent or default template")
	}
	id := f.templates[i].ID
	f.templates = slices.Delete(f.templates, i, i+1)
	standard := slices.IndexFunc(f.templates, func(x Template) bool { return x.Default })
	for j := range f.campaigns {
		if t := f.campaigns[j].Template; t != nil && *t == id {
			replaced := f.templates[standard].ID
			f.campaigns[j].Template = &replaced
		}
	}
	return data(true)
}

// page is a part of the campaigns, as per_page and page say: 50 at most.
func (f *Fake) page(r *stand.Request, total int) (from, to int) {
	size, err := strconv.Atoi(r.URL.Query().Get("per_page"))
	if err != nil || size < 1 || size > 50 {
		size = 20
	}
	number, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil || number < 1 || f.Stuck {
		number = 1
	}
	return min((number-1)*size, total), min(number*size, total)
}
