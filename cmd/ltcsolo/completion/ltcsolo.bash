# bash completion for ltcsolo

_ltcsolo() {
	local program=${COMP_WORDS[0]/#\~/$HOME} typed=${COMP_WORDS[COMP_CWORD]} reply line
	[[ $typed == "=" ]] && typed=
	COMPREPLY=()
	reply=$(command "$program" __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null) || return
	if [[ $reply == files ]]; then
		compopt -o filenames 2>/dev/null
		while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$typed")
		return
	fi
	while IFS=$'\t' read -r line _; do
		[[ -n $line && $line == "$typed"* ]] && COMPREPLY+=("$line")
	done <<<"${reply#words}"
}

complete -F _ltcsolo ltcsolo
