package template_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"ltcsolo/template"
)

// reply is a decoded getblocktemplate result, for tests to change. Numbers stay text.
type reply map[string]any

func decodeReply(t testing.TB, result []byte) reply {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(result))
	d.UseNumber()
	var r reply
	if err := d.Decode(&r); err != nil {
		t.Fatal(err)
	}
	return r
}

func (r reply) json(t testing.TB) []byte {
	t.Helper()
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (r reply) transactions() []any { return r["transactions"].([]any) }

func (r reply) transaction(i int) map[string]any { return r.transactions()[i].(map[string]any) }

// insert inserts transactions at index i and adjusts the dependencies of later ones.
func (r reply) insert(i int, entries ...any) {
	for at := i; at < len(r.transactions()); at++ {
		x := r.transaction(at)
		depends := x["depends"].([]any)
		for d := range depends {
			n, _ := depends[d].(json.Number).Int64()
			if int(n) > i {
				depends[d] = json.Number(strconv.Itoa(int(n) + len(entries)))
			}
		}
	}
	r["transactions"] = slices.Insert(r.transactions(), i, entries...)
}

// recommit corrects default_witness_commitment for the transactions.
func (r reply) recommit(t testing.TB) {
	t.Helper()
	leaves := [][32]byte{{}}
	for i := range r.transactions() {
		leaves = append(leaves, internal(t, r.transaction(i)["hash"].(string)))
	}
	root := naiveRoot(leaves)
	sum := sha256d(root[:], make([]byte, 32))
	r["default_witness_commitment"] = "6a24aa21a9ed" + hex.EncodeToString(sum[:])
}

// entry returns a transaction as in a reply. base is its serialization without witness.
func entry(data, base []byte, depends ...int) map[string]any {
	hash := base
	if data[5] == 1 {
		hash = data
	}
	list := []any{}
	for _, d := range depends {
		list = append(list, json.Number(strconv.Itoa(d)))
	}
	return map[string]any{
		"data": hex.EncodeToString(data), "txid": display(sha256d(base)), "hash": display(sha256d(hash)),
		"depends": list, "fee": json.Number("1410"), "sigops": json.Number("1"),
		"weight": json.Number(strconv.Itoa(3*len(base) + len(data))),
	}
}

type outpoint struct {
	txid  [32]byte // internal byte order
	index uint32
}

type output struct {
	value  int64
	script []byte
}

// body serializes inputs and outputs. Inputs have no scriptSig and a final sequence.
func body(inputs []outpoint, outputs []output) []byte {
	b := []byte{byte(len(inputs))}
	for _, in := range inputs {
		b = append(b, in.txid[:]...)
		b = binary.LittleEndian.AppendUint32(b, in.index)
		b = append(b, 0)
		b = binary.LittleEndian.AppendUint32(b, math.MaxUint32)
	}
	b = append(b, byte(len(outputs)))
	for _, out := range outputs {
		b = binary.LittleEndian.AppendUint64(b, uint64(out.value))
		b = append(append(b, byte(len(out.script))), out.script...)
	}
	return b
}

var version2, lock0 = []byte{2, 0, 0, 0}, []byte{0, 0, 0, 0}

// payment returns a transaction with P2WPKH inputs, whose signatures are random bytes of the right length.
func payment(random *rand.ChaCha8, inputs []outpoint, outputs []output, depends ...int) map[string]any {
	b := body(inputs, outputs)
	var witness []byte
	for range inputs {
		item := make([]byte, 1+1+71+1+33)
		_, _ = random.Read(item)
		item[0], item[1], item[73] = 2, 71, 33
		witness = append(witness, item...)
	}
	data := slices.Concat(version2, []byte{0, 1}, b, witness, lock0)
	return entry(data, slices.Concat(version2, b, lock0), depends...)
}

func randomPayment(random *rand.ChaCha8) map[string]any {
	in := outpoint{index: 1}
	_, _ = random.Read(in.txid[:])
	return payment(random, []outpoint{in}, []output{{1e8, p2wpkh(random)}, {2e7, p2wpkh(random)}})
}

func p2wpkh(random *rand.ChaCha8) []byte {
	script := make([]byte, 22)
	_, _ = random.Read(script)
	script[0], script[1] = 0, 20
	return script
}

// pegIn returns a transaction with n peg-in outputs after its change.
func pegIn(random *rand.ChaCha8, n int) map[string]any {
	in := outpoint{index: 0}
	_, _ = random.Read(in.txid[:])
	outputs := []output{{3e7, p2wpkh(random)}}
	for range n {
		kernel := make([]byte, 34)
		_, _ = random.Read(kernel)
		kernel[0], kernel[1] = 0x59, 0x20
		outputs = append(outputs, output{5e7, kernel})
	}
	return payment(random, []outpoint{in}, outputs)
}

// hogEx returns a HogEx. Its first output commits to the extension block, the others are peg-outs.
func hogEx(inputs []outpoint, outputs ...output) map[string]any {
	b := body(inputs, outputs)
	return entry(slices.Concat(version2, []byte{0, 8}, b, []byte{0}, lock0), slices.Concat(version2, b, lock0))
}

// hogExOf returns the inputs and the first output of a reply's HogEx.
func hogExOf(t testing.TB, r reply) (inputs []outpoint, first output) {
	t.Helper()
	data := unhex(t, r.transaction(len(r.transactions()) - 1)["data"].(string))
	at := 7
	for range data[6] {
		inputs = append(inputs, outpoint{[32]byte(data[at : at+32]), binary.LittleEndian.Uint32(data[at+32:])})
		at += 32 + 4 + 1 + 4
	}
	at++
	first.value = int64(binary.LittleEndian.Uint64(data[at:]))
	first.script = data[at+9 : at+9+34]
	return inputs, first
}

// twoPegIns returns the mixed fixture with two more transactions, with one and two peg-ins, and a HogEx that spends
// them. Of its seven transactions the first two are the peg-ins and the last is the HogEx.
func twoPegIns(t testing.TB) reply {
	t.Helper()
	r := decodeReply(t, readReply(t, "regtest-h447-mixed"))
	random := rand.NewChaCha8([32]byte{1})
	r.insert(0, pegIn(random, 1), pegIn(random, 2))
	inputs, first := hogExOf(t, r)
	a, b := internal(t, r.transaction(0)["txid"].(string)), internal(t, r.transaction(1)["txid"].(string))
	inputs = append(inputs, outpoint{a, 1}, outpoint{b, 1}, outpoint{b, 2})
	r.setHogEx(t, inputs, first)
	return r
}

// setHogEx replaces the last transaction.
func (r reply) setHogEx(t testing.TB, inputs []outpoint, outputs ...output) {
	t.Helper()
	r.transactions()[len(r.transactions())-1] = hogEx(inputs, outputs...)
	r.recommit(t)
}

// full returns the mixed fixture with as many payments as a full block on main: 4,400 transactions, 2.9 MB of JSON.
func full(t testing.TB) []byte {
	t.Helper()
	const transactions = 4400
	r := decodeReply(t, readReply(t, "regtest-h447-mixed"))
	random := rand.NewChaCha8([32]byte{2})
	var payments []any
	for range transactions - len(r.transactions()) {
		payments = append(payments, randomPayment(random))
	}
	r.insert(0, payments...)
	r.recommit(t)
	return r.json(t)
}

func sha256d(parts ...[]byte) [32]byte {
	first := sha256.Sum256(slices.Concat(parts...))
	return sha256.Sum256(first[:])
}

// naiveRoot computes a merkle root level by level.
func naiveRoot(leaves [][32]byte) [32]byte {
	if len(leaves) == 1 {
		return leaves[0]
	}
	var above [][32]byte
	for i := 0; i < len(leaves); i += 2 {
		above = append(above, sha256d(leaves[i][:], leaves[min(i+1, len(leaves)-1)][:]))
	}
	return naiveRoot(above)
}

func display(h [32]byte) string {
	slices.Reverse(h[:])
	return hex.EncodeToString(h[:])
}

func internal(t testing.TB, display string) [32]byte {
	t.Helper()
	h := [32]byte(unhex(t, display))
	slices.Reverse(h[:])
	return h
}

func unhex(t testing.TB, digits string) []byte {
	t.Helper()
	b, err := hex.DecodeString(digits)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func mustDecode(t testing.TB, result []byte) *template.Template {
	t.Helper()
	tmpl, err := template.Litecoin.Decode(result, received)
	if err != nil {
		t.Fatal(err)
	}
	return tmpl
}
