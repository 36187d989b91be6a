package ir

import "strings"

// Short is an address without its kind: offers for purpose.offers.
func Short(address string) string { return address[strings.LastIndex(address, ".")+1:] }

// ChannelWord is a channel as people call it: e-mail for channel.email.
func ChannelWord(address string) string {
	switch name := Short(address); name {
	case "email":
		return "e-mail"
	case "sms":
		return "SMS"
	default:
		return name
	}
}
