package stratum_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"testing"
	"testing/synctest"

	"ltcsolo/solo/scrypt"
)

// A miner that makes headers as cpuminer does (stratum_gen_work in cpu-miner.c) hashes the headers that are judged.
func TestMinersMakeTheHeaderThatIsJudged(t *testing.T) {
	for _, file := range []string{small, mixed} {
		synctest.Test(t, func(t *testing.T) {
			h := serve(t)
			j := newJob(t, "b7", 2, hard, file)
			h.up.offer(j)
			m := h.connect("192.168.1.31")
			m.send(`{"id":1,"method":"mining.configure","params":[["version-rolling"],{"version-rolling.mask":"ffffffff"}]}` + "\n" +
				`{"id":1,"method":"mining.subscribe","params":["cpuminer/2.5.1"]}` + "\n" + `{"id":2,"method":"mining.authorize","params":["rig","x"]}` + "\n")
			lines := m.all()
			var notify struct{ Params []any }
			if err := json.Unmarshal([]byte(lines[len(lines)-1]), &notify); err != nil {
				t.Fatal(err)
			}
			for _, version := range []string{"00000000", "00c0e000"} {
				header := minerHeader(t, notify.Params, "00000001", "0a0b0c0d", "65000007", "01020304", version)
				m.send(fmt.Sprintf(`{"id":4,"method":"mining.submit","params":["rig",%q,"0a0b0c0d","65000007","01020304",%q]}`+"\n", notify.Params[0], version))
				if got, want := m.next(), `{"id":4,"result":true,"error":null}`; got != want {
					t.Errorf("answer %s, want %s", got, want)
				}
				shares := h.up.submitted()
				judged, err := j.Header(shares[len(shares)-1].Solution)
				if err != nil || [scrypt.HeaderSize]byte(judged) != header {
					t.Errorf("%s, version bits %s: judged\n%x, the miner's is\n%x (%v)", file, version, judged, header, err)
				}
			}
		})
	}
}

// minerHeader makes a header of mining.notify's parameters as a miner does: words are big-endian numbers and go into the
// header little-endian.
func minerHeader(t *testing.T, params []any, extranonce1, extranonce2, ntime, nonce, bits string) (header [scrypt.HeaderSize]byte) {
	t.Helper()
	word := func(text string) uint32 {
		b := fromHex(t, text)
		return binary.BigEndian.Uint32(b)
	}
	coinbase := fromHex(t, params[2].(string)+extranonce1+extranonce2+params[3].(string))
	root := sha256d(coinbase)
	for _, branch := range params[4].([]any) {
		root = sha256d(append(root, fromHex(t, branch.(string))...))
	}
	const mask = 0x1fffe000
	b := binary.LittleEndian.AppendUint32(nil, word(params[5].(string))&^mask|word(bits)&mask)
	previous := params[1].(string)
	for i := 0; i < len(previous); i += 8 {
		b = binary.LittleEndian.AppendUint32(b, word(previous[i:i+8]))
	}
	b = append(b, root...)
	for _, text := range []string{ntime, params[6].(string), nonce} {
		b = binary.LittleEndian.AppendUint32(b, word(text))
	}
	copy(header[:], b)
	return header
}

func sha256d(b []byte) []byte {
	first := sha256.Sum256(b)
	second := sha256.Sum256(first[:])
	return second[:]
}

func fromHex(t *testing.T, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
