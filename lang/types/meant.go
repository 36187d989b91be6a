package types

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var looseDay = regexp.MustCompile(`^([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})$`)

// MeantDay is the day that someone who wrote "25.12.2026" meant; "" when that is
// not plain, as in 01/02/2026.
func MeantDay(text string) string {
	m := looseDay.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return ""
	}
	const months = 12
	first, err1 := strconv.Atoi(m[1])
	second, err2 := strconv.Atoi(m[2])
	if err1 != nil || err2 != nil || first <= months && second <= months && first != second {
		return ""
	}
	day, month := max(first, second), min(first, second)
	meant := fmt.Sprintf("%s-%02d-%02d", m[3], month, day)
	if _, err := time.Parse(time.DateOnly, meant); err != nil {
		return ""
	}
	return meant
}
