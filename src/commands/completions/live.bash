
# Partners and profiles are known to the tool alone; where it has nothing to say, the rest of this file has.
_strigo_live() {
    COMPREPLY=()
    local reply
    while IFS= read -r reply; do
        COMPREPLY+=("$reply")
    done < <("$1" __complete bash "$COMP_TYPE" "$COMP_WORDBREAKS" "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
    [[ ${#COMPREPLY[@]} -gt 0 ]] || _strigo "$@"
}

if [[ "${BASH_VERSINFO[0]}" -eq 4 && "${BASH_VERSINFO[1]}" -ge 4 || "${BASH_VERSINFO[0]}" -gt 4 ]]; then
    complete -F _strigo_live -o nosort -o bashdefault -o default strigo
else
    complete -F _strigo_live -o bashdefault -o default strigo
fi
