
# Complete partner and profile names dynamically.
function __fish_strigo_dynamic
    set -l current (commandline -ct)
    set -l plain (string unescape -- $current)
    or set plain $current
    set -g __fish_strigo_replies (strigo __complete fish (commandline -opc) "$plain" 2>/dev/null)
end
complete -c strigo -n __fish_strigo_dynamic -f -a '(printf "%s\n" $__fish_strigo_replies)'
complete -c strigo -l profile -x -n __fish_strigo_dynamic -a '(string replace -- "--profile=" "" $__fish_strigo_replies)'
