# Completion of strigo for bash: strigo itself finds the candidates, and quotes them.
_strigo() {
    local reply replies
    COMPREPLY=()
    # If it fails, bash completes a file.
    replies=$("${1/#\~\//$HOME/}" __complete bash "$COMP_TYPE" "$2" "${COMP_LINE:0:COMP_POINT}" 2>/dev/null) || return
    compopt +o default +o bashdefault 2>/dev/null
    while IFS= read -r reply; do
        [[ -z $reply ]] || COMPREPLY+=("$reply")
    done <<<"$replies"
}
# Before version 4.4, bash sorts the candidates.
complete -F _strigo -o bashdefault -o default -o nosort strigo 2>/dev/null ||
    complete -F _strigo -o bashdefault -o default strigo
