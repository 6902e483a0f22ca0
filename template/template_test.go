package template_test

import (
	"encoding/json"
	"math"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"ltcsolo/template"
)

func TestDecodeKeepsWhatTheNodeSaid(t *testing.T) {
	tmpl := mustDecode(t, readReply(t, "regtest-h447-mixed"))
	if tmpl.Version != 0x20000000 || tmpl.Height != 447 || tmpl.Bits != 0x207fffff || tmpl.CoinbaseValue != 1_260_062_500 ||
		tmpl.MinTime != 1_795_438_077 || tmpl.CurTime != 1_795_438_082 || tmpl.MaxTime != 0 || !tmpl.Received.Equal(received) ||
		!tmpl.Segwit || !tmpl.MWEBActive || tmpl.Chain != template.Litecoin {
		t.Errorf("Decode() = %+v", tmpl)
	}
	if got, want := tmpl.PreviousBlock.String(), "6b0a00ed8d42b82e5bf75a4f394b83eb460263d29c0cf9a68158286a1217fc15"; got != want {
		t.Errorf("PreviousBlock = %s, want %s", got, want)
	}
	if got, want := tmpl.Fees(), int64(20_800+10_000_000+14_400+14_200+13_100); got != want {
		t.Errorf("Fees() = %d, want %d", got, want)
	}
	regtest, _ := template.Litecoin.Network("regtest")
	// The subsidy of regtest is halved twice by height 447.
	if got := tmpl.CoinbaseValue - tmpl.Fees(); got != 50_00000000>>(447/150) || got != regtest.Subsidy(447) {
		t.Errorf("coinbasevalue without the fees = %d, want the subsidy", got)
	}
	child := tmpl.Transactions[1]
	if child.Weight != 437 || child.SigOps != 1 || child.WTxID == child.TxID {
		t.Errorf("transaction 2 = %+v", child)
	}
}

// H34: what a block earns less is refused, and what it earns is not.
func TestH34CoinbaseValueIsSubsidyAndFees(t *testing.T) {
	for _, tt := range []struct {
		reply, network string
		value          int64 // 0: as the node gave it
		want           string
	}{
		{"regtest-h2", "regtest", 0, ""},
		{"regtest-h432-mweb-activation", "regtest", 0, ""},
		{"regtest-h447-mixed", "regtest", 0, ""},
		{"regtest-h447-mixed", "regtest", 1_260_062_501, ""}, // too much: the node refuses it
		{"regtest-h447-mixed", "regtest", 1_260_062_499, "coinbasevalue 1260062499 is too small: at height 447 the subsidy is 1250000000, and the fees are 10062500, together 1260062500"},
		{"regtest-h447-mixed", "regtest", 1_250_000_000, "the fees are 10062500"},
		{"regtest-h2", "regtest", 2_500_000_000, "coinbasevalue 2500000000 is too small: at height 2 the subsidy is 5000000000"},
		{"regtest-h2", "main", 1, "coinbasevalue 1 is too small"},
		{"regtest-h447-mixed", "main", 0, "the subsidy is 5000000000"}, // halved later on main
	} {
		r := decodeReply(t, readReply(t, tt.reply))
		if tt.value != 0 {
			r["coinbasevalue"] = tt.value
		}
		n, _ := template.Litecoin.Network(tt.network)
		err := mustDecode(t, r.json(t)).CheckValue(n)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s with %d on %s: %v, want %q", tt.reply, tt.value, tt.network, err, tt.want)
		}
	}
}

func TestTargetIsWithinTheNetworksLimit(t *testing.T) {
	for _, tt := range []struct {
		chain   *template.Chain
		network string
		bits    uint32
		good    bool
	}{
		{template.Dogecoin, "regtest", 0x207fffff, true},
		{template.Dogecoin, "regtest", 0x2100ffff, false}, // above every limit
		{template.Dogecoin, "main", 0x1e0fffff, true},
		{template.Dogecoin, "main", 0x1e100000, false},
		{template.Dogecoin, "main", 0x1a01aa3d, true},
		{template.Dogecoin, "main", 0x207fffff, false},
		{template.Litecoin, "test", 0x1e0fffff, true},
		{template.Litecoin, "test", 0x207fffff, false},
		{template.Litecoin, "regtest", 0x207fffff, true},
	} {
		target, err := template.TargetFromBits(tt.bits)
		if err != nil {
			t.Fatal(err)
		}
		n, _ := tt.chain.Network(tt.network)
		tmpl := template.Template{Chain: tt.chain, Bits: tt.bits, Target: target}
		if err := tmpl.CheckTarget(n); (err == nil) != tt.good {
			t.Errorf("CheckTarget() of %08x on %s %s = %v, want good: %v", tt.bits, tt.chain.Name, tt.network, err, tt.good)
		}
	}
}

func TestTimeAt(t *testing.T) {
	const curtime = 1_795_438_082
	tests := []struct {
		name    string
		curtime int64
		last    uint32
		passed  time.Duration
		want    uint32
	}{
		{"at once", curtime, 0, 0, curtime},
		{"less than a second", curtime, 0, 999 * time.Millisecond, curtime},
		{"a second", curtime, 0, time.Second, curtime + 1},
		{"an hour", curtime, 0, time.Hour, curtime + 3600},
		{"the clock went back", curtime, 0, -time.Hour, curtime},
		{"the last second", curtime, curtime + 300, 300 * time.Second, curtime + 300},
		{"one more", curtime, curtime + 300, 301 * time.Second, curtime + 300},
		{"much later", curtime, curtime + 300, 1000 * time.Hour, curtime + 300},
		{"before the last second", curtime, curtime + 300, 299 * time.Second, curtime + 299},
		{"no time left", curtime, curtime, time.Second, curtime},
		{"the end of 32 bits", math.MaxUint32 - 1, 0, time.Second, math.MaxUint32},
		{"beyond it", math.MaxUint32 - 1, 0, time.Minute, math.MaxUint32},
		{"as far as durations go", curtime, 0, math.MaxInt64, math.MaxUint32},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := decodeReply(t, readReply(t, "regtest-h2"))
			r["curtime"] = json.Number(strconv.FormatInt(tt.curtime, 10))
			tmpl := mustDecode(t, r.json(t))
			if tt.last != 0 {
				tmpl = tmpl.WithMaxTime(tt.last)
			}
			if got := tmpl.TimeAt(received.Add(tt.passed)); got != tt.want {
				t.Errorf("TimeAt(%v later) = %d, want %d", tt.passed, got, tt.want)
			}
		})
	}
}

func TestWithMaxTimeLeavesTheTemplate(t *testing.T) {
	tmpl := mustDecode(t, readReply(t, "regtest-h447-mixed"))
	bounded := tmpl.WithMaxTime(tmpl.CurTime + 5)
	if tmpl.MaxTime != 0 || bounded.MaxTime != tmpl.CurTime+5 || !bounded.SameWork(tmpl) {
		t.Errorf("MaxTime = %d and %d, same work %t", tmpl.MaxTime, bounded.MaxTime, bounded.SameWork(tmpl))
	}
}

func TestSameWork(t *testing.T) {
	base := mustDecode(t, twoPegIns(t).json(t))
	tests := []struct {
		name string
		edit func(r reply)
		want bool
	}{
		{"the same reply", func(reply) {}, true},
		{"later", func(r reply) { r["curtime"] = 1_795_438_099; r["mintime"] = 1_795_438_080 }, true},
		{"another long poll id", func(r reply) { r["longpollid"] = "x" }, true},
		{"another parent", func(r reply) { r["previousblockhash"] = display([32]byte{1}) }, false},
		{"another value", func(r reply) { r["coinbasevalue"] = 1 }, false},
		{"another version", func(r reply) { r["version"] = 0x20000010 }, false},
		{"other bits", func(r reply) {
			r["bits"] = "1e0fffff"
			r["target"] = "00000fffff000000000000000000000000000000000000000000000000000000"
		}, false},
		{"a transaction less", func(r reply) {
			r["transactions"] = append(r.transactions()[:5:5], r.transactions()[6:]...)
			r.recommit(t)
		}, false},
		{"another order", func(r reply) {
			r.transactions()[4], r.transactions()[5] = r.transactions()[5], r.transactions()[4]
			r.recommit(t)
		}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := twoPegIns(t)
			tt.edit(r)
			other := mustDecode(t, r.json(t))
			if base.SameWork(other) != tt.want || other.SameWork(base) != tt.want {
				t.Errorf("SameWork() = %t, want %t", !tt.want, tt.want)
			}
		})
	}
}

// TestDecodeSharesNothingWithTheReply: the caller may reuse its buffer.
func TestDecodeSharesNothingWithTheReply(t *testing.T) {
	result := readReply(t, "regtest-h447-mixed")
	tmpl := mustDecode(t, result)
	clear(result)
	if !reflect.DeepEqual(tmpl, mustDecode(t, readReply(t, "regtest-h447-mixed"))) {
		t.Error("the template changed with the reply's buffer")
	}
}

func TestWithoutMWEBSignal(t *testing.T) {
	const signal, other = 1 << 4, 1 << 2
	for _, tt := range []struct {
		name      string
		available string
		required  int
		version   int32
		want      int32
	}{
		{"signals", `{"mweb":4,"taproot":2}`, 0, 0x20000000 | signal | other, 0x20000000 | other},
		{"required", `{"mweb":4}`, signal, 0x20000000 | signal, 0x20000000 | signal},
		{"not on offer", `{}`, 0, 0x20000000 | signal, 0x20000000 | signal},
		{"no such bit", `{"mweb":40}`, 0, 0x20000000 | signal, 0x20000000 | signal},
	} {
		var reply map[string]any
		if err := json.Unmarshal(readReply(t, "regtest-h2"), &reply); err != nil {
			t.Fatal(err)
		}
		reply["vbavailable"], reply["vbrequired"], reply["version"] = json.RawMessage(tt.available), tt.required, tt.version
		raw, err := json.Marshal(reply)
		if err != nil {
			t.Fatal(err)
		}
		tmpl, err := template.Litecoin.Decode(raw, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if got := tmpl.WithoutMWEBSignal().Version; got != tt.want || tmpl.Version != tt.version {
			t.Errorf("%s: version %#x of %#x, want %#x", tt.name, got, tmpl.Version, tt.want)
		}
	}
}
