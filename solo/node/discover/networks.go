package discover

// network says where litecoind keeps and serves a network (chainparamsbase.cpp).
type network struct {
	rpcPort int
	folder  string // below the data directory
}

// networks are keyed by getblockchaininfo's name of the chain, which is also its section in litecoin.conf.
var networks = map[string]network{
	"main":    {9332, ""},
	"test":    {19332, "testnet4"},
	"regtest": {19443, "regtest"},
}
