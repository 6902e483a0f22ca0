package template_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/ltcsuite/ltcd/wire"

	"ltcsolo/template"
)

// atHeight returns a template without MWEB for a block at that height.
func atHeight(t testing.TB, height int64) *template.Template {
	t.Helper()
	r := decodeReply(t, readReply(t, "regtest-h2"))
	r["height"] = json.Number(strconv.FormatInt(height, 10))
	return mustDecode(t, r.json(t))
}

// coinbaseOf parses the job's full coinbase with another implementation.
func coinbaseOf(t testing.TB, job *template.Job, extranonce []byte) *wire.MsgTx {
	t.Helper()
	var msg wire.MsgTx
	b := bytes.NewReader(job.FullCoinbase(extranonce))
	if err := msg.Deserialize(b); err != nil || b.Len() > 0 {
		t.Fatalf("the coinbase cannot be read: %v, %d bytes left", err, b.Len())
	}
	return &msg
}

func TestH24HeightIsPushedAsTheNodeDoes(t *testing.T) {
	tests := []struct {
		height int64
		push   string
	}{
		{1, "51"}, {2, "52"}, {3, "53"}, {4, "54"}, {5, "55"}, {6, "56"}, {7, "57"}, {8, "58"}, {9, "59"}, {10, "5a"},
		{11, "5b"}, {12, "5c"}, {13, "5d"}, {14, "5e"}, {15, "5f"}, {16, "60"},
		{17, "0111"},
		{127, "017f"},
		{128, "028000"},
		{255, "02ff00"},
		{256, "020001"},
		{32767, "02ff7f"},
		{32768, "03008000"},
		{840_000, "0340d10c"},
		{3_000_000, "03c0c62d"},
		{8_388_607, "03ffff7f"},
		{8_388_608, "0400008000"},
		{2_147_483_647, "04ffffff7f"},
	}
	for _, tt := range tests {
		t.Run(strconv.FormatInt(tt.height, 10), func(t *testing.T) {
			c := template.Coinbase{Script: payout, Tag: "tag", ExtranonceSize: 4}
			job, err := template.NewJob("1", atHeight(t, tt.height), c, true)
			if err != nil {
				t.Fatal(err)
			}
			extranonce := []byte{0xaa, 0xbb, 0xcc, 0xdd}
			want := tt.push + "04aabbccdd" + "03746167"
			if got := fmt.Sprintf("%x", coinbaseOf(t, job, extranonce).TxIn[0].SignatureScript); got != want {
				t.Errorf("scriptSig = %s, want %s", got, want)
			}
			raw, err := job.Block(template.Solution{Extranonce: extranonce, Version: job.Template.Version})
			if err != nil {
				t.Fatal(err)
			}
			b, err := template.ParseBlock(raw)
			if err != nil {
				t.Fatal(err)
			}
			if int64(b.Height) != tt.height || len(b.Problems) > 0 {
				t.Errorf("ParseBlock() = height %d, %q, want %d and no problems", b.Height, b.Problems, tt.height)
			}
		})
	}
}

// TestH24ScriptSigHoldsTheLongestTagAndNoMore tries all lengths of the height's push with many
// extranonces: the longest tag fits the 100 bytes, one byte more is refused, and all bytes are in pushes.
func TestH24ScriptSigHoldsTheLongestTagAndNoMore(t *testing.T) {
	for _, height := range []int64{1, 17, 128, 32768, 8_388_608} {
		tmpl := atHeight(t, height)
		for _, size := range []int{0, 1, 4, 8, 12, 18, 19, 20, 21, 22, 23, 24, 75} {
			t.Run(fmt.Sprintf("height %d, extranonce %d", height, size), func(t *testing.T) {
				longest := template.MaxTag(int32(height), size, false)
				c := template.Coinbase{Script: payout, Tag: strings.Repeat("t", longest), ExtranonceSize: size}
				job, err := template.NewJob("1", tmpl, c, true)
				if err != nil {
					t.Fatal(err)
				}
				// 99 if one more byte of tag would need OP_PUSHDATA1.
				script := coinbaseOf(t, job, make([]byte, size)).TxIn[0].SignatureScript
				if len(script) > 100 || len(script) < 99 || len(script) == 99 && longest != 75 {
					t.Errorf("scriptSig with the longest tag, %d bytes, has %d", longest, len(script))
				}
				pushes := pushesOf(t, script)
				if got := string(pushes[len(pushes)-1]); longest > 0 && got != c.Tag {
					t.Errorf("last push = %q, want the tag %q", got, c.Tag)
				}
				c.Tag += "t"
				want := fmt.Sprintf("the tag has %d bytes, at most %d fit", longest+1, longest)
				if _, err := template.NewJob("1", tmpl, c, true); err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("NewJob() with a tag of %d bytes = %v, want %q", len(c.Tag), err, want)
				}
			})
		}
	}
}

// pushesOf returns a script's pushes. Other opcodes fail the test: they could count as signature operations.
func pushesOf(t testing.TB, script []byte) (pushes [][]byte) {
	t.Helper()
	for at := 0; at < len(script); {
		op, n := script[at], 0
		at++
		switch {
		case op <= 75:
			n = int(op)
		case op == 76:
			n = int(script[at])
			at++
		case op < 0x51 || op > 0x60:
			t.Fatalf("scriptSig %x has opcode %02x", script, op)
		}
		pushes = append(pushes, script[at:at+n])
		at += n
	}
	return pushes
}

func TestH24ScriptSigIsNeverBelowTwoBytes(t *testing.T) {
	tests := []struct {
		name   string
		height int64
		c      template.Coinbase
		want   string
	}{
		{"one byte of height is padded", 1, template.Coinbase{Script: payout}, "5100"},
		{"the last of one byte too", 16, template.Coinbase{Script: payout}, "6000"},
		{"two bytes of height are enough", 17, template.Coinbase{Script: payout}, "0111"},
		{"a tag is enough", 1, template.Coinbase{Script: payout, Tag: "x"}, "510178"},
		{"an extranonce is enough", 1, template.Coinbase{Script: payout, ExtranonceSize: 1}, "510100"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			job, err := template.NewJob("1", atHeight(t, tt.height), tt.c, true)
			if err != nil {
				t.Fatal(err)
			}
			msg := coinbaseOf(t, job, make([]byte, tt.c.ExtranonceSize))
			if got := fmt.Sprintf("%x", msg.TxIn[0].SignatureScript); got != tt.want {
				t.Errorf("scriptSig = %s, want %s", got, tt.want)
			}
		})
	}
}

func TestMaxTagOfNoRoom(t *testing.T) {
	for _, tt := range []struct {
		height         int32
		extranonceSize int
		want           int
	}{{0, 0, 97}, {1, 0, 97}, {8_388_608, 75, 18}, {8_388_608, 1000, 0}} {
		if got := template.MaxTag(tt.height, tt.extranonceSize, false); got != tt.want {
			t.Errorf("MaxTag(%d, %d) = %d, want %d", tt.height, tt.extranonceSize, got, tt.want)
		}
	}
}

func TestCoinbaseThatCannotBeMade(t *testing.T) {
	program := func(version byte) []byte { return append([]byte{version, 32}, make([]byte, 32)...) }
	tests := []struct {
		name string
		c    template.Coinbase
		want string
	}{
		{"no script", template.Coinbase{}, "anyone could spend"},
		{"peg-in script", template.Coinbase{Script: program(0x59)}, "reserved for MWEB"},
		{"HogEx's script", template.Coinbase{Script: program(0x58)}, "reserved for MWEB"},
		{"extranonce below zero", template.Coinbase{Script: payout, ExtranonceSize: -1}, "extranonce of -1 bytes"},
		{"extranonce too long", template.Coinbase{Script: payout, ExtranonceSize: 76}, "extranonce of 76 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := template.NewJob("1", atHeight(t, 2), tt.c, true)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("NewJob() = %v, want %q", err, tt.want)
			}
		})
	}
}

// TestWithoutSegwitTheCoinbaseHasNoWitness: litecoind gives the commitment even before segwit is active, when it
// refuses a coinbase with a witness (unexpected-witness).
func TestWithoutSegwitTheCoinbaseHasNoWitness(t *testing.T) {
	r := decodeReply(t, readReply(t, "regtest-h2"))
	r["rules"] = []string{"csv"}
	if r["default_witness_commitment"] == nil {
		t.Fatal("the fixture has no commitment")
	}
	tmpl := mustDecode(t, r.json(t))
	job, err := template.NewJob("1", tmpl, miner, true)
	if err != nil {
		t.Fatal(err)
	}
	extranonce := []byte("12345678")
	msg := coinbaseOf(t, job, extranonce)
	if len(msg.TxOut) != 1 || msg.HasWitness() || tmpl.WitnessCommitment != nil {
		t.Errorf("the coinbase has %d outputs and witness %t, want 1 and none", len(msg.TxOut), msg.HasWitness())
	}
	if got, want := job.CoinbaseTxID(extranonce), template.DoubleSHA256(job.FullCoinbase(extranonce)); got != want {
		t.Errorf("CoinbaseTxID() = %s, want %s", got, want)
	}
	raw, err := job.Block(template.Solution{Extranonce: extranonce, Version: tmpl.Version})
	if err != nil {
		t.Fatal(err)
	}
	b, err := template.ParseBlock(raw)
	if err != nil || len(b.Problems) > 0 {
		t.Errorf("ParseBlock() = %v, %v, want no problems", b, err)
	}
}

func TestExtranonceOfWrongLengthIsRefused(t *testing.T) {
	job := makeJob(t, readReply(t, "regtest-h447-mixed"))
	for _, n := range []int{0, miner.ExtranonceSize - 1, miner.ExtranonceSize + 1} {
		s := template.Solution{Extranonce: make([]byte, n), Version: job.Template.Version}
		if _, err := job.Header(s); err == nil || !strings.Contains(err.Error(), "extranonce of") {
			t.Errorf("Header() with an extranonce of %d bytes = %v, want it refused", n, err)
		}
		if raw, err := job.Block(s); err == nil || raw != nil {
			t.Errorf("Block() with an extranonce of %d bytes = %d bytes, %v, want it refused", n, len(raw), err)
		}
	}
}
