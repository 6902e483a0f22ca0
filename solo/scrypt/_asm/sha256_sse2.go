package main

import "github.com/mmcloughlin/avo/build"

func sha256SSE2(ctx *build.Context) { sha256Narrow(ctx, sse2, 4, "compressSSE2", "4") }
