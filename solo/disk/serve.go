package disk

import (
	"encoding/gob"
	"io"
	"sync"
)

// Serve is the child process of [Writer.Detach]: it makes the changes that it reads from in, each in its own time, and
// answers on out. It returns when in has ended and all changes are made.
func Serve(in io.Reader, out io.Writer) {
	becomeChild()
	l := newLocal(realSystem)
	var changes sync.WaitGroup
	var sending sync.Mutex
	replies := gob.NewEncoder(out)
	for requests := newRequestReader(in); ; {
		q, err := requests.read()
		if err != nil {
			break
		}
		changes.Go(func() {
			r := newReply(q.ID, l.do(q))
			sending.Lock()
			defer sending.Unlock()
			replies.Encode(r) // a parent that has gone needs no answer
		})
	}
	changes.Wait()
}
