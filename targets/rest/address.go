package rest

import (
	"fmt"
	"net/url"

	"github.com/trayecto/trayecto/targets"
)

// IsAddress tells whether a text is the address of an API.
func IsAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http") && u.RawQuery == "" && u.Fragment == ""
}

// Endpoint is the address that the argument endpoint of a platform block says;
// home where it says none, or an error where there is no home.
func Endpoint(c targets.Config, home string) (*url.URL, error) {
	text, said, err := c.Text("endpoint")
	switch {
	case err != nil:
		return nil, err
	case !said && home == "":
		return nil, fmt.Errorf("it has no endpoint")
	case !said:
		text = home
	}
	if !IsAddress(text) {
		return nil, fmt.Errorf("its endpoint is not an address such as https://api.example.com")
	}
	return url.Parse(text)
}
