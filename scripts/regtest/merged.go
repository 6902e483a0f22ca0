package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"ltcsolo/solo/regtest"
)

const (
	// dogeFolder holds the dogecoinds in a network's directory.
	dogeFolder = "doge"
	// dogeAddress is what the Dogecoin blocks pay. It is nobody's: the dogecoinds
	// have no wallet.
	dogeAddress = "mh5CE8Nbj38iND267s4XnvhSmhDW7yWc6Q"
	// firstDoge is the height of the first Dogecoin block that ltcsolo can find.
	firstDoge = regtest.AuxPoWHeight
)

// mineBoth starts two dogecoinds beside the litecoinds in dir, mines with ltcsolo
// on both chains until each has ten new blocks, and shows those of Dogecoin.
func mineBoth(ctx context.Context, dir, address string) error {
	doge, err := regtest.OpenDoge(ctx, filepath.Join(dir, dogeFolder), regtest.Config{})
	if err != nil {
		return err
	}
	defer doge.Close()
	node := doge.Nodes[0]
	var info struct{ Subversion string }
	if err := ask(ctx, node, &info, "getnetworkinfo"); err != nil {
		return err
	}
	fmt.Printf("two dogecoinds %s beside them\n", info.Subversion)
	if err := doge.Advance(ctx, firstDoge-1); err != nil {
		return err
	}
	fmt.Printf("mining %d Litecoin and %d Dogecoin blocks with ltcsolo, by the same hashes\n", demoBlocks, demoBlocks)
	// A header that is good enough for one chain is for the other, but the next Litecoin block may be found before the
	// next Dogecoin template is there.
	for missing := demoBlocks; missing > 0; {
		if err := mineQuietly(ctx, dir, address, missing, "--doge-address", dogeAddress, "--doge-datadir", node.DataDir); err != nil {
			return err
		}
		var height int
		if err := ask(ctx, node, &height, "getblockcount"); err != nil {
			return err
		}
		missing = firstDoge + demoBlocks - 1 - height
	}
	if err := showBlocks(ctx, os.Stdout, node, "The dogecoind", "DOGE", dogeAddress, firstDoge, demoBlocks); err != nil {
		return err
	}
	return doge.Shutdown(ctx)
}
