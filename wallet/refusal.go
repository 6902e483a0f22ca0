package wallet

import (
	"fmt"
	"strings"
)

// Error says why a text cannot be paid and what to do about it. Neither field
// holds any part of a text that may be a secret.
type Error struct {
	Reason string // lower case, without a period
	Remedy string // what to do about it, in one line
}

// Error returns the reason.
func (e *Error) Error() string { return e.Reason }

// Words of the errors below that a coin and a network decide.
const (
	theCoin   = "COIN"
	theCLI    = "CLI"
	theScheme = "SCHEME"
)

// of returns e in the words of a coin, with the commands of its remedy for a node of network n.
func (e *Error) of(c *coin, n Network) *Error {
	cli := c.cli + map[Network]string{Test: " -testnet", Regtest: " -regtest"}[n]
	words := strings.NewReplacer(theCoin, c.title, theCLI, cli, theScheme, string(c.name))
	return &Error{words.Replace(e.Reason), words.Replace(e.Remedy)}
}

const (
	remedyCopy   = "copy the whole address again from your wallet"
	remedyNew    = "take another address from your wallet, for example with: " + theCLI + " getnewaddress \"\" bech32"
	remedyOwn    = "give an address from a " + theCoin + " wallet; " + theCLI + " getnewaddress makes one"
	remedySecret = "give an address, never a key; the key may now be in the shell's history: if anyone else can read it, move its coins to a new wallet"
)

var (
	errUnknownCoin    = &Error{"unknown coin", "choose litecoin or dogecoin"}
	errUnknownNetwork = &Error{"unknown network", "choose main, test or regtest"}

	errEmpty      = &Error{"the address is empty", "give the " + theCoin + " address that blocks should pay"}
	errTooLong    = &Error{"the text is far too long for an address", remedyCopy}
	errUnreadable = &Error{"this is not a " + theCoin + " address", remedyOwn}

	errPrivateKey  = &Error{"this looks like a private key; it is not repeated here", remedySecret}
	errExtendedKey = &Error{"this looks like an extended private key; it is not repeated here", remedySecret}
	errHexKey      = &Error{"this is as long as a private key in hex; it is not repeated here", remedySecret}
	errSeed        = &Error{"this looks like the seed words of a wallet; they are not repeated here", remedySecret}

	errPublicKey      = &Error{"this is a public key, not an address", remedyOwn}
	errExtendedPublic = &Error{"this is an extended public key, not an address", "give it with --descriptor: then each block pays a fresh address of that wallet"}
	errHex            = &Error{"this is hex, not an address", remedyOwn}
	errDescriptor     = &Error{"this looks like a descriptor, not an address", "give it with --descriptor: then each block pays a fresh address of it"}
	errURI            = &Error{"this is a payment link, not an address", "give only the address in it: the part after " + theScheme + ": and before any question mark"}
	errSpace          = &Error{"there is a space or line break inside the address", "give one address without spaces"}

	errMWEB = &Error{"this is an MWEB address, which a coinbase cannot pay",
		"mine to a transparent address (" + theCLI + " getnewaddress \"\" bech32), and peg in after 100 blocks"}
	errMWEBWitness = &Error{"witness versions 8 and 9 are reserved for MWEB: a block that pays them is refused or its coins are lost", remedyNew}

	errMixedCase      = &Error{"the address mixes upper and lower case, so part of it was altered", remedyCopy}
	errChecksum       = &Error{"the checksum is wrong: something in the address is mistyped or missing", remedyCopy}
	errNoProgram      = &Error{"the address ends after its prefix", remedyCopy}
	errPadding        = &Error{"the address has stray bits at its end, so it was not made correctly", remedyNew}
	errBech32mForV0   = &Error{"witness version 0 with a bech32m checksum is not valid (BIP 350), so it was not made correctly", remedyNew}
	errBech32ForV1    = &Error{"a witness version above 0 with a bech32 checksum is not valid (BIP 350 wants bech32m), so it was not made correctly", remedyNew}
	errV0Length       = &Error{"a witness program of version 0 must have 20 or 32 bytes, and this one does not", remedyNew}
	errV1Length       = &Error{"a witness program of version 1 that is not 32 bytes long can be spent by anyone", remedyNew}
	errWitnessVersion = &Error{"the witness version is unknown: anyone could spend what is paid to it", remedyNew}

	errForeignBase58 = &Error{"this is not a " + theCoin + " address, although its checksum is right: it is probably of another coin", remedyOwn}
	errForeignBech32 = &Error{"this is not a " + theCoin + " address, although it is correct bech32: it is probably of another coin", remedyOwn}
)

const remedyDescriptor = "copy the descriptor, or the account's extended public key, again from your wallet"

var (
	errEmptyDescriptor     = &Error{"the descriptor is empty", "give a descriptor such as wpkh(zpub.../0/*), or an account's zpub or Mtub alone"}
	errLongDescriptor      = &Error{"the text is far too long for a descriptor with one key", remedyDescriptor}
	errDescriptorCharacter = &Error{"the descriptor has a character that no descriptor may have", remedyDescriptor}
	errDescriptorChecksum  = &Error{"the descriptor's checksum is wrong: something in it is mistyped, missing or was changed",
		remedyDescriptor + "; if you changed it on purpose, leave out # and what follows"}
	errOtherForm = &Error{"this is not a descriptor that blocks can pay",
		"give pkh(KEY), wpkh(KEY), sh(wpkh(KEY)) or tr(KEY), where KEY is an extended public key followed by /0/*"}
	errKeyExpression = &Error{"the descriptor's function does not hold one extended public key with a path",
		"give, for example, wpkh([d34db33f/84h/2h/0h]zpub.../0/*); the part in brackets may be left out"}
	errTree      = &Error{"tr() descriptors with scripts are not supported, only tr(KEY)", "give tr(KEY), or one address with --address"}
	errMultipath = &Error{"a descriptor with <...> stands for several chains of addresses, and blocks pay only one",
		"write the chain to be paid, usually /0/* in place of /<0;1>/*, and leave out # and what follows"}
	errNoRange = &Error{"the descriptor stands for one address only", "write /0/* after its key, as the wallet does, or give the one address with --address"}
	errOneKey  = &Error{"this is the key of one address, and a fresh address for each block needs an extended public key",
		"give the account's descriptor, with an xpub, Ltub or tpub followed by /0/*, or one address with --address"}
	errNoExtended  = &Error{"there is no extended public key where one is expected", remedyDescriptor}
	errKeyChecksum = &Error{"the checksum of the extended public key is wrong: something in it is mistyped or missing", remedyDescriptor}
	errForeignKey  = &Error{"the extended public key is of another coin", "give the account's key of a Litecoin wallet"}
	errHardened    = &Error{"hardened steps after an extended public key need the private key",
		"give the extended public key that is below the hardened steps, as the wallet shows it for the account"}
	errStep    = &Error{"a step of a path is above 2147483647", remedyDescriptor}
	errTooDeep = &Error{"the path is too deep: no key is more than 255 steps below its wallet's root", remedyDescriptor}
)

// otherCoinReason begins the reason of otherCoin.
const otherCoinReason = "this is an address of "

// otherCoin refuses an address of another coin.
func otherCoin(coin string) *Error {
	return &Error{otherCoinReason + coin + ", not of " + theCoin, remedyOwn}
}

// watchOnly refuses what stands for many addresses. If blocks cannot pay it, e's remedy does not help.
func (c *coin) watchOnly(e *Error) *Error {
	if c.descriptors {
		return e
	}
	return &Error{e.Reason, "give one address of that wallet"}
}

// otherNetwork refuses an address of nets where one of p is needed.
func otherNetwork(nets []Network, p *params) *Error {
	return &Error{
		Reason: fmt.Sprintf("this is an address of %s, but one of %s is needed", names(nets), p.network),
		Remedy: fmt.Sprintf("give an address that begins with %s, or choose the network with --network", p.examples),
	}
}

func badCharacter(position int, rule string) *Error {
	return &Error{fmt.Sprintf("character %d does not belong in the address: %s", position, rule), remedyCopy}
}

func badLength(got int, want string) *Error {
	return &Error{fmt.Sprintf("the address has %d characters, want %s: part of it is missing or repeated", got, want), remedyCopy}
}
