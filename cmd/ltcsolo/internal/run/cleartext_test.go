package run

import (
	"testing"

	"ltcsolo/solo/node"
)

func TestClearText(t *testing.T) {
	for url, want := range map[string]string{
		"http://127.0.0.1:9332": "", "http://[::1]:9332": "", "http://127.9.9.9:1": "", "http://0.0.0.0:1": "", "https://203.0.113.5:9332": "",
		"http://10.255.255.1:9332": "private", "http://172.31.255.1:1": "private", "http://[fd00::1]:1": "private", "http://100.64.0.9:1": "private",
		"http://169.254.0.9:1": "private", "http://203.0.113.5:9332": "public", "http://[2001:db8::1]:1": "public", "http://172.32.0.1:1": "public",
		"http://100.128.0.1:1": "public",
	} {
		private, public := ClearText(t.Context(), []node.Config{{URL: url}})
		got := ""
		switch {
		case len(public) > 0:
			got = "public"
		case len(private) > 0:
			got = "private"
		}
		if got != want {
			t.Errorf("%s is %q, want %q", url, got, want)
		}
	}
}
