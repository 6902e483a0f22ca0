package stratum

import "testing"

func TestParsePassword(t *testing.T) {
	for _, tt := range []struct {
		password string
		want     passwordOptions
	}{
		{"", passwordOptions{}},
		{"x", passwordOptions{}},
		{"d=512", passwordOptions{Fixed: 512}},
		{"D=512", passwordOptions{Fixed: 512}},
		{"d:512", passwordOptions{Fixed: 512}},
		{"diff=512", passwordOptions{Fixed: 512}},
		{"Diff=512", passwordOptions{Fixed: 512}},
		{"difficulty=512", passwordOptions{Fixed: 512}},
		{"DIFFICULTY:512", passwordOptions{Fixed: 512}},
		{"x,d=512", passwordOptions{Fixed: 512}},
		{"d=512,x", passwordOptions{Fixed: 512}},
		{"x d=512", passwordOptions{Fixed: 512}},
		{"x;d=512", passwordOptions{Fixed: 512}},
		{"x,  d=512 ;; m=solo", passwordOptions{Fixed: 512}},
		{"c=LTC,d=512.0,zap=ltc", passwordOptions{Fixed: 512}},
		{"d=2.5e5", passwordOptions{Fixed: 250000}},
		{"d=0.25", passwordOptions{Fixed: 0.25}},
		{"sd=64", passwordOptions{Start: 64}},
		{"SD:64", passwordOptions{Start: 64}},
		{"sd=64,d=512", passwordOptions{Fixed: 512, Start: 64}},
		{"d=512,diff=1024", passwordOptions{Fixed: 512}},
		{"d=nonsense,diff=1024", passwordOptions{Fixed: 1024}},

		{"d=", passwordOptions{}},
		{"d", passwordOptions{}},
		{"d=0", passwordOptions{}},
		{"d=-512", passwordOptions{}},
		{"d=NaN", passwordOptions{}},
		{"d=inf", passwordOptions{}},
		{"d=+Infinity", passwordOptions{}},
		{"d=1e400", passwordOptions{}},
		{"d=1e-400", passwordOptions{}},
		{"d=1e30", passwordOptions{}},
		{"d=0x200", passwordOptions{}},
		{"d=1_000", passwordOptions{}},
		{"d=512=x", passwordOptions{}},
		{"d==512", passwordOptions{}},
		{"d=5 12", passwordOptions{Fixed: 5}},
		{"word=512", passwordOptions{}},
		{"end=512", passwordOptions{}},
		{"dd=512", passwordOptions{}},
		{"=512", passwordOptions{}},
		{"512", passwordOptions{}},
		{"\x00d=512", passwordOptions{}},
		{"\xff\xfe,d=512", passwordOptions{Fixed: 512}},
	} {
		if got := parsePassword(tt.password); got != tt.want {
			t.Errorf("parsePassword(%q) = %+v, want %+v", tt.password, got, tt.want)
		}
	}
}
