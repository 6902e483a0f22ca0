// Package run is one run of ltcsolo: it builds the parts, connects them, waits for a reason to stop, and drains.
//
//	run.go          from the settings to the summary
//	nodes.go        ask several nodes at once, and again
//	connect.go      wait for a node that can be mined with
//	prepare.go      what must succeed before the first hash
//	source.go       sources of shares: the CPU (cpu.go), the house's miners (serve.go) and others
//	listen.go       the ports where miners connect
//	house_state.go  what is kept for the next run of the house's miners and of their jobs (house_jobs.go)
//	search.go       engine and sources, until there is a reason to stop
//	stats.go        the one snapshot that status line, dashboard, metrics and summary show
//	account.go      what the run costs, and what its hashes can be expected to win
//	service.go      systemd's readiness, status and watchdog
//
// A further source of shares is a folder under solo and an entry of Config.Sources.
package run
