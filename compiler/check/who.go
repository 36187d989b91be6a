package check

import (
	"fmt"

	"github.com/trayecto/trayecto/lang/diag"
)

var noWho = &diag.Rule{Code: "CHK110", Summary: "For whom a journey begins is not said, or said twice"}

func checkWho(p *Pass) {
	for _, b := range p.Project.Blocks {
		if b.Type.Name != "journey" {
			continue
		}
		for _, enter := range b.Of("enter") {
			at, instant := enter.Get("at")
			who, said := enter.Get("who")
			_, moment := enter.Get("on")
			switch {
			case moment && said && !instant:
				p.say(diag.Diagnostic{
					At: who.NameAt, Mark: "means nothing beside on",
					Detail: fmt.Sprintf("%s begins for each person when the moment comes; who is for a journey that begins once, at an instant.", b.Address()),
					Help:   "narrow it down with if = segment.<name>, or remove who",
				})
			case instant && !said && !moment:
				p.say(diag.Diagnostic{
					At: at.NameAt, Mark: "for whom?",
					Detail: fmt.Sprintf("%s begins once, for everybody who is in one segment then.", b.Address()),
					Help:   "add who = segment.<name>",
				})
			}
		}
	}
}
