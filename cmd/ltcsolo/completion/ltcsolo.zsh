#compdef ltcsolo
# zsh completion for ltcsolo

_ltcsolo() {
	local program=${words[1]/#\~/$HOME} line
	local -a reply found
	reply=("${(@f)$(command $program __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
	compset -P '--*='
	if [[ $reply[1] == files ]]; then
		_files
		return
	fi
	for line in "${(@)reply[2,-1]}"; do
		found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
	done
	_describe ltcsolo found
}

if [[ $funcstack[1] == _ltcsolo ]]; then
	_ltcsolo "$@"
else
	compdef _ltcsolo ltcsolo
fi
