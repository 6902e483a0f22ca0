package scrypt

import "time"

// closeAfter is how long a worker keeps its scratchpads while it has nothing to do.
const closeAfter = time.Minute

// worker is a goroutine of a Pool that hashes, with its memory.
type worker struct {
	pool    *Pool
	batches map[*Kernel]*Batch // opened when they are needed
	parts   []part
	headers [][HeaderSize]byte // of the parts, one after the other
	pow     [][hashSize]byte
}

func newWorker(p *Pool) *worker {
	widest := 1
	for _, k := range p.cfg.Kernels {
		widest = max(widest, k.lanes)
	}
	return &worker{
		pool: p, batches: map[*Kernel]*Batch{},
		headers: make([][HeaderSize]byte, widest), pow: make([][hashSize]byte, widest),
	}
}

// run serves the pool's queue until the pool has ended and the queue is empty.
func (w *worker) run() {
	defer w.close()
	for goesOn := true; goesOn; {
		goesOn = w.wait()
		w.serve() // once more after the end, when nothing is added to the queue
	}
}

// wait waits until there may be work. It reports whether the pool goes on.
func (w *worker) wait() bool {
	var idle <-chan time.Time
	if len(w.batches) > 0 {
		timer := time.NewTimer(closeAfter)
		defer timer.Stop()
		idle = timer.C
	}
	select {
	case <-w.pool.wake:
	case <-idle:
		w.close()
	case <-w.pool.ended:
		return false
	}
	return true
}

// serve hashes batches until nothing waits.
func (w *worker) serve() {
	for {
		w.parts = w.pool.take(w.parts[:0])
		if len(w.parts) == 0 {
			return
		}
		n := 0
		for _, p := range w.parts {
			n += copy(w.headers[n:], p.headers[p.first:p.first+p.n])
		}
		w.hash(w.headers[:n], w.pow[:n])
		n = 0
		for _, p := range w.parts {
			p.finish(w.pow[n:])
			n += p.n
		}
		clear(w.parts) // the slices are their callers' again
	}
}

// hash sets pow to the PoW hashes of headers by kernels that are in service.
func (w *worker) hash(headers [][HeaderSize]byte, pow [][hashSize]byte) {
	for done := 0; done < len(headers); {
		k := w.pool.kernelFor(len(headers) - done)
		end := min(done+k.lanes, len(headers))
		w.open(k).Sum(headers[done:end], pow[done:end])
		if w.pool.accept(k, headers[done:end], pow[done:end]) {
			done = end
		}
	}
}

func (w *worker) open(k *Kernel) *Batch {
	if w.batches[k] == nil {
		w.batches[k] = k.NewBatch()
	}
	return w.batches[k]
}

func (w *worker) close() {
	for k, b := range w.batches {
		if err := b.Close(); err != nil {
			w.pool.log.Warn("scratchpad cannot be freed", "kernel", k, "err", err)
		}
	}
	clear(w.batches)
}

// take appends the parts of the next batch to parts, none if nothing waits.
func (p *Pool) take(parts []part) []part {
	p.mu.Lock()
	defer p.mu.Unlock()
	waiting := p.queue.waiting
	if waiting == 0 {
		return parts
	}
	parts = p.queue.take(min(waiting, p.choice.kernelFor(waiting).lanes), parts)
	now := time.Now()
	for _, part := range parts {
		if part.first+part.n == len(part.headers) {
			p.stats.LongestWait = max(p.stats.LongestWait, now.Sub(part.came))
		}
	}
	if p.queue.waiting > 0 {
		p.wakeOne()
	}
	return parts
}

// kernelFor returns the kernel for a batch of n headers or of as many of them as it has lanes.
func (p *Pool) kernelFor(n int) *Kernel {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.choice.kernelFor(n)
}
