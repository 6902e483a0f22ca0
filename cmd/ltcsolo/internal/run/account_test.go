package run

import (
	"math"
	"sync"
	"testing"
	"time"

	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/solo"
	"ltcsolo/template"
)

// unsaid is what a user says who says nothing of money.
var unsaid = settings.Money{Watts: -1, Electricity: -1, Price: -1, DogePrice: -1}

func near(got, want float64) bool { return math.Abs(got-want) <= 1e-9*math.Abs(want) }

// Each hash counts at the difficulty and reward of its time, and each second at its power.
func TestAccountIntegrates(t *testing.T) {
	said := unsaid
	said.Electricity, said.Price, said.Currency = 0.36, 80, "EUR" // a ten-millionth a joule
	a := newAccount(said)
	at := time.Unix(1.7e9, 0)
	hard, easy := template.Target{28: 1}, template.Target{28: 2} // a block of the first takes twice the hashes of one of the second
	block := uint64(hard.ExpectedHashes())
	s := &solo.Stats{Network: "main", Searching: true, Job: &template.Job{Template: &template.Template{Target: hard, CoinbaseValue: 100}}}
	s.Merged = []solo.SideStats{{Chain: template.Dogecoin, Committed: true, Template: &template.Template{Target: easy, CoinbaseValue: 1000}}}
	watts := func(w float64) {
		s.Workers = []solo.Worker{{Name: "a", Sessions: 1, Rig: &solo.Rig{Watts: w, When: at}}, {Name: "b", Sessions: 1}}
	}
	watts(1000)
	a.read(s, at)

	s.Search.Hashes, at = block/2, at.Add(100*time.Second) // half a block of the first, a whole one of the second
	watts(1000)
	m := a.read(s, at)
	if !near(m.Coins[0].Expected, 50) || !near(m.Coins[1].Expected, 1000) || !near(m.Cost, 0.01) {
		t.Errorf("expected %v and %v at a cost of %v", m.Coins[0].Expected, m.Coins[1].Expected, m.Cost)
	}
	if p := m.Power; p.Watts != 1000 || p.Given || p.Told != 1 || p.Miners != 2 {
		t.Errorf("power: %+v", p)
	}
	if m.Currency != "EUR" || m.Coins[0].Price != 80 || m.Coins[1].Price != -1 {
		t.Errorf("money: %+v", m)
	}

	s.Network = "test"
	if m := a.read(s, at); m.Coins[0].Price >= 0 {
		t.Errorf("a coin of the test network is worth %v", m.Coins[0].Price)
	}

	// A later template is easier and pays more, Dogecoin is away, and the miner takes more.
	s.Job = &template.Job{Template: &template.Template{Target: easy, CoinbaseValue: 200}}
	s.Merged[0].Committed = false
	s.Search.Hashes, at = block, at.Add(50*time.Second)
	watts(4000)
	if m = a.read(s, at); !near(m.Coins[0].Expected, 250) || !near(m.Coins[1].Expected, 1000) || !near(m.Cost, 0.03) {
		t.Errorf("then expected %v and %v at a cost of %v", m.Coins[0].Expected, m.Coins[1].Expected, m.Cost)
	}

	// Only a merged chain is searched.
	s.Idle, s.Merged[0].Committed = "the tip has moved", true
	s.Search.Hashes = block + block/2
	if m = a.read(s, at); !near(m.Coins[0].Expected, 250) || !near(m.Coins[1].Expected, 2000) {
		t.Errorf("at last expected %v and %v", m.Coins[0].Expected, m.Coins[1].Expected)
	}

	// A snapshot that was taken earlier, and is read later, counts nothing twice.
	s.Search.Hashes = block
	if again := a.read(s, at.Add(-time.Second)); again.Coins[0].Expected != m.Coins[0].Expected || again.Cost != m.Cost {
		t.Errorf("an old snapshot has changed %+v to %+v", m, again)
	}
}

// The user's power counts while there is something to search, and before what miners tell.
func TestPower(t *testing.T) {
	now := time.Unix(1.7e9, 0)
	told := []solo.Worker{
		{Name: "cpu", Kind: solo.KindCPU},
		{Name: "tells", Sessions: 1, Rig: &solo.Rig{Watts: 3400, When: now.Add(-time.Minute)}},
		{Name: "told long ago", Sessions: 1, Rig: &solo.Rig{Watts: 500, When: now.Add(-time.Hour)}},
		{Name: "named, not connected", Rig: &solo.Rig{Watts: 20, When: now}},
		{Name: "does not tell", Sessions: 1, Rig: &solo.Rig{When: now}},
		{Name: "only asked, and silent", Kind: solo.KindRig},
		{Name: "gone"},
	}
	for name, tt := range map[string]struct {
		stats solo.Stats
		given float64
		want  solo.Power
	}{
		"given":       {solo.Stats{Searching: true, Workers: told}, 65, solo.Power{Watts: 65, Given: true}},
		"paused":      {solo.Stats{Workers: told}, 65, solo.Power{Given: true}},
		"told":        {solo.Stats{Workers: told}, -1, solo.Power{Watts: 3420, Told: 2, Miners: 5}},
		"nobody told": {solo.Stats{Searching: true, Workers: told[:1]}, -1, solo.Power{Watts: -1}},
	} {
		if got := powerOf(&tt.stats, tt.given, now); got != tt.want {
			t.Errorf("%s: %+v, want %+v", name, got, tt.want)
		}
	}
}

func TestAccountOfNothing(t *testing.T) {
	said := unsaid
	said.Watts, said.Currency = 65, "EUR"
	if m := newAccount(said).read(&solo.Stats{}, time.Now()); m != nil {
		t.Errorf("without a price there is %+v", m)
	}
	said.DogePrice = 0.11
	if m := newAccount(said).read(&solo.Stats{}, time.Now()); m == nil || m.Coins[0].Expected != 0 || m.Electricity != -1 {
		t.Errorf("before the first template there is %+v", m)
	}
}

func TestAccountIsReadConcurrently(t *testing.T) {
	said := unsaid
	said.Price = 1
	a := newAccount(said)
	target := template.Target{28: 1}
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			s := &solo.Stats{Searching: true, Job: &template.Job{Template: &template.Template{Target: target, CoinbaseValue: 100}}}
			s.Search.Hashes = uint64(i) * 1000
			a.read(s, time.Now())
		})
	}
	all.Wait()
	if m := a.read(&solo.Stats{}, time.Now()); !near(m.Coins[0].Expected, 7000/target.ExpectedHashes()*100) {
		t.Errorf("expected %v of 7000 hashes", m.Coins[0].Expected)
	}
}
