// Command neon writes the arm64 assembly of package scrypt, romix_neon_arm64.s, and the Go declarations of its
// functions. The other generators use avo, which supports only amd64; this one prints Go assembly itself and needs only
// the standard library. scripts/generate.sh runs it.
package main

import (
	"flag"
	"log"
	"os"
	"path/filepath"
)

// designs lists the kernels, each of which is a function in the output. With two sets, two resting words are the fewest
// that leave enough temporaries. In llvm-mca's models of Neoverse and Cortex-A72, three or four are 3 to 12 % slower, since
// a store occupies a vector pipe too.
var designs = []*design{
	{name: "romixNEON8", sets: 2, resting: []int{2, 7}},
	{name: "romixNEON4", sets: 1},
}

func main() {
	log.SetFlags(0)
	dir := flag.String("dir", "..", "directory of package scrypt")
	flag.Parse()

	var text, stubs printer
	text.header("#include \"textflag.h\"")
	stubs.header("package scrypt")
	for _, d := range designs {
		d.plan()
		d.romix(&text)
		d.stub(&stubs)
	}
	base := filepath.Join(*dir, "romix_neon_arm64")
	for suffix, p := range map[string]*printer{".s": &text, ".go": &stubs} {
		if err := os.WriteFile(base+suffix, p.text.Bytes(), 0o644); err != nil {
			log.Fatal(err)
		}
	}
}
