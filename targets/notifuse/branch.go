package notifuse

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
)

// choose is a branch. The last path is the one without a condition: where none
// is named the platform takes the first path of all.
func (a *automation) choose(s ir.Choose, next string) string {
	paths := resource.List{}
	for _, b := range s.When {
		path := resource.Map{
			"id": resource.String(b.Name), "name": resource.String(b.Name), "conditions": encode(a.here(s.Name, s.At).tree(b.If)),
			"next_node_id": resource.String(a.end(a.build(b.Steps, next))),
		}
		paths = append(paths, path)
	}
	other := a.end(a.build(s.Otherwise, next))
	paths = append(paths, resource.Map{"id": resource.String("otherwise"), "name": resource.String("otherwise"), "next_node_id": resource.String(other)})
	return a.put(a.nodeID(s.Name, ""), node{kind: nodeBranch, config: resource.Map{"paths": paths, "default_path_id": resource.String("otherwise")}})
}

// split is a test. The platform assigns by a hash of address and node, in whole
// percent.
func (a *automation) split(s ir.Split, next string) string {
	if s.Decide != "" {
		a.cannot(s.At, "Notifuse does not decide a split in an automation.", "leave decide out and look at the figures")
	}
	weights := make([]int, len(s.Variants))
	for i, v := range s.Variants {
		weights[i] = v.Weight
	}
	shares, exact := percent(weights)
	if slices.Contains(shares, 0) {
		a.cannot(s.At, "Notifuse splits in whole percent, and one of these shares is less than one.", "")
		return next
	}
	if !exact {
		a.found = append(a.found, diag.Diagnostic{Rule: rounded, At: s.At,
			Detail: fmt.Sprintf("The shares become %s.", spelled(shares)), Help: "write weights that add up to 100"})
	}
	variants := resource.List{}
	for i, v := range s.Variants {
		leads := nodeEnd
		if v.Control {
			a.ends = true
		} else {
			leads = a.end(a.build(v.Steps, next))
		}
		variants = append(variants, resource.Map{"id": resource.String(v.Name), "name": resource.String(v.Name),
			"weight": resource.Number(strconv.Itoa(shares[i])), "next_node_id": resource.String(leads)})
	}
	return a.put(a.nodeID(s.Name, ""), node{kind: nodeTest, config: resource.Map{"variants": variants}})
}

// percent is relative weights as whole percent that add up to 100: what is left
// over goes to those who lost most by rounding, the first ones first.
func percent(weights []int) (shares []int, exact bool) {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	shares, exact = make([]int, len(weights)), true
	if sum <= 0 {
		return shares, false
	}
	left := 100
	order := make([]int, len(weights))
	for i, w := range weights {
		shares[i], order[i] = 100*w/sum, i
		left -= shares[i]
		exact = exact && 100*w%sum == 0
	}
	slices.SortStableFunc(order, func(a, b int) int { return 100*weights[b]%sum - 100*weights[a]%sum })
	for _, i := range order[:left] {
		shares[i]++
	}
	return shares, exact
}

func spelled(shares []int) string {
	words := make([]string, len(shares))
	for i, n := range shares {
		words[i] = strconv.Itoa(n) + " %"
	}
	return strings.Join(words, ", ")
}
