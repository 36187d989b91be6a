package listmonk

import (
	"fmt"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/targets/narrow"
)

// touchpoint is a transactional template, which the customer's systems send,
// where its purpose needs no yes. One that does is sent by campaigns alone:
// listmonk asks nothing before it sends a transactional message.
func (l *lowering) touchpoint(t ir.Touchpoint) {
	if !slices.Contains(t.Channels, l.account.email) {
		at := t.ChannelsAt
		if at.IsZero() {
			at = t.At
		}
		l.refuse(noChannel, at, fmt.Sprintf("%s goes to %s, and listmonk sends e-mail.", t.Address, l.Platform.Address),
			"give it a channel whose address is an e-mail, or leave it out here")
		return
	}
	purpose, _ := ir.Find(l.Program.Purposes, t.Purpose)
	if purpose.Class == ir.Marketing {
		if !l.isUsed(t.Address) {
			l.refuse(notHeld, t.At, fmt.Sprintf("%s needs a yes, which listmonk asks for in campaigns alone, and no journey that %s holds sends it.", t.Address, l.Platform.Address),
				"leave it out here, or let a one-off journey send it")
		}
		return
	}
	allowed := expr.Reachable{Purpose: t.Purpose, Channel: l.account.email}
	n := native{program: l.Program, account: l.account}
	opening, found := l.transactional(narrow.Assume(narrow.Condition(l.Program, allowed), n.knows), 0, t.At)
	m := &message{guarding: l.guarding, entry: ".Tx.Data"}
	mail := m.texts(t)
	l.found = append(append(l.found, found...), m.found...)
	l.add(t.Header(), "", kindTemplate, resource.Map{
		"name": resource.String(t.Address), "type": resource.String("tx"),
		"subject": resource.String(mail.subject), "body": resource.String(opening + mail.body),
	})
}
