package explain

import (
	"strings"

	"github.com/trayecto/trayecto/lang/types"
)

// Mask is an address of which a reader who knows it recognises the person and
// another learns nothing: +34 6** *** *12, a***@example.test. Values of other
// types are returned as they are.
func Mask(value string, t types.Type) string {
	switch {
	case value == "":
		return ""
	case t == types.Type(types.Phone):
		return maskPhone(value)
	case t == types.Type(types.Email):
		return maskEmail(value)
	}
	return value
}

// Masked tells whether values of a type are shown by Mask only.
func Masked(t types.Type) bool { return t == types.Type(types.Phone) || t == types.Type(types.Email) }

const stars = "***"

// maskEmail keeps the first letter and the domain.
func maskEmail(value string) string {
	name, domain, ok := strings.Cut(value, "@")
	if !ok || name == "" {
		return stars
	}
	return string([]rune(name)[0]) + stars + "@" + domain
}

// maskPhone keeps the country, the first digit and the last two.
func maskPhone(value string) string {
	digits := strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' {
			return c
		}
		return -1
	}, value)
	country := ""
	if strings.HasPrefix(value, "+") {
		country = countryCode(digits)
		digits = digits[len(country):]
		country = "+" + country + " "
	}
	if len(digits) < 6 {
		return country + stars
	}
	hidden := []byte(digits)
	for i := 1; i < len(hidden)-2; i++ {
		hidden[i] = '*'
	}
	return country + grouped(string(hidden))
}

// grouped puts a space after every three characters, leaving no lone one.
func grouped(s string) string {
	var groups []string
	for len(s) > 4 {
		groups, s = append(groups, s[:3]), s[3:]
	}
	return strings.Join(append(groups, s), " ")
}

// twoDigits is the second digits of the country codes of two digits (ITU-T
// E.164), by their first. All others but 1 and 7 have three.
var twoDigits = map[byte]string{'2': "07", '3': "0123469", '4': "013456789", '5': "12345678", '6': "0123456", '8': "1246", '9': "0123458"}

func countryCode(digits string) string {
	switch {
	case len(digits) < 3:
		return digits
	case digits[0] == '1' || digits[0] == '7':
		return digits[:1]
	case strings.IndexByte(twoDigits[digits[0]], digits[1]) >= 0:
		return digits[:2]
	}
	return digits[:3]
}
