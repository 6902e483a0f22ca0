package stratum_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo/delivery"
	"ltcsolo/solo/delivery/deliverytest"
	"ltcsolo/solo/stratum/stratumtest"
	"ltcsolo/template"
)

// The ways in which others have lost blocks, tried through Stratum on a real engine: see solo/lessons_test.go.

// The node fails twenty times, and gets the block all the same.
func TestH07BlockFromAMinerIsSentUntilTheNodeTakesIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, func(c *runConfig) {
			c.submit = func(attempt int) (delivery.Verdict, error) {
				if attempt <= 20 {
					return deliverytest.Down(attempt)
				}
				return deliverytest.Accept(attempt)
			}
		})
		r.tip(1, easy)
		m := r.miner()
		wantTaken(t, m, solved(t, work(t, m)))
		m.Close()
		time.Sleep(time.Hour)
		if found := r.engine.Stats().Found(); len(found) != 1 || found[0].Verdict.Outcome != delivery.Accepted || found[0].Worker != "rig" {
			t.Errorf("found: %+v", found)
		}
		if n := len(r.node.Submitted()); n != 21 {
			t.Errorf("%d submissions, want 21", n)
		}
	})
}

// At every moment around a new block, a solution of the work before is the node's to judge: while the engine has nothing to
// search, when the miner has not been told of the new work yet, and when it should have stopped long ago.
func TestH11H12StaleBlockIsSubmitted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		r.tip(1, easy)
		m, late := r.miner(), r.miner()
		old, oldLate := work(t, m), work(t, late)
		blocks := []stratumtest.Share{solved(t, old), solved(t, oldLate)}
		blocks = append(blocks, blocks[0], blocks[1])
		blocks[2].Nonce++
		solve(t, &blocks[2])
		blocks[3].Nonce++
		solve(t, &blocks[3])
		wantTaken(t, m, blocks[0])
		wantTaken(t, late, blocks[1]) // nothing is searched between a block and the next template
		r.tip(2, easy)
		wantTaken(t, m, blocks[2])
		if refusal, err := m.Submit(low(old, 1)[0]); refusal != "Job not found" || err != nil {
			t.Errorf("a stale share that is no block is answered by %q, %v", refusal, err)
		}
		time.Sleep(5 * time.Minute)
		wantTaken(t, late, blocks[3])
		r.wantBlocks(blocks...)
	})
}

// A miner, or the line to it, was busy for longer than others keep a share.
func TestH13BlockThatWasHeldUpIsSubmitted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		r.tip(1, easy)
		m := r.miner()
		block := solved(t, work(t, m))
		_, line := m.Lines(block)
		m.Write(line[:len(line)/2])
		time.Sleep(10 * time.Second)
		r.tip(2, easy)
		time.Sleep(time.Minute)
		m.Write(line[len(line)/2:])
		r.wantBlocks(block)
	})
}

// The share came with the end of its connection, with and without its line end.
func TestH13BlockOnAConnectionThatClosesWithTheLine(t *testing.T) {
	for _, end := range []string{"\n", ""} {
		synctest.Test(t, func(t *testing.T) {
			r := start(t)
			r.tip(1, easy)
			m := r.miner()
			block := solved(t, work(t, m))
			_, line := m.Lines(block)
			m.Write(strings.TrimSuffix(line, "\n") + end)
			m.Close()
			r.wantBlocks(block)
		})
	}
}

// flooding is how many low shares stand before a block in these tests. With a million, the hashing alone would take a
// minute. What could lose the block has much less room: the read buffer holds some 160 shares, a batch 32.
const flooding = 5000

// A flood of low shares holds a block up, its own and others', but does not lose it.
func TestH14BlockInAFlood(t *testing.T) {
	for _, name := range []string{"behind it", "beside it"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := start(t)
				r.tip(1, easy)
				flooder, m := r.miner(), r.miner()
				if name == "behind it" {
					m = flooder
				}
				block := solved(t, work(t, m))
				bad := low(work(t, flooder), 50) // more than a batch: none repeats one that is being hashed
				sent := make(chan error)
				go func() {
					_, err := flooder.Send(slices.Repeat(bad, flooding/len(bad))...)
					if m == flooder && err == nil {
						_, err = flooder.Send(block)
					}
					sent <- err
				}()
				if m != flooder {
					wantTaken(t, m, block)
				}
				if err := <-sent; err != nil {
					t.Fatal(err)
				}
				r.wantBlocks(block)
				if s := r.Stats(); s.Low+s.Duplicate != flooding || s.Accepted != 1 {
					t.Errorf("%+v, want %d low and one accepted", s, flooding)
				}
			})
		})
	}
}

// Whatever makes the server close a connection, a block that was sent before it closed is judged.
func TestH14BlockOfASessionThatIsDropped(t *testing.T) {
	const window = 200 // shares, after which refusals are looked at
	minute := time.Minute + time.Second
	for name, misbehave := range map[string]func(r *run, m *stratumtest.Miner) (last string){
		"no Stratum": func(*run, *stratumtest.Miner) string { return strings.Repeat("no Stratum\n", 3) },
		"too long":   func(*run, *stratumtest.Miner) string { return strings.Repeat(strings.Repeat("x", 20_000)+"\n", 3) },
		"nearly all shares refused": func(r *run, m *stratumtest.Miner) string {
			bad := low(work(r.t, m), window)
			for _, pause := range []time.Duration{minute, 0, minute} { // the first warning, and nearly the second
				m.Send(bad...)
				time.Sleep(pause)
			}
			_, last := m.Lines(bad...)
			return last
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := start(t)
				r.tip(1, easy)
				m := r.miner()
				block := solved(t, work(t, m))
				last := misbehave(r, m)
				_, line := m.Lines(block)
				m.Write(last + line)
				r.wantBlocks(block)
				time.Sleep(time.Second)
				select {
				case <-m.Ended():
				default:
					t.Error("the connection is open: it was not about to be dropped")
				}
			})
		})
	}
}

// A client that takes nothing is dropped for that, and its block is not.
func TestH14BlockOfAMinerThatReadsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		r.tip(1, easy)
		m := r.miner()
		block := solved(t, work(t, m))
		_, line := m.Lines(block)
		resume := m.StopReading()
		defer resume()
		r.tip(2, easy) // nobody takes the work
		time.Sleep(10*time.Second + 100*time.Millisecond)
		if n := r.Stats().SlowReaders; n != 1 {
			t.Errorf("%d slow readers", n)
		}
		m.Write(line)
		r.wantBlocks(block)
	})
}

// The disk is slow, or full: the block goes to the node at once.
func TestH15BlockFromAMinerDoesNotWaitForTheDisk(t *testing.T) {
	for name, before := range map[string]func() error{
		"slow": func() error { time.Sleep(time.Minute); return nil },
		"full": func() error { return errors.New("no space left on device") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := start(t, func(c *runConfig) { c.journal.Before = before })
				r.tip(1, easy)
				m := r.miner()
				began := time.Now()
				wantTaken(t, m, solved(t, work(t, m)))
				synctest.Wait()
				if n := len(r.node.Submitted()); n != 1 || time.Since(began) != 0 {
					t.Errorf("%d blocks submitted after %v", n, time.Since(began))
				}
				time.Sleep(time.Minute) // until the disk has done
			})
		})
	}
}

// Hardware takes no difficulty below 1, which is above regtest's, and an owner may set any. The network's target decides.
func TestH16SessionDifficultyAboveTheNetworks(t *testing.T) {
	for _, c := range []stratumtest.Config{{Agent: "cgminer/4.9.0"}, {Password: "d=1000000"}} {
		synctest.Test(t, func(t *testing.T) {
			r := start(t)
			r.tip(1, easy)
			m := r.miner(func(to *stratumtest.Config) { *to = c })
			w := work(t, m)
			target := w.Target()
			if network := target.Difficulty() * template.PoolDifficultyFactor; w.Difficulty <= network {
				t.Errorf("%+v: the session's difficulty %v is not above the network's %v", c, w.Difficulty, network)
			}
			block := solved(t, w)
			wantTaken(t, m, block)
			r.wantBlocks(block)
		})
	}
}

// Several jobs are in flight, on one tip and on others. A solution is judged by its own.
func TestH17H38BlockOfTheOldestJob(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		r.tip(1, easy)
		m := r.miner()
		blocks := []stratumtest.Share{solved(t, work(t, m))}
		time.Sleep(31 * time.Second) // a keep-alive: the same job under another id
		blocks = append(blocks, solved(t, work(t, m)))
		for tip := range byte(30) {
			r.tip(2+tip, hard)
			time.Sleep(18 * time.Second)
		}
		if blocks[0].Work.ID == blocks[1].Work.ID || blocks[0].BlockHash() == blocks[1].BlockHash() {
			t.Fatal("both blocks are of one notify")
		}
		for _, b := range blocks {
			wantTaken(t, m, b)
		}
		r.wantBlocks(blocks...)
	})
}

// The header of the block is the one that the miner has hashed, whatever version bits it rolled.
func TestH18RolledBitsAreInTheBlock(t *testing.T) {
	const outside = 0x00c0e001 // of the mask: a share is refused, a block is not
	for _, bits := range []uint32{0, 0x1fffe000, 0x00c0e000, outside} {
		synctest.Test(t, func(t *testing.T) {
			r := start(t)
			r.tip(1, easy)
			m := r.miner(func(c *stratumtest.Config) { c.Roll = true })
			block := work(t, m).Share()
			block.VersionBits = bits
			solve(t, &block)
			header := block.Header()
			if got := uint32(header.Version()); got&bits != bits {
				t.Fatalf("version %08x without bits %08x", got, bits)
			}
			wantTaken(t, m, block)
			r.wantBlocks(block)
		})
	}
}

// Miners go on with the work that they have while the program restarts. Their extranonce1 and the jobs outlive it.
func TestH21H41BlockOfTheJobBeforeARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var kept []byte
		keep := func(_ context.Context, data []byte) error {
			kept = data
			return nil
		}
		before := start(t, func(c *runConfig) { c.server.KeepSessions = keep })
		before.tip(1, easy)
		m := before.miner()
		block := solved(t, work(t, m))
		jobs := before.engine.Jobs()
		before.stop()
		m.Close()

		time.Sleep(time.Minute)
		r := start(t, func(c *runConfig) {
			if err := c.server.Past.Add(kept, time.Now()); err != nil {
				t.Fatal(err)
			}
			c.engine.Earlier = jobs
		})
		r.tip(2, easy)
		again := r.miner(func(c *stratumtest.Config) { c.Session = m.Session })
		if !slices.Equal(again.Extranonce1, m.Extranonce1) {
			t.Fatalf("extranonce1 is %x, was %x", again.Extranonce1, m.Extranonce1)
		}
		wantTaken(t, again, block)
		r.wantBlocks(block)
	})
}

// The server is told to end when a block is on its way: its miner sends it shortly after, or it lies in the connection.
func TestH21BlockDuringShutdown(t *testing.T) {
	for _, pause := range []time.Duration{0, 200 * time.Millisecond} {
		t.Run(fmt.Sprint(pause), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := start(t)
				r.tip(1, easy)
				m := r.miner()
				block := solved(t, work(t, m))
				r.cancel()
				time.Sleep(pause)
				wantTaken(t, m, block)
				r.stop()
				r.wantBlocks(block)
			})
		})
	}
}

// Two sessions solve the same job at once.
func TestH22TwoSessionsFindBlocksAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		r.tip(1, easy)
		miners := []*stratumtest.Miner{r.miner(), r.miner()}
		var blocks []stratumtest.Share
		for _, m := range miners {
			blocks = append(blocks, solved(t, work(t, m)))
		}
		if blocks[0].Work.ID[:4] != blocks[1].Work.ID[:4] || blocks[0].BlockHash() == blocks[1].BlockHash() {
			t.Fatalf("work %s and %s", blocks[0].Work.ID, blocks[1].Work.ID)
		}
		for i, m := range miners {
			if _, err := m.Send(blocks[i]); err != nil {
				t.Error(err)
			}
		}
		r.wantBlocks(blocks...)
	})
}

// A good share that is sent twice is a duplicate; a block that is sent twice goes to the node once.
func TestH22BlockThatIsSentTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		r.tip(1, easy)
		m := r.miner()
		block := solved(t, work(t, m))
		first, err := m.Send(block, block)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []string{"", "Duplicate share"} {
			if refusal, err := m.Answer(first + i); refusal != want || err != nil {
				t.Errorf("answer %d is %q, %v, want %q", i, refusal, err, want)
			}
		}
		r.wantBlocks(block)
	})
}
