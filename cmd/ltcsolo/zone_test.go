package main

import (
	"testing"
	"time"
)

func TestSetZone(t *testing.T) {
	before := time.Local
	defer func() { time.Local = before }()
	for _, tt := range []struct{ tz, want string }{
		{"Asia/Kathmandu", "+05:45"},
		{":Asia/Kathmandu", "+05:45"},
		{"", "+00:00"},
		{"Nowhere/Known", "+00:00"}, // as time takes it
		{"/usr/share/zoneinfo/Asia/Kathmandu", "+00:00"},
	} {
		time.Local = time.UTC
		t.Setenv("TZ", tt.tz)
		setZone()
		if got := time.Unix(0, 0).AddDate(30, 0, 0).In(time.Local).Format("-07:00"); got != tt.want {
			t.Errorf("TZ=%s: the offset is %s, want %s", tt.tz, got, tt.want)
		}
	}
}
