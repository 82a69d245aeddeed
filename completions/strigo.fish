# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_strigo_global_optspecs
    string join \n format= json q/quiet v/verbose profile= config= endpoint= timeout= max-wait= color= h/help V/version
end

function __fish_strigo_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_strigo_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_strigo_using_subcommand
    set -l cmd (__fish_strigo_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c strigo -n "__fish_strigo_needs_command" -l format -d 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]' -r -f -a "table\t'With borders, fitted to the terminal'
tsv\t'One record a line, tabs between fields, no header'
csv\t'RFC 4180, with a header'
json\t'As the API sent it'"
complete -c strigo -n "__fish_strigo_needs_command" -l profile -d 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_needs_command" -l config -d 'Read this config file instead of the usual one [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_needs_command" -l endpoint -d 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]' -r -f
complete -c strigo -n "__fish_strigo_needs_command" -l timeout -d 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]' -r
complete -c strigo -n "__fish_strigo_needs_command" -l max-wait -d 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]' -r
complete -c strigo -n "__fish_strigo_needs_command" -l color -d 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]' -r -f -a "auto\t'On a terminal that has them'
always\t'Always'
never\t'Never'"
complete -c strigo -n "__fish_strigo_needs_command" -l json -d 'Show the data exactly as the API sent it (short for --format json); errors become JSON too'
complete -c strigo -n "__fish_strigo_needs_command" -s q -l quiet -d 'Show IDs only, one a line'
complete -c strigo -n "__fish_strigo_needs_command" -s v -l verbose -d 'Show each request and its answer on stderr, without the key'
complete -c strigo -n "__fish_strigo_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_needs_command" -s V -l version -d 'Print version'
complete -c strigo -n "__fish_strigo_needs_command" -f -a "partners" -d 'List, show, create and rename partners'
complete -c strigo -n "__fish_strigo_needs_command" -f -a "members" -d 'List a partner\'s members and invite new ones'
complete -c strigo -n "__fish_strigo_needs_command" -f -a "auth" -d 'Sign in, see who is signed in, and sign out'
complete -c strigo -n "__fish_strigo_needs_command" -f -a "api" -d 'Send any request to the API, and show its answer as it came'
complete -c strigo -n "__fish_strigo_needs_command" -f -a "man" -d 'Print a manual page'
complete -c strigo -n "__fish_strigo_needs_command" -f -a "completions" -d 'Print a script that teaches a shell to complete strigo\'s command line'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and not __fish_seen_subcommand_from list get create rename" -l format -d 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]' -r -f -a "table\t'With borders, fitted to the terminal'
tsv\t'One record a line, tabs between fields, no header'
csv\t'RFC 4180, with a header'
json\t'As the API sent it'"
complete -c strigo -n "__fish_strigo_using_subcommand partners; and not __fish_seen_subcommand_from list get create rename" -l profile -d 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and not __fish_seen_subcommand_from list get create rename" -l config -d 'Read this config file instead of the usual one [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand partners; and not __fish_seen_subcommand_from list get create rename" -l endpoint -d 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand partners; and not __fish_seen_subcommand_from list get create rename" -l timeout -d 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and not __fish_seen_subcommand_from list get create rename" -l max-wait -d 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and not __fish_seen_subcommand_from list get create rename" -l color -d 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]' -r -f -a "auto\t'On a terminal that has them'
always\t'Always'
never\t'Never'"
complete -c strigo -n "__fish_strigo_using_subcommand partners; and not __fish_seen_subcommand_from list get create rename" -l json -d 'Show the data exactly as the API sent it (short for --format json); errors become JSON too'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and not __fish_seen_subcommand_from list get create rename" -s q -l quiet -d 'Show IDs only, one a line'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and not __fish_seen_subcommand_from list get create rename" -s v -l verbose -d 'Show each request and its answer on stderr, without the key'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and not __fish_seen_subcommand_from list get create rename" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and not __fish_seen_subcommand_from list get create rename" -f -a "list" -d 'List the partners of the organization'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and not __fish_seen_subcommand_from list get create rename" -f -a "get" -d 'Show one partner'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and not __fish_seen_subcommand_from list get create rename" -f -a "create" -d 'Create a partner'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and not __fish_seen_subcommand_from list get create rename" -f -a "rename" -d 'Give a partner another name'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from list" -l name -d 'Only partners whose whole name is like this, whatever its case: * is any text, ? any character' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from list" -l sort -d 'Sort them, instead of leaving them in the API\'s order' -r -f -a "name\t'By name, whatever its case'
id\t'By ID'"
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from list" -l format -d 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]' -r -f -a "table\t'With borders, fitted to the terminal'
tsv\t'One record a line, tabs between fields, no header'
csv\t'RFC 4180, with a header'
json\t'As the API sent it'"
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from list" -l profile -d 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from list" -l config -d 'Read this config file instead of the usual one [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from list" -l endpoint -d 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from list" -l timeout -d 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from list" -l max-wait -d 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from list" -l color -d 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]' -r -f -a "auto\t'On a terminal that has them'
always\t'Always'
never\t'Never'"
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from list" -l json -d 'Show the data exactly as the API sent it (short for --format json); errors become JSON too'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Show IDs only, one a line'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Show each request and its answer on stderr, without the key'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from get" -l format -d 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]' -r -f -a "table\t'With borders, fitted to the terminal'
tsv\t'One record a line, tabs between fields, no header'
csv\t'RFC 4180, with a header'
json\t'As the API sent it'"
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from get" -l profile -d 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from get" -l config -d 'Read this config file instead of the usual one [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from get" -l endpoint -d 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from get" -l timeout -d 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from get" -l max-wait -d 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from get" -l color -d 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]' -r -f -a "auto\t'On a terminal that has them'
always\t'Always'
never\t'Never'"
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from get" -l json -d 'Show the data exactly as the API sent it (short for --format json); errors become JSON too'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from get" -s q -l quiet -d 'Show IDs only, one a line'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from get" -s v -l verbose -d 'Show each request and its answer on stderr, without the key'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from get" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from create" -l format -d 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]' -r -f -a "table\t'With borders, fitted to the terminal'
tsv\t'One record a line, tabs between fields, no header'
csv\t'RFC 4180, with a header'
json\t'As the API sent it'"
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from create" -l profile -d 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from create" -l config -d 'Read this config file instead of the usual one [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from create" -l endpoint -d 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from create" -l timeout -d 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from create" -l max-wait -d 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from create" -l color -d 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]' -r -f -a "auto\t'On a terminal that has them'
always\t'Always'
never\t'Never'"
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from create" -l if-not-exists -d 'Return the partner of that name if there is one'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from create" -l dry-run -d 'Show what would be sent, and send nothing that changes anything'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from create" -l json -d 'Show the data exactly as the API sent it (short for --format json); errors become JSON too'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from create" -s q -l quiet -d 'Show IDs only, one a line'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from create" -s v -l verbose -d 'Show each request and its answer on stderr, without the key'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from rename" -l format -d 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]' -r -f -a "table\t'With borders, fitted to the terminal'
tsv\t'One record a line, tabs between fields, no header'
csv\t'RFC 4180, with a header'
json\t'As the API sent it'"
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from rename" -l profile -d 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from rename" -l config -d 'Read this config file instead of the usual one [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from rename" -l endpoint -d 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from rename" -l timeout -d 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from rename" -l max-wait -d 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from rename" -l color -d 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]' -r -f -a "auto\t'On a terminal that has them'
always\t'Always'
never\t'Never'"
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from rename" -l dry-run -d 'Show what would be sent, and send nothing that changes anything'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from rename" -l json -d 'Show the data exactly as the API sent it (short for --format json); errors become JSON too'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from rename" -s q -l quiet -d 'Show IDs only, one a line'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from rename" -s v -l verbose -d 'Show each request and its answer on stderr, without the key'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from rename" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand members; and not __fish_seen_subcommand_from list find invite" -l format -d 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]' -r -f -a "table\t'With borders, fitted to the terminal'
tsv\t'One record a line, tabs between fields, no header'
csv\t'RFC 4180, with a header'
json\t'As the API sent it'"
complete -c strigo -n "__fish_strigo_using_subcommand members; and not __fish_seen_subcommand_from list find invite" -l profile -d 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and not __fish_seen_subcommand_from list find invite" -l config -d 'Read this config file instead of the usual one [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand members; and not __fish_seen_subcommand_from list find invite" -l endpoint -d 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand members; and not __fish_seen_subcommand_from list find invite" -l timeout -d 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and not __fish_seen_subcommand_from list find invite" -l max-wait -d 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and not __fish_seen_subcommand_from list find invite" -l color -d 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]' -r -f -a "auto\t'On a terminal that has them'
always\t'Always'
never\t'Never'"
complete -c strigo -n "__fish_strigo_using_subcommand members; and not __fish_seen_subcommand_from list find invite" -l json -d 'Show the data exactly as the API sent it (short for --format json); errors become JSON too'
complete -c strigo -n "__fish_strigo_using_subcommand members; and not __fish_seen_subcommand_from list find invite" -s q -l quiet -d 'Show IDs only, one a line'
complete -c strigo -n "__fish_strigo_using_subcommand members; and not __fish_seen_subcommand_from list find invite" -s v -l verbose -d 'Show each request and its answer on stderr, without the key'
complete -c strigo -n "__fish_strigo_using_subcommand members; and not __fish_seen_subcommand_from list find invite" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand members; and not __fish_seen_subcommand_from list find invite" -f -a "list" -d 'List the members of a partner, or of all partners'
complete -c strigo -n "__fish_strigo_using_subcommand members; and not __fish_seen_subcommand_from list find invite" -f -a "find" -d 'Find the partners that somebody is a member of'
complete -c strigo -n "__fish_strigo_using_subcommand members; and not __fish_seen_subcommand_from list find invite" -f -a "invite" -d 'Invite trainers to join a partner'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from list" -l format -d 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]' -r -f -a "table\t'With borders, fitted to the terminal'
tsv\t'One record a line, tabs between fields, no header'
csv\t'RFC 4180, with a header'
json\t'As the API sent it'"
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from list" -l profile -d 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from list" -l config -d 'Read this config file instead of the usual one [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from list" -l endpoint -d 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from list" -l timeout -d 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from list" -l max-wait -d 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from list" -l color -d 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]' -r -f -a "auto\t'On a terminal that has them'
always\t'Always'
never\t'Never'"
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from list" -l all -d 'List the members of every partner, with the partner\'s name'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from list" -l json -d 'Show the data exactly as the API sent it (short for --format json); errors become JSON too'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Show IDs only, one a line'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Show each request and its answer on stderr, without the key'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from find" -l format -d 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]' -r -f -a "table\t'With borders, fitted to the terminal'
tsv\t'One record a line, tabs between fields, no header'
csv\t'RFC 4180, with a header'
json\t'As the API sent it'"
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from find" -l profile -d 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from find" -l config -d 'Read this config file instead of the usual one [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from find" -l endpoint -d 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from find" -l timeout -d 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from find" -l max-wait -d 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from find" -l color -d 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]' -r -f -a "auto\t'On a terminal that has them'
always\t'Always'
never\t'Never'"
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from find" -l json -d 'Show the data exactly as the API sent it (short for --format json); errors become JSON too'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from find" -s q -l quiet -d 'Show IDs only, one a line'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from find" -s v -l verbose -d 'Show each request and its answer on stderr, without the key'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from find" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -l from -d 'Invite everybody in this roster: one address a line, or CSV with a column `email` (and `partner`); - is stdin' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -l journal -d 'Keep a journal in this file; run again with it, only those who are not invited yet are' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -l format -d 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]' -r -f -a "table\t'With borders, fitted to the terminal'
tsv\t'One record a line, tabs between fields, no header'
csv\t'RFC 4180, with a header'
json\t'As the API sent it'"
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -l profile -d 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -l config -d 'Read this config file instead of the usual one [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -l endpoint -d 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -l timeout -d 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -l max-wait -d 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -l color -d 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]' -r -f -a "auto\t'On a terminal that has them'
always\t'Always'
never\t'Never'"
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -l skip-members -d 'Leave out who is a member already (one more request for each partner)'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -l retry-unknown -d 'Send again what the journal knows to be unknown: those may be invited twice'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -l dry-run -d 'Show what would be sent, and send nothing that changes anything'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -l json -d 'Show the data exactly as the API sent it (short for --format json); errors become JSON too'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -s q -l quiet -d 'Show IDs only, one a line'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -s v -l verbose -d 'Show each request and its answer on stderr, without the key'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and not __fish_seen_subcommand_from login status logout" -l format -d 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]' -r -f -a "table\t'With borders, fitted to the terminal'
tsv\t'One record a line, tabs between fields, no header'
csv\t'RFC 4180, with a header'
json\t'As the API sent it'"
complete -c strigo -n "__fish_strigo_using_subcommand auth; and not __fish_seen_subcommand_from login status logout" -l profile -d 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand auth; and not __fish_seen_subcommand_from login status logout" -l config -d 'Read this config file instead of the usual one [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand auth; and not __fish_seen_subcommand_from login status logout" -l endpoint -d 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand auth; and not __fish_seen_subcommand_from login status logout" -l timeout -d 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]' -r
complete -c strigo -n "__fish_strigo_using_subcommand auth; and not __fish_seen_subcommand_from login status logout" -l max-wait -d 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]' -r
complete -c strigo -n "__fish_strigo_using_subcommand auth; and not __fish_seen_subcommand_from login status logout" -l color -d 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]' -r -f -a "auto\t'On a terminal that has them'
always\t'Always'
never\t'Never'"
complete -c strigo -n "__fish_strigo_using_subcommand auth; and not __fish_seen_subcommand_from login status logout" -l json -d 'Show the data exactly as the API sent it (short for --format json); errors become JSON too'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and not __fish_seen_subcommand_from login status logout" -s q -l quiet -d 'Show IDs only, one a line'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and not __fish_seen_subcommand_from login status logout" -s v -l verbose -d 'Show each request and its answer on stderr, without the key'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and not __fish_seen_subcommand_from login status logout" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and not __fish_seen_subcommand_from login status logout" -f -a "login" -d 'Save an organization\'s ID and API key in the config file'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and not __fish_seen_subcommand_from login status logout" -f -a "status" -d 'Show which credentials there are, where they are kept and whether the API takes them'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and not __fish_seen_subcommand_from login status logout" -f -a "logout" -d 'Remove an organization\'s ID and API key from the config file'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from login" -l org-id -d 'The organization\'s ID' -r
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from login" -l format -d 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]' -r -f -a "table\t'With borders, fitted to the terminal'
tsv\t'One record a line, tabs between fields, no header'
csv\t'RFC 4180, with a header'
json\t'As the API sent it'"
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from login" -l profile -d 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from login" -l config -d 'Read this config file instead of the usual one [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from login" -l endpoint -d 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from login" -l timeout -d 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]' -r
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from login" -l max-wait -d 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]' -r
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from login" -l color -d 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]' -r -f -a "auto\t'On a terminal that has them'
always\t'Always'
never\t'Never'"
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from login" -l key-stdin -d 'Read the key from the first line of stdin'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from login" -l no-verify -d 'Save the pair without trying it on the API'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from login" -l json -d 'Show the data exactly as the API sent it (short for --format json); errors become JSON too'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from login" -s q -l quiet -d 'Show IDs only, one a line'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from login" -s v -l verbose -d 'Show each request and its answer on stderr, without the key'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from login" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from status" -l format -d 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]' -r -f -a "table\t'With borders, fitted to the terminal'
tsv\t'One record a line, tabs between fields, no header'
csv\t'RFC 4180, with a header'
json\t'As the API sent it'"
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from status" -l profile -d 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from status" -l config -d 'Read this config file instead of the usual one [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from status" -l endpoint -d 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from status" -l timeout -d 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]' -r
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from status" -l max-wait -d 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]' -r
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from status" -l color -d 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]' -r -f -a "auto\t'On a terminal that has them'
always\t'Always'
never\t'Never'"
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from status" -l offline -d 'Do not ask the API, and run no command that prints a key'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from status" -l json -d 'Show the data exactly as the API sent it (short for --format json); errors become JSON too'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Show IDs only, one a line'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Show each request and its answer on stderr, without the key'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from logout" -l format -d 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]' -r -f -a "table\t'With borders, fitted to the terminal'
tsv\t'One record a line, tabs between fields, no header'
csv\t'RFC 4180, with a header'
json\t'As the API sent it'"
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from logout" -l profile -d 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from logout" -l config -d 'Read this config file instead of the usual one [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from logout" -l endpoint -d 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from logout" -l timeout -d 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]' -r
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from logout" -l max-wait -d 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]' -r
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from logout" -l color -d 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]' -r -f -a "auto\t'On a terminal that has them'
always\t'Always'
never\t'Never'"
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from logout" -l json -d 'Show the data exactly as the API sent it (short for --format json); errors become JSON too'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from logout" -s q -l quiet -d 'Show IDs only, one a line'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from logout" -s v -l verbose -d 'Show each request and its answer on stderr, without the key'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from logout" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand api" -l data -d 'The JSON to send; @FILE reads it from a file, and - from stdin' -r
complete -c strigo -n "__fish_strigo_using_subcommand api" -s H -l header -d 'One more header, or another value for one; may be given several times' -r
complete -c strigo -n "__fish_strigo_using_subcommand api" -l format -d 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]' -r -f -a "table\t'With borders, fitted to the terminal'
tsv\t'One record a line, tabs between fields, no header'
csv\t'RFC 4180, with a header'
json\t'As the API sent it'"
complete -c strigo -n "__fish_strigo_using_subcommand api" -l profile -d 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand api" -l config -d 'Read this config file instead of the usual one [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand api" -l endpoint -d 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand api" -l timeout -d 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]' -r
complete -c strigo -n "__fish_strigo_using_subcommand api" -l max-wait -d 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]' -r
complete -c strigo -n "__fish_strigo_using_subcommand api" -l color -d 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]' -r -f -a "auto\t'On a terminal that has them'
always\t'Always'
never\t'Never'"
complete -c strigo -n "__fish_strigo_using_subcommand api" -l idempotent -d 'Say that a POST may be sent again where nobody knows whether it arrived'
complete -c strigo -n "__fish_strigo_using_subcommand api" -s i -l include -d 'Show the answer\'s status and headers before its body'
complete -c strigo -n "__fish_strigo_using_subcommand api" -l dry-run -d 'Show what would be sent, and send nothing that changes anything'
complete -c strigo -n "__fish_strigo_using_subcommand api" -l json -d 'Show the data exactly as the API sent it (short for --format json); errors become JSON too'
complete -c strigo -n "__fish_strigo_using_subcommand api" -s q -l quiet -d 'Show IDs only, one a line'
complete -c strigo -n "__fish_strigo_using_subcommand api" -s v -l verbose -d 'Show each request and its answer on stderr, without the key'
complete -c strigo -n "__fish_strigo_using_subcommand api" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand man" -l all -d 'Write all pages below this directory, into man1 and man5' -r -f -a "(__fish_complete_directories)"
complete -c strigo -n "__fish_strigo_using_subcommand man" -l format -d 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]' -r -f -a "table\t'With borders, fitted to the terminal'
tsv\t'One record a line, tabs between fields, no header'
csv\t'RFC 4180, with a header'
json\t'As the API sent it'"
complete -c strigo -n "__fish_strigo_using_subcommand man" -l profile -d 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand man" -l config -d 'Read this config file instead of the usual one [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand man" -l endpoint -d 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand man" -l timeout -d 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]' -r
complete -c strigo -n "__fish_strigo_using_subcommand man" -l max-wait -d 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]' -r
complete -c strigo -n "__fish_strigo_using_subcommand man" -l color -d 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]' -r -f -a "auto\t'On a terminal that has them'
always\t'Always'
never\t'Never'"
complete -c strigo -n "__fish_strigo_using_subcommand man" -l files -d 'The page strigo(5): the config file and the journal'
complete -c strigo -n "__fish_strigo_using_subcommand man" -l json -d 'Show the data exactly as the API sent it (short for --format json); errors become JSON too'
complete -c strigo -n "__fish_strigo_using_subcommand man" -s q -l quiet -d 'Show IDs only, one a line'
complete -c strigo -n "__fish_strigo_using_subcommand man" -s v -l verbose -d 'Show each request and its answer on stderr, without the key'
complete -c strigo -n "__fish_strigo_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand completions" -l format -d 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]' -r -f -a "table\t'With borders, fitted to the terminal'
tsv\t'One record a line, tabs between fields, no header'
csv\t'RFC 4180, with a header'
json\t'As the API sent it'"
complete -c strigo -n "__fish_strigo_using_subcommand completions" -l profile -d 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand completions" -l config -d 'Read this config file instead of the usual one [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand completions" -l endpoint -d 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand completions" -l timeout -d 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]' -r
complete -c strigo -n "__fish_strigo_using_subcommand completions" -l max-wait -d 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]' -r
complete -c strigo -n "__fish_strigo_using_subcommand completions" -l color -d 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]' -r -f -a "auto\t'On a terminal that has them'
always\t'Always'
never\t'Never'"
complete -c strigo -n "__fish_strigo_using_subcommand completions" -l json -d 'Show the data exactly as the API sent it (short for --format json); errors become JSON too'
complete -c strigo -n "__fish_strigo_using_subcommand completions" -s q -l quiet -d 'Show IDs only, one a line'
complete -c strigo -n "__fish_strigo_using_subcommand completions" -s v -l verbose -d 'Show each request and its answer on stderr, without the key'
complete -c strigo -n "__fish_strigo_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'

# Partners and profiles are known to the tool alone.
function __fish_strigo_ask
    set -l current (commandline -ct)
    set -l plain (string unescape -- $current)
    or set plain $current
    set -g __fish_strigo_replies (strigo __complete fish (commandline -opc) "$plain" 2>/dev/null)
end
complete -c strigo -n __fish_strigo_ask -f -a '(printf "%s\n" $__fish_strigo_replies)'
complete -c strigo -l profile -x -n __fish_strigo_ask -a '(string replace -- "--profile=" "" $__fish_strigo_replies)'
