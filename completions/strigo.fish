# Completion of strigo for fish: strigo itself finds the candidates. If it fails, fish completes a file.
function __fish_strigo_fetch
    set -l token (commandline -ct)
    set -l word (string unescape -- $token)
    or set word $token
    set -g __fish_strigo_candidates (strigo __complete fish (commandline -opc) "$word" 2>/dev/null)
end
complete -c strigo -n __fish_strigo_fetch -k -f -a '(string join \n -- $__fish_strigo_candidates)'
