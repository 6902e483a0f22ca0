package wallet

import "fmt"

// Error says why a text cannot be paid and what to do next. Neither field
// holds a part of a text that may be a secret.
type Error struct {
	Reason string // lower case, without a period
	Remedy string // what to do next, as one line
}

// Error gives the reason.
func (e *Error) Error() string { return e.Reason }

const (
	remedyCopy   = "copy the whole address again from your wallet"
	remedyNew    = "take another address from your wallet, for example with: litecoin-cli getnewaddress \"\" bech32"
	remedyOwn    = "give an address from a Litecoin wallet; litecoin-cli getnewaddress makes one"
	remedySecret = "give an address, never a key; what was typed may stand in the shell's history, so move the coins of that key to a new wallet if anyone else can read it"
)

var (
	errUnknownNetwork = &Error{"there is no such network", "choose main, test or regtest"}

	errEmpty      = &Error{"the address is empty", "give the Litecoin address that the blocks shall pay"}
	errTooLong    = &Error{"the text is far too long for an address", remedyCopy}
	errUnreadable = &Error{"this is not a Litecoin address", remedyOwn}

	errPrivateKey  = &Error{"this looks like a private key, and it is not repeated here", remedySecret}
	errExtendedKey = &Error{"this looks like an extended private key, and it is not repeated here", remedySecret}
	errHexKey      = &Error{"this is as long as a private key in hex, and it is not repeated here", remedySecret}
	errSeed        = &Error{"this looks like the seed words of a wallet, and they are not repeated here", remedySecret}

	errPublicKey      = &Error{"this is a public key, and blocks pay to an address", remedyOwn}
	errExtendedPublic = &Error{"this is an extended public key, and not an address", "give it with --descriptor, and each block pays to another address of that wallet"}
	errHex            = &Error{"this is hex, and an address is not written in hex", remedyOwn}
	errDescriptor     = &Error{"this looks like a descriptor, and not an address", "give it with --descriptor, and each block pays to another address of it"}
	errURI            = &Error{"this is a payment link, and not an address alone", "give only the address in it: what stands after litecoin: and before any question mark"}
	errSpace          = &Error{"there is a space or line break inside the address", "give one address, without spaces in it"}

	errMWEB = &Error{"this is an MWEB address, and a coinbase cannot pay one",
		"mine to a transparent address (litecoin-cli getnewaddress \"\" bech32), and peg in after 100 blocks"}
	errMWEBWitness = &Error{"witness versions 8 and 9 belong to MWEB's own outputs, and a block that pays them is refused or its coins are lost", remedyNew}

	errMixedCase      = &Error{"the address mixes upper and lower case, so part of it was changed on its way", remedyCopy}
	errChecksum       = &Error{"the checksum is wrong: something in the address is mistyped or missing", remedyCopy}
	errNoProgram      = &Error{"the address ends after its prefix", remedyCopy}
	errPadding        = &Error{"the address has stray bits at its end, so it was not made correctly", remedyNew}
	errBech32mForV0   = &Error{"witness version 0 with a bech32m checksum is not valid (BIP 350), so it was not made correctly", remedyNew}
	errBech32ForV1    = &Error{"a witness version above 0 with a bech32 checksum is not valid (BIP 350 wants bech32m), so it was not made correctly", remedyNew}
	errV0Length       = &Error{"a witness program of version 0 has 20 or 32 bytes, and this one has not", remedyNew}
	errV1Length       = &Error{"a witness program of version 1 that is not 32 bytes long can be spent by anyone", remedyNew}
	errWitnessVersion = &Error{"the witness version is unknown: what it is paid can be spent by anyone", remedyNew}

	errForeignBase58 = &Error{"this is not a Litecoin address, although its checksum is right: it is probably of another coin", remedyOwn}
	errForeignBech32 = &Error{"this is not a Litecoin address, although it is correct bech32: it is probably of another coin", remedyOwn}
)

const remedyDescriptor = "copy the descriptor, or the account's extended public key, again from your wallet"

var (
	errEmptyDescriptor     = &Error{"the descriptor is empty", "give a descriptor such as wpkh(zpub.../0/*), or an account's zpub or Mtub alone"}
	errLongDescriptor      = &Error{"the text is far too long for a descriptor with one key", remedyDescriptor}
	errDescriptorCharacter = &Error{"there is a character in the descriptor that belongs in none", remedyDescriptor}
	errDescriptorChecksum  = &Error{"the descriptor's checksum is wrong: something in it is mistyped, missing or was changed",
		remedyDescriptor + "; if you changed it on purpose, leave out # and what follows"}
	errOtherForm = &Error{"this is not a descriptor that a block can pay by",
		"give pkh(KEY), wpkh(KEY), sh(wpkh(KEY)) or tr(KEY), where KEY is an extended public key with /0/* behind it"}
	errKeyExpression = &Error{"what stands in the descriptor's function is not one extended public key with a path",
		"give, for example, wpkh([d34db33f/84h/2h/0h]zpub.../0/*); the part in brackets may be left out"}
	errTree      = &Error{"a tr() descriptor with scripts is not understood, only one with a key alone", "give tr(KEY), or one address with --address"}
	errMultipath = &Error{"a descriptor with <...> stands for several chains of addresses, and blocks pay to one",
		"write the chain to be paid, mostly /0/* in place of /<0;1>/*, and leave out # and what follows"}
	errNoRange = &Error{"the descriptor stands for one address only", "write /0/* behind its key, as the wallet does, or give the one address with --address"}
	errOneKey  = &Error{"this is the key of one address, and a fresh address for each block needs an extended public key",
		"give the account's descriptor, with an xpub, Ltub or tpub and /0/* behind it, or one address with --address"}
	errNoExtended  = &Error{"there is no extended public key where one belongs", remedyDescriptor}
	errKeyChecksum = &Error{"the checksum of the extended public key is wrong: something in it is mistyped or missing", remedyDescriptor}
	errForeignKey  = &Error{"the extended public key is of another coin", "give the account's key of a Litecoin wallet"}
	errHardened    = &Error{"hardened steps behind an extended public key cannot be followed: that takes the private key",
		"give the extended public key that is below the hardened steps, as the wallet shows it for the account"}
	errStep    = &Error{"a step of a path is above 2147483647", remedyDescriptor}
	errTooDeep = &Error{"the path is too deep: no key is more than 255 steps below its wallet's root", remedyDescriptor}
)

// otherCoin refuses an address of a coin that its prefix names.
func otherCoin(coin string) *Error {
	return &Error{"this is an address of " + coin + ", and not of Litecoin", remedyOwn}
}

// otherNetwork refuses a correct address of nets where one of p is needed.
func otherNetwork(nets []Network, p *params) *Error {
	return &Error{
		Reason: fmt.Sprintf("this is an address of %s, and one of %s is needed", names(nets), p.network),
		Remedy: fmt.Sprintf("give an address that begins with %s, or choose the network with --network", p.examples),
	}
}

func badCharacter(position int, rule string) *Error {
	return &Error{fmt.Sprintf("character %d does not belong in the address: %s", position, rule), remedyCopy}
}

func badLength(got int, want string) *Error {
	return &Error{fmt.Sprintf("the address has %d characters, and %s are right: part of it is missing or doubled", got, want), remedyCopy}
}
