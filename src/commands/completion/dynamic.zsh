# Complete what only strigo knows, such as partner names; everything else falls back to the static completions above.
_strigo() {
    local replies reply tool=${words[1]/#\~\//$HOME/}
    if ! replies=$("$tool" __complete zsh "${(@Q)words[1,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null); then
        _strigo_static "$@"
        return
    fi
    local -a values shown
    for reply in "${(@f)replies}"; do
        [[ -n $reply ]] || continue
        values+=("${reply%%$'\t'*}")
        shown+=("${reply/$'\t'/  -- }")
    done
    (( $#values )) && compadd -l -d shown -a values
}

