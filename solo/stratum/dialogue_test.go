package stratum_test

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/stratum"
	"ltcsolo/template"
)

// A dialogue is a file of lines:
//
//	-> line     the client sends it
//	<- line     the server sends exactly this next; {sid} is the session's id, {work} what a job's notifies have in
//	            common, {transactions} those of the last job in hex, quoted and with commas
//	-- command  see dialogue.command
//	# comment
//
// Whatever the server sends must be expected before the client goes on.
func TestDialogues(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) < 25 {
		t.Fatalf("%d dialogues: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			synctest.Test(t, func(t *testing.T) {
				d := &dialogue{t: t, house: serve(t, func(c *stratum.Config) {
					c.Dashboard = "http://192.168.1.5:8080/"
					c.Own = func(address string) bool { return address == "ltc1qours" }
					c.Foreign = func(user string) string {
						if strings.HasPrefix(user, "ltc1qother") {
							return "the user name is an address that is not paid"
						}
						return ""
					}
				})}
				d.up.verdict = d.judge
				d.connect()
				for n, line := range strings.Split(string(text), "\n") {
					if d.line(line); t.Failed() {
						t.Fatalf("line %d: %s", n+1, line)
					}
				}
				d.nothing()
			})
		})
	}
}

type dialogue struct {
	t *testing.T
	*house
	*miner
	sid     string
	job     *template.Job // the last one of a command
	verdict string
	split   bool
}

func (d *dialogue) connect() { d.miner = d.house.connect("192.168.1.31") }

var (
	sidForm  = regexp.MustCompile(`[0-9a-f]{32}`)
	workForm = regexp.MustCompile(`"[0-9a-f]{64}","[0-9a-f]+","[0-9a-f]+",\[[^\]]*\],"[0-9a-f]{8}","[0-9a-f]{8}"`)
)

func (d *dialogue) line(line string) {
	switch mark, rest, _ := strings.Cut(line, " "); mark {
	case "->":
		d.nothing()
		d.say(strings.ReplaceAll(rest, "{sid}", d.sid) + "\n")
	case "<-":
		got := workForm.ReplaceAllString(strings.TrimSuffix(d.next(), "\r"), "{work}")
		if d.sid == "" || strings.Contains(got, `"mining.notify","`) && strings.Contains(got, `]],"`) {
			d.sid = sidForm.FindString(got)
		}
		if d.sid != "" {
			got = strings.ReplaceAll(got, d.sid, "{sid}")
		}
		if d.job != nil {
			rest = strings.ReplaceAll(rest, "{transactions}", quoted(d.job.Template.Transactions))
		}
		if got != rest {
			d.t.Errorf("got  <- %s\nwant <- %s", got, rest)
		}
	case "--":
		d.command(strings.Fields(rest))
	case "", "#":
	default:
		d.t.Errorf("no line of a dialogue")
	}
}

func (d *dialogue) say(text string) {
	if !d.split {
		d.send(text)
		return
	}
	for i := range text {
		d.send(text[i : i+1])
	}
}

func (d *dialogue) nothing() {
	if lines := d.all(); len(lines) > 0 {
		d.t.Errorf("the server sent %q", lines)
	}
}

// command carries out what is no line of the protocol.
func (d *dialogue) command(words []string) {
	arg := func(i int) string {
		if i < len(words) {
			return words[i]
		}
		return ""
	}
	switch words[0] {
	case "wait": // 30s
		wait, err := time.ParseDuration(arg(1))
		if err != nil {
			d.t.Fatal(err)
		}
		time.Sleep(wait)
	case "split": // what the client sends comes byte by byte from now on
		d.split = true
	case "job": // ID TIP: there is a job on that tip; with a third word it has transactions
		file := small
		if arg(3) == "transactions" {
			file = mixed
		}
		d.job = newJob(d.t, arg(1), arg(2)[0], hard, file)
		d.up.offer(d.job)
	case "idle": // there is nothing to search
		d.up.offer(nil)
	case "verdict": // on all shares from now on
		d.verdict = arg(1)
	case "bytes": // the client sends them, given in hex
		b, err := hex.DecodeString(arg(1))
		if err != nil {
			d.t.Fatal(err)
		}
		d.send(string(b))
	case "silence":
		d.nothing()
	case "close":
		d.conn.Close()
	case "closed": // by the server
		if !d.isClosed() {
			d.t.Error("the connection is open")
		}
	case "open":
		if d.isClosed() {
			d.t.Error("the connection is closed")
		}
	case "connect": // once more
		d.nothing()
		d.connect()
	case "worker": // NAME is the only one
		if w := d.Workers(); len(w) != 1 || w[0].Name != arg(1) {
			d.t.Errorf("workers %+v", w)
		}
	case "solution": // EXTRANONCE VERSION TIME NONCE of the last share
		all := d.up.submitted()
		if len(all) == 0 {
			d.t.Fatal("no share was judged")
		}
		s := all[len(all)-1].Solution
		got := strings.Join([]string{hex.EncodeToString(s.Extranonce), hexWord(uint32(s.Version)), hexWord(s.Time), hexWord(s.Nonce)}, " ")
		if want := strings.Join(words[1:], " "); got != want {
			d.t.Errorf("solution %s, want %s", got, want)
		}
	case "log": // the words are in the log
		if want := strings.Join(words[1:], " "); !strings.Contains(d.house.log.String(), want) {
			d.t.Errorf("the log has no %q:\n%s", want, d.house.log)
		}
	default:
		d.t.Errorf("no such command")
	}
}

// quoted returns transactions as they stand in a list of JSON.
func quoted(all []*template.Transaction) string {
	texts := make([]string, len(all))
	for i, x := range all {
		texts[i] = `"` + hex.EncodeToString(x.Data) + `"`
	}
	return strings.Join(texts, ",")
}

// judge gives the verdict of the dialogue.
func (d *dialogue) judge(s solo.Share) (j solo.Judged) {
	easy := [32]byte{}
	for i := range 20 {
		easy[i] = 0xff
	}
	j.PoWHash = easy
	switch {
	case d.verdict == "block":
		j.Candidate = true
	case d.verdict == "stale":
		j.Err = solo.ErrStale
	case d.verdict == "duplicate":
		j.Err = solo.ErrDuplicate
	case d.verdict == "low", s.Target == [32]byte{}:
		j.Err = solo.ErrLowDifficulty
	}
	return j
}
