package corpus

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
)

// act reads: ana now-1d news grant channel=email address=a@example.test expires_at=now+1d
func (r *reader) act(head []string, named []setting) error {
	p, at, err := r.happened(head, 4)
	if err != nil {
		return err
	}
	declared, ok := ir.Find(r.archive.Program.Consents, "consent."+head[2])
	kind := person.ActKind(head[3])
	if kinds := []person.ActKind{person.Grant, person.Confirm, person.Refuse, person.Withdraw}; !ok || !slices.Contains(kinds, kind) {
		return fmt.Errorf("no consent.%s or no act %s", head[2], head[3])
	}
	a := person.Act{Consent: declared.Address, Kind: kind, At: at}
	for _, s := range named {
		switch s.name {
		case "channel":
			a.Channel = "channel." + s.value
		case "address":
			a.Address = s.value
		case "expires_at":
			if a.ExpiresAt, err = r.instant(s.value); err != nil {
				return err
			}
		default:
			return fmt.Errorf("acts have no %s", s.name)
		}
	}
	p.Acts = append(p.Acts, a)
	return nil
}

// outcome reads: ana now-1d welcome opened channel=email address=a@example.test
func (r *reader) outcome(head []string, named []setting) error {
	p, at, err := r.happened(head, 4)
	if err != nil {
		return err
	}
	kind := person.OutcomeKind(head[3])
	if !slices.Contains(person.Outcomes, kind) {
		return fmt.Errorf("messages are never %s", head[3])
	}
	r.seq++
	o := person.Outcome{Touchpoint: "touchpoint." + head[2], Kind: kind, At: at, Seq: r.seq}
	for _, s := range named {
		switch s.name {
		case "channel":
			o.Channel = "channel." + s.value
		case "address":
			o.Address = s.value
		default:
			return fmt.Errorf("outcomes have no %s", s.name)
		}
	}
	p.Outcomes = append(p.Outcomes, o)
	return nil
}

// list reads: robinson as_of=now-1d row="a@example.test|+34600000000" row=…
// An exclusion without a line has no list.
func (r *reader) list(head []string, named []setting) error {
	if len(head) != 1 {
		return fmt.Errorf("a list is the name of its exclusion and settings")
	}
	declared, ok := ir.Find(r.archive.Program.Exclusions, "exclusion."+head[0])
	if !ok {
		return fmt.Errorf("no exclusion.%s", head[0])
	}
	l := &person.ExclusionList{Exclusion: declared.Address, Rows: map[string]bool{}}
	for _, s := range named {
		switch s.name {
		case "as_of":
			at, err := r.instant(s.value)
			if err != nil {
				return err
			}
			l.AsOf = at
		case "row":
			l.Rows[strings.ReplaceAll(s.value, "|", "\x00")] = true
		default:
			return fmt.Errorf("lists have no %s", s.name)
		}
	}
	if r.archive.Lists == nil {
		r.archive.Lists = person.Lists{}
	}
	r.archive.Lists[declared.Address] = l
	return nil
}
