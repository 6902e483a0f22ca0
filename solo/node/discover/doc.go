// Package discover finds litecoind and how to log in to it, from what the user said and from what a default
// installation leaves on disk. It reads files and does not connect.
//
//	discover.go     Find: network, data directory, URLs
//	conf.go         litecoin.conf, read as litecoind reads it
//	address.go      rpcconnect, rpcbind and rpcport: where the node answers
//	credentials.go  cookie, rpcpassword, password file
//	networks.go     ports and folders
package discover
