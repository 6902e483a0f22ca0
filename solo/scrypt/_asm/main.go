// Command asm writes the amd64 assembly of package scrypt and the Go declarations of its functions. File X.go here
// generates X_amd64.s and X_amd64.go. scripts/generate.sh runs it.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"
)

// outputs maps the base name of each pair of files to its generator.
var outputs = map[string]func(*build.Context){
	"romix_avx512":  romixAVX512,
	"romix_avx2":    romixAVX2,
	"romix_sse2":    romixSSE2,
	"sha256_avx512": sha256AVX512,
	"sha256_avx2":   sha256AVX2,
	"sha256_sse2":   sha256SSE2,
}

func main() {
	log.SetFlags(0)
	dir := flag.String("dir", "..", "directory of package scrypt")
	flag.Parse()
	for name, generate := range outputs {
		if err := write(filepath.Join(*dir, name+"_amd64"), generate); err != nil {
			log.Fatalf("generate %s: %v", name, err)
		}
	}
}

func write(path string, generate func(*build.Context)) error {
	ctx := build.NewContext()
	ctx.ConstraintExpr("!purego")
	generate(ctx)
	file, err := ctx.Result()
	if err != nil {
		return err
	}
	if err := pass.Compile.Execute(file); err != nil {
		return err
	}
	cfg := printer.Config{Name: "solo/scrypt/_asm", Pkg: "scrypt"}
	for suffix, print := range map[string]printer.Builder{".s": printer.NewGoAsm, ".go": printer.NewStubs} {
		text, err := print(cfg).Print(file)
		if err != nil {
			return fmt.Errorf("print %s: %w", suffix, err)
		}
		if err := os.WriteFile(path+suffix, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
