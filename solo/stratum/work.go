package stratum

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"

	"ltcsolo/template"
)

// work is a job with its mining.notify, made once for all sessions: only the id, the time and clean_jobs differ.
type work struct {
	job     *template.Job
	made    time.Time // when the job came
	network float64   // difficulty of the easiest of its chains
	middle  string    // what stands between the id and the time
}

// newWork formats a job. Numbers are the usual hex digits, big-endian; hashes of the branch are in internal byte order;
// that of the previous block too, but with the bytes of each of its eight words reversed.
func newWork(j *template.Job, now time.Time) *work {
	b := []byte(`","`)
	b = append(hex.AppendEncode(b, swapWords(j.Template.PreviousBlock)), `","`...)
	b = append(hex.AppendEncode(b, j.Coinb1), `","`...)
	b = append(hex.AppendEncode(b, j.Coinb2), `",[`...)
	for i, h := range j.Branch {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(hex.AppendEncode(append(b, '"'), h[:]), '"')
	}
	b = fmt.Appendf(b, `],"%08x","%08x","`, uint32(j.Template.Version), j.Template.Bits)
	easiest := j.EasiestTarget()
	return &work{job: j, made: now, network: easiest.Difficulty() * template.PoolDifficultyFactor, middle: string(b)}
}

// appendNotify appends mining.notify. clean is a JSON boolean: the Antminer L9 tests its type.
func (w *work) appendNotify(b []byte, id string, time uint32, clean bool) []byte {
	b = append(append(b, `{"id":null,"method":"mining.notify","params":["`...), id...)
	b = append(hex.AppendEncode(append(b, w.middle...), binary.BigEndian.AppendUint32(nil, time)), `",`...)
	return append(strconv.AppendBool(b, clean), "]}\n"...)
}

// swapWords reverses the bytes of each 32-bit word.
func swapWords(h template.Hash) []byte {
	b := make([]byte, 0, template.HashSize)
	for i := 0; i < template.HashSize; i += 4 {
		b = binary.BigEndian.AppendUint32(b, binary.LittleEndian.Uint32(h[i:]))
	}
	return b
}

// wireID returns the id of a session's notify: the job's, and two digits that count, so that an id is never used again
// for other content, and the job is known by it without a table.
func wireID(job string, notify uint32) string { return fmt.Sprintf("%s%02x", job, uint8(notify)) }

// splitWireID returns the job's id, and which of the session's notifies it was, the latest being given; 0 if none.
func splitWireID(id string, latest uint32) (job string, notify uint32, ok bool) {
	const digits = 2
	if len(id) <= digits {
		return "", 0, false
	}
	job = id[:len(id)-digits]
	count, err := strconv.ParseUint(id[len(job):], 16, 8)
	if err != nil {
		return "", 0, false
	}
	if age := uint32(uint8(latest) - uint8(count)); age < latest {
		notify = latest - age
	}
	return job, notify, true
}
