package regtest_test

import (
	"os"
	"testing"
	"time"

	"ltcsolo/solo/regtest"
)

func TestDogeNetwork(t *testing.T) {
	t.Parallel()
	net := regtest.StartDoge(t, regtest.Config{})
	net.ToHeight(t, regtest.AuxPoWHeight)
	a, b := net.Nodes[0], net.Nodes[1]
	began := time.Now()
	hash := b.Generate(t, 1)[0]
	if tip := a.WaitTip(t, hash); tip.Height != regtest.AuxPoWHeight+1 || tip.Time.Sub(began).Abs() > time.Hour {
		t.Errorf("WaitTip() = %+v, want height %d and about %v", tip, regtest.AuxPoWHeight+1, began)
	}
	if len(a.Template(t)) == 0 {
		t.Error("there is no template")
	}
	cookie, err := os.ReadFile(a.CookiePath)
	if err != nil {
		t.Fatal(err)
	}
	a.Restart(t)
	if now, err := os.ReadFile(a.CookiePath); err != nil || string(now) == string(cookie) {
		t.Errorf("the cookie is the same after a restart, %v", err)
	}
	net.Disconnect(t, b, a)
	a.Generate(t, 1)
	b.Generate(t, 2)
	net.Connect(t, b, a)
	net.SyncTips(t)
	if got := regtest.Get[int](t, a, "getblockcount"); got != regtest.AuxPoWHeight+3 {
		t.Errorf("height %d, want %d: the chain with more blocks", got, regtest.AuxPoWHeight+3)
	}
}
