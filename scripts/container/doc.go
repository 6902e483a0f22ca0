// Package container has the test behind scripts/test-container.sh: ltcsolo in a container beside a litecoind in another one,
// under podman, on a private network. It holds no code but tests, of which those that need podman have the build tag container:
// they take minutes.
//
//	engine_linux_test.go     a podman of its own, and what is started with it
//	images_linux_test.go     the images, made of what this machine has
//	node_linux_test.go       litecoind in containers
//	container_linux_test.go  what is tried with podman
//	compose_linux_test.go    compose.yml
//	umbrel_linux_test.go     umbrel.sh
package container
