# Partners and profiles are known to the tool alone; where it has nothing to say, the rest of this file has.
_strigo() {
    local reply
    local -a values shown
    for reply in "${(@f)$("$words[1]" __complete zsh "${(@Q)words[1,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}"; do
        [[ -n $reply ]] || continue
        values+=("${reply%%$'\t'*}")
        shown+=("${reply/$'\t'/  -- }")
    done
    if (( $#values )); then
        compadd -l -d shown -a values
    else
        _strigo_static "$@"
    fi
}

