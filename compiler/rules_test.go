package compiler_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/trayecto/trayecto/compiler"
)

var codeForm = regexp.MustCompile(`^(SYN|BLK|TYP|REF|CNT|CYC|CON|CHK|HIS|MAP|CAP)[0-9]{3}$`)

// Codes are permanent and summaries title lists of findings.
func TestRules(t *testing.T) {
	byCode := map[string]string{}
	for _, rule := range compiler.Rules() {
		if !codeForm.MatchString(rule.Code) {
			t.Errorf("%q is not an area and three digits", rule.Code)
		}
		if earlier, taken := byCode[rule.Code]; taken {
			t.Errorf("%s is both %q and %q", rule.Code, earlier, rule.Summary)
		}
		byCode[rule.Code] = rule.Summary
		if rule.Summary == "" || strings.HasSuffix(rule.Summary, ".") || strings.ContainsAny(rule.Summary, "%\n") {
			t.Errorf("%s: %q is no headline", rule.Code, rule.Summary)
		}
		for _, word := range []string{"cty", "nil ", "traversal", "unknown value", "illegal", "please", "oops", "simply"} {
			if strings.Contains(strings.ToLower(rule.Summary), word) {
				t.Errorf("%s: %q is not an author's word", rule.Code, word)
			}
		}
	}
	if len(byCode) < 30 {
		t.Errorf("only %d rules: some package is missing", len(byCode))
	}
}
