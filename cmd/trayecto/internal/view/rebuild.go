package view

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/targets/run"
)

// Rebuilt is what a state would be that is rebuilt in a place, and what of the
// platforms it would not know.
func Rebuilt(r *run.Rebuilt, place string) string {
	var b strings.Builder
	switch {
	case len(r.Claims) == 0 && r.Known > 0:
		fmt.Fprintf(&b, "The state in %s knows all that carries the marks of this project: %s.\n", place, plural(r.Known, "object"))
	case len(r.Claims) == 0:
		fmt.Fprint(&b, "Nothing on the platforms carries a mark of this project. There is nothing to rebuild a state from.\n")
	case r.Known > 0:
		fmt.Fprintf(&b, "The state in %s knows %s. These carry marks of this project too:\n", place, plural(r.Known, "object"))
	default:
		fmt.Fprintf(&b, "The state in %s has nothing yet. These carry marks of this project:\n", place)
	}
	claims(&b, r.Claims)
	absent(&b, r.Absent)
	if len(r.Twice) > 0 {
		b.WriteString("\nThere twice; the other carries the same mark and is left alone. Look which of them is right, and remove the other by hand:\n")
		strays(&b, r.Twice)
	}
	if len(r.Strays) > 0 {
		b.WriteString("\nMarked by Trayecto, and of no block of these files. They are another project's or environment's, or of blocks that are gone:\n" +
			"for those check out what was applied last, and rebuild from there.\n")
		strays(&b, r.Strays)
	}
	for i, m := range r.Markless {
		if i == 0 {
			b.WriteString("\nNot to be found by marks:\n")
		}
		fmt.Fprintf(&b, "  %s\n", m)
	}
	return b.String()
}

func claims(b *strings.Builder, claims []run.Claim) {
	width, kinds, ids, differ := 0, 0, 0, 0
	for _, c := range claims {
		width, kinds, ids = max(width, len([]rune(c.Address.String()))), max(kinds, len(c.Kind)), max(ids, len(c.ID))
		if c.Differs {
			differ++
		}
	}
	for _, c := range claims {
		mark, note := "=", string(c.Switch)
		if c.Differs {
			mark = "~"
		}
		if c.ByHand {
			note = strings.TrimSpace(note + " made by hand")
		}
		line := fmt.Sprintf("  %s %s  %s  %s  %s", mark, pad(c.Address.String(), width), pad(c.Kind, kinds), pad(c.ID, ids), note)
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	if len(claims) > 0 {
		fmt.Fprintf(b, "%s as the files say", plural(len(claims)-differ, "object"))
		if differ > 0 {
			fmt.Fprintf(b, "; the next plan changes the other %d (~)", differ)
		}
		b.WriteString(". Nothing is changed on a platform.\n")
	}
}

// absent lists what the files ask for and cannot be claimed.
func absent(b *strings.Builder, all []run.Absent) {
	var gone, named []run.Absent
	for _, a := range all {
		if len(a.Namesake) > 0 {
			named = append(named, a)
		} else {
			gone = append(gone, a)
		}
	}
	if len(named) > 0 {
		b.WriteString("\nThere by their names, without a mark. Whether they are yours nobody can tell; these blocks take them over:\n")
	}
	for _, a := range named {
		fmt.Fprintf(b, "  %s, %s %s\n", a.Address, a.Kind, strings.Join(a.Namesake, " or "))
	}
	for _, a := range named {
		fmt.Fprintf(b, "\nimport {\n  to       = %s\n  platform = platform.%s\n", a.Address.Object, a.Address.Platform)
		if a.Address.Role != "" {
			fmt.Fprintf(b, "  role     = %q\n", a.Address.Role)
		}
		fmt.Fprintf(b, "  id       = %q\n}\n", a.Namesake[0])
	}
	if len(gone) > 0 {
		b.WriteString("\nNowhere to be found; the next plan makes them:\n")
	}
	for _, a := range gone {
		note := ""
		switch {
		case a.ByHand:
			note = ": a person makes it"
		case !a.Marks:
			note = ": the platform keeps no mark on it; should it be there under another name, see: trayecto import --platform " + a.Address.Platform
		}
		fmt.Fprintf(b, "  %s, %s%s\n", a.Address, a.Kind, note)
	}
}

func strays(b *strings.Builder, all []run.Stray) {
	for _, s := range all {
		line := fmt.Sprintf("  platform.%s: %s %s %s %s", s.Platform, s.Kind, s.ID, s.Key, s.Switch)
		line = strings.Join(strings.Fields(line), " ")
		if s.Of != "" {
			line += ", marked as " + s.Of
		}
		b.WriteString("  " + line + "\n")
	}
}
