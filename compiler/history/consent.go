package history

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/types"
)

// consentRow takes one act.
func (r *reader) consentRow(row *row) *fault {
	consent, bad := r.consentOf(row)
	if bad != nil {
		return bad
	}
	act := person.Act{Consent: consent.Address, Address: row.optional("address"), Notice: row.optional("notice"), Proof: row.optional("proof")}
	if act.Kind, bad = actOf(row); bad != nil {
		return bad
	}
	if act.Channel, bad = channelOf(row, consent.Channels, "one of the consent's channels"); bad != nil {
		return bad
	}
	if act.At, bad = r.scale.instant(row, "time"); bad != nil {
		return bad
	}
	expires, bad := r.scale.value(row.find("expires_at"), types.Timestamp)
	if bad != nil {
		return bad
	}
	act.ExpiresAt, _ = expires.(types.Instant)
	p, bad := r.actor(row)
	if bad != nil {
		return bad
	}
	r.extra(row, Consents)
	r.history.Counts.Acts++
	if p != nil {
		p.Acts = append(p.Acts, act)
	}
	return nil
}

func (r *reader) consentOf(row *row) (ir.Consent, *fault) {
	name, c, bad := row.word("consent")
	if bad != nil {
		return ir.Consent{}, bad
	}
	consent, ok := ir.Find(r.program.Consents, address("consent", name))
	if !ok {
		return ir.Consent{}, &fault{c, UnknownName, "`consent` is not a consent that the project declares."}
	}
	return consent, nil
}

func actOf(row *row) (person.ActKind, *fault) {
	word, c, bad := row.word("act")
	if bad != nil {
		return "", bad
	}
	switch kind := person.ActKind(word); kind {
	case person.Grant, person.Confirm, person.Refuse, person.Withdraw:
		return kind, nil
	}
	return "", &fault{c, WrongType, "`act` is not one of grant, confirm, refuse, withdraw."}
}

// channelOf is the channel of a row, "" when it does not say.
func channelOf(row *row, among []string, what string) (string, *fault) {
	c := row.find("channel")
	if c.form == none || c.text == "" {
		return "", nil
	}
	if full := address("channel", c.text); contains(among, full) {
		return full, nil
	}
	return "", &fault{c, UnknownName, "`channel` is not " + what + "."}
}

// actor is the person of an act: by ID, or by address where that is a key by
// which records are joined.
func (r *reader) actor(row *row) (*person.Person, *fault) {
	if row.find("person").form != none {
		id, c, bad := row.word("person")
		if bad != nil {
			return nil, bad
		}
		return r.whose(row, id, c)
	}
	value := row.optional("address")
	if value == "" {
		return nil, missing(row, "person")
	}
	if n, ok := r.people.byAddress(value); ok {
		return n.person, nil
	}
	return r.whose(row, value, row.find("address"))
}

// extra notes the columns that a source does not have.
func (r *reader) extra(row *row, s Source) {
	layout := layoutOf(s)
	for _, c := range row.cells {
		if !layout.has(c.name) {
			r.passed(row, c, string(s)+" "+c.name, "`"+c.name+"` is not a column of "+string(s)+".")
		}
	}
}
