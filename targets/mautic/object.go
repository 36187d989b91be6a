package mautic

import (
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets/account"
)

// object is what Mautic answered, normalised.
func object(kind string, m resource.Map) resource.Object {
	key, mark := account.Parted(plain(m["name"]))
	version := plain(m["dateModified"])
	if version == "" {
		version = plain(m["dateAdded"])
	}
	o := resource.Object{Kind: kind, ID: idOf(m), Key: key, Mark: mark, Version: version}
	switch kind {
	case kindSegment:
		o.Attributes = normalSegment(m)
	case kindCampaign:
		o.Attributes, o.Switch = normalCampaign(m), resource.On
		if m["isPublished"] != resource.Bool(true) {
			o.Switch = resource.Off
		}
	case kindEmail, kindSMS:
		o.Attributes = normalMessage(kind, m)
	}
	return o
}

// said are the attributes of messages that we write.
var said = map[string][]string{
	kindEmail: {"subject", "customHtml", "plainText", "language", "emailType", "fromAddress", "fromName", "replyToAddress"},
	kindSMS:   {"message", "language"},
}

// normalMessage is a message as it is compared: what we write, whether somebody
// switched it off, and by its id the e-mail that it is a translation of.
func normalMessage(kind string, m resource.Map) resource.Map {
	out := resource.Map{}
	for _, name := range said[kind] {
		if text := plain(m[name]); text != "" {
			out[name] = resource.String(text)
		}
	}
	if parent, ok := m["translationParent"].(resource.Map); ok {
		out["translationParent"] = resource.String(idOf(parent))
	}
	if m["isPublished"] == resource.Bool(false) {
		out["isPublished"] = resource.Bool(false)
	}
	return out
}

// normalSegment is a segment as it is compared: what it asks, and whether
// somebody switched it off.
func normalSegment(m resource.Map) resource.Map {
	out := resource.Map{"filters": resource.List{}}
	if list, ok := m["filters"].(resource.List); ok {
		filters := resource.List{}
		for i, item := range list {
			f, _ := item.(resource.Map)
			filters = append(filters, normalFilter(f, i))
		}
		out["filters"] = filters
	}
	if m["isPublished"] == resource.Bool(false) {
		out["isPublished"] = resource.Bool(false)
	}
	return out
}

// normalFilter is a filter without what says nothing: the first glue, which is
// always read as and, and a value that is empty. Values are texts, as Mautic
// keeps them.
func normalFilter(f resource.Map, place int) resource.Value {
	out := resource.Map{"glue": resource.String("and"), "object": resource.String("lead"), "properties": resource.Map{}}
	for _, name := range []string{"field", "type", "operator", "object", "glue"} {
		if f[name] != nil && (name != "glue" || place > 0) {
			out[name] = f[name]
		}
	}
	properties, _ := f["properties"].(resource.Map)
	value, there := properties["filter"]
	if !there {
		value = f["filter"]
	}
	if value = spelled(value); value != nil && value != resource.String("") {
		out["properties"] = resource.Map{"filter": value}
	}
	return out
}

// spelled is a value as Mautic makes it a text.
func spelled(v resource.Value) resource.Value {
	switch v := v.(type) {
	case resource.Number:
		return resource.String(v)
	case resource.Bool:
		return truth(bool(v))
	case resource.List:
		out := make(resource.List, len(v))
		for i, item := range v {
			out[i] = spelled(item)
		}
		return out
	case resource.Null, nil:
		return nil
	case resource.String, resource.Map, resource.Ref, resource.Lookup:
	}
	return v
}
