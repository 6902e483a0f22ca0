// Package discover finds a chain's node and how to log in to it, from what the user said and from what a default
// installation leaves on disk. It reads files and does not connect.
//
//	discover.go     Find: network, data directory, URLs
//	conf.go         litecoin.conf, or dogecoin.conf, read as the node reads it
//	address.go      rpcconnect, rpcbind and rpcport: where the node answers
//	credentials.go  cookie, rpcpassword, password file
//	networks.go     folders
package discover
