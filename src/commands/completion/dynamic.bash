
# Offer options only if one is being typed or nothing else fits, and each word once.
_strigo_tidy() {
    local word seen=" " candidates=("${COMPREPLY[@]}")
    COMPREPLY=()
    for word in "${candidates[@]}"; do
        [[ $word == -* && $1 != -* || $seen == *" $word "* ]] && continue
        seen+="$word "
        COMPREPLY+=("$word")
    done
    [[ ${#COMPREPLY[@]} -gt 0 || -n $1 ]] || COMPREPLY=("${candidates[@]}")
}

# Complete what only strigo knows, such as partner names; everything else falls back to the static completions above.
_strigo_dynamic() {
    local reply tool=${1/#\~\//$HOME/}
    if ! reply=$("$tool" __complete bash "$COMP_TYPE" "$COMP_WORDBREAKS" "${COMP_LINE:0:COMP_POINT}" 2>/dev/null); then
        _strigo "$@"
        _strigo_tidy "$2"
        return
    fi
    compopt +o default +o bashdefault 2>/dev/null
    local replies=$reply
    COMPREPLY=()
    while IFS= read -r reply; do
        [[ -z $reply ]] || COMPREPLY+=("$reply")
    done <<<"$replies"
}

if [[ "${BASH_VERSINFO[0]}" -eq 4 && "${BASH_VERSINFO[1]}" -ge 4 || "${BASH_VERSINFO[0]}" -gt 4 ]]; then
    complete -F _strigo_dynamic -o nosort -o bashdefault -o default strigo
else
    complete -F _strigo_dynamic -o bashdefault -o default strigo
fi
