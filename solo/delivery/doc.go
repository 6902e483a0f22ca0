// Package delivery sees solved blocks through to the node's last word.
package delivery
