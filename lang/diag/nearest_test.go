package diag

import "testing"

func TestNearest(t *testing.T) {
	names := []string{"order_placed", "signed_up", "parcel_delayed", "to", "on"}
	for name, want := range map[string]string{
		"order_place": "order_placed", "signedup": "signed_up", "parcel_delay": "parcel_delayed",
		"weather": "", "x": "", "foo": "", "by": "",
	} {
		if got := Nearest(name, names); got != want {
			t.Errorf("Nearest(%q): want %q, got %q", name, want, got)
		}
	}
	if got := Nearest("vpi", []string{"vip"}); got != "vip" {
		t.Errorf("letters that changed places: got %q", got)
	}
	if got := Nearest("ab", []string{"aa", "bb"}); got != "aa" {
		t.Errorf("a tie goes to the first: got %q", got)
	}
}
