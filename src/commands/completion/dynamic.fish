
# Complete what only strigo knows, such as partner names.
function __fish_strigo_dynamic
    set -l current (commandline -ct)
    set -l plain (string unescape -- $current)
    or set plain $current
    set -g __fish_strigo_replies (strigo __complete fish (commandline -opc) "$plain" 2>/dev/null)
end
complete -c strigo -n __fish_strigo_dynamic -f -a '(printf "%s\n" $__fish_strigo_replies)'
complete -c strigo -l columns -x -n __fish_strigo_dynamic -a '(string replace -- "--columns=" "" $__fish_strigo_replies)'
complete -c strigo -l state -x -n __fish_strigo_dynamic -a '(string replace -- "--state=" "" $__fish_strigo_replies)'
complete -c strigo -l fail-if -x -n __fish_strigo_dynamic -a '(string replace -- "--fail-if=" "" $__fish_strigo_replies)'
complete -c strigo -l profile -x -n __fish_strigo_dynamic -a '(string replace -- "--profile=" "" $__fish_strigo_replies)'
