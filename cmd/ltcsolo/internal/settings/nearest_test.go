package settings

import "testing"

func TestNearest(t *testing.T) {
	names := []string{"address", "address-from-wallet", "cpu", "threads", "rpc", "for", "json"}
	for typed, want := range map[string]string{
		"adress": "address", "threds": "threads", "cup": "cpu", "addr": "address", "jsno": "json", "x": "", "": "", "weather": "",
		"6uqcLWWwYrJRHaGpNyhGPRbJ3VwvbQVMnWCsr2XdbJvMzVj3WeL": "",
	} {
		if got := nearest(typed, names); got != want {
			t.Errorf("nearest(%q) = %q, want %q", typed, got, want)
		}
	}
}
