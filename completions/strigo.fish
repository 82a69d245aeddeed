# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_strigo_global_optspecs
    string join \n o/output= json q/quiet v/verbose profile= config= endpoint= timeout= max-wait= color= h/help V/version
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

complete -c strigo -n "__fish_strigo_needs_command" -s o -l output -d 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]' -r -f -a "table\t'Table that fits the terminal'
tsv\t'Tab-separated values without a header'
csv\t'Comma-separated values with a header (RFC 4180)'
markdown\t'Markdown table'
json\t'JSON exactly as the API returned it'"
complete -c strigo -n "__fish_strigo_needs_command" -l profile -d 'Use this profile from the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_needs_command" -l config -d 'Path to the config file [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_needs_command" -l endpoint -d 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]' -r -f
complete -c strigo -n "__fish_strigo_needs_command" -l timeout -d 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]' -r
complete -c strigo -n "__fish_strigo_needs_command" -l max-wait -d 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]' -r
complete -c strigo -n "__fish_strigo_needs_command" -l color -d 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c strigo -n "__fish_strigo_needs_command" -l json -d 'Print JSON, including errors (same as --output json)'
complete -c strigo -n "__fish_strigo_needs_command" -s q -l quiet -d 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
complete -c strigo -n "__fish_strigo_needs_command" -s v -l verbose -d 'Log each request and response to stderr (never the API key)'
complete -c strigo -n "__fish_strigo_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_needs_command" -s V -l version -d 'Print version'
complete -c strigo -n "__fish_strigo_needs_command" -f -a "partners" -d 'List, show, create, and rename partners'
complete -c strigo -n "__fish_strigo_needs_command" -f -a "members" -d 'List, search, and invite members, and show who has joined'
complete -c strigo -n "__fish_strigo_needs_command" -f -a "journal" -d 'Show and copy journals of invitations'
complete -c strigo -n "__fish_strigo_needs_command" -f -a "auth" -d 'Log in, log out, and show the login status'
complete -c strigo -n "__fish_strigo_needs_command" -f -a "api" -d 'Send a request to the API and print the response'
complete -c strigo -n "__fish_strigo_needs_command" -f -a "man" -d 'Print the manual page of a command'
complete -c strigo -n "__fish_strigo_needs_command" -f -a "completion" -d 'Generate a shell completion script'
complete -c strigo -n "__fish_strigo_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and not __fish_seen_subcommand_from list get create rename help" -s o -l output -d 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]' -r -f -a "table\t'Table that fits the terminal'
tsv\t'Tab-separated values without a header'
csv\t'Comma-separated values with a header (RFC 4180)'
markdown\t'Markdown table'
json\t'JSON exactly as the API returned it'"
complete -c strigo -n "__fish_strigo_using_subcommand partners; and not __fish_seen_subcommand_from list get create rename help" -l profile -d 'Use this profile from the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and not __fish_seen_subcommand_from list get create rename help" -l config -d 'Path to the config file [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand partners; and not __fish_seen_subcommand_from list get create rename help" -l endpoint -d 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand partners; and not __fish_seen_subcommand_from list get create rename help" -l timeout -d 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and not __fish_seen_subcommand_from list get create rename help" -l max-wait -d 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and not __fish_seen_subcommand_from list get create rename help" -l color -d 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c strigo -n "__fish_strigo_using_subcommand partners; and not __fish_seen_subcommand_from list get create rename help" -l json -d 'Print JSON, including errors (same as --output json)'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and not __fish_seen_subcommand_from list get create rename help" -s q -l quiet -d 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and not __fish_seen_subcommand_from list get create rename help" -s v -l verbose -d 'Log each request and response to stderr (never the API key)'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and not __fish_seen_subcommand_from list get create rename help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and not __fish_seen_subcommand_from list get create rename help" -f -a "list" -d 'List partners'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and not __fish_seen_subcommand_from list get create rename help" -f -a "get" -d 'Show one partner'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and not __fish_seen_subcommand_from list get create rename help" -f -a "create" -d 'Create a partner'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and not __fish_seen_subcommand_from list get create rename help" -f -a "rename" -d 'Rename a partner'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and not __fish_seen_subcommand_from list get create rename help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from list" -l name -d 'List only partners whose name contains this text or, if it has *, ?, or [ ], matches this pattern (case-insensitive)' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from list" -l sort -d 'Sort by this field [default: the API\'s order]' -r -f -a "name\t'Name (case-insensitive)'
id\t'ID'"
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from list" -l columns -d 'Print these columns, in this order (in all formats but JSON)' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from list" -s o -l output -d 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]' -r -f -a "table\t'Table that fits the terminal'
tsv\t'Tab-separated values without a header'
csv\t'Comma-separated values with a header (RFC 4180)'
markdown\t'Markdown table'
json\t'JSON exactly as the API returned it'"
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from list" -l profile -d 'Use this profile from the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from list" -l config -d 'Path to the config file [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from list" -l endpoint -d 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from list" -l timeout -d 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from list" -l max-wait -d 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from list" -l color -d 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from list" -l members -d 'Add the number of members (one extra request per partner)'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from list" -l no-header -d 'Print no header'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from list" -l json -d 'Print JSON, including errors (same as --output json)'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Log each request and response to stderr (never the API key)'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from get" -l columns -d 'Print these columns, in this order (in all formats but JSON)' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from get" -s o -l output -d 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]' -r -f -a "table\t'Table that fits the terminal'
tsv\t'Tab-separated values without a header'
csv\t'Comma-separated values with a header (RFC 4180)'
markdown\t'Markdown table'
json\t'JSON exactly as the API returned it'"
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from get" -l profile -d 'Use this profile from the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from get" -l config -d 'Path to the config file [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from get" -l endpoint -d 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from get" -l timeout -d 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from get" -l max-wait -d 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from get" -l color -d 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from get" -l no-header -d 'Print no header'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from get" -l json -d 'Print JSON, including errors (same as --output json)'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from get" -s q -l quiet -d 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from get" -s v -l verbose -d 'Log each request and response to stderr (never the API key)'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from get" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from create" -l columns -d 'Print these columns, in this order (in all formats but JSON)' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from create" -s o -l output -d 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]' -r -f -a "table\t'Table that fits the terminal'
tsv\t'Tab-separated values without a header'
csv\t'Comma-separated values with a header (RFC 4180)'
markdown\t'Markdown table'
json\t'JSON exactly as the API returned it'"
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from create" -l profile -d 'Use this profile from the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from create" -l config -d 'Path to the config file [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from create" -l endpoint -d 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from create" -l timeout -d 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from create" -l max-wait -d 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from create" -l color -d 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from create" -l if-not-exists -d 'Return the existing partner if one has this name'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from create" -s n -l dry-run -d 'Print the requests that would change something instead of sending them'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from create" -l no-header -d 'Print no header'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from create" -l json -d 'Print JSON, including errors (same as --output json)'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from create" -s q -l quiet -d 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from create" -s v -l verbose -d 'Log each request and response to stderr (never the API key)'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from rename" -l columns -d 'Print these columns, in this order (in all formats but JSON)' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from rename" -s o -l output -d 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]' -r -f -a "table\t'Table that fits the terminal'
tsv\t'Tab-separated values without a header'
csv\t'Comma-separated values with a header (RFC 4180)'
markdown\t'Markdown table'
json\t'JSON exactly as the API returned it'"
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from rename" -l profile -d 'Use this profile from the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from rename" -l config -d 'Path to the config file [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from rename" -l endpoint -d 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from rename" -l timeout -d 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from rename" -l max-wait -d 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from rename" -l color -d 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from rename" -s n -l dry-run -d 'Print the requests that would change something instead of sending them'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from rename" -l no-header -d 'Print no header'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from rename" -l json -d 'Print JSON, including errors (same as --output json)'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from rename" -s q -l quiet -d 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from rename" -s v -l verbose -d 'Log each request and response to stderr (never the API key)'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from rename" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from help" -f -a "list" -d 'List partners'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from help" -f -a "get" -d 'Show one partner'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from help" -f -a "create" -d 'Create a partner'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from help" -f -a "rename" -d 'Rename a partner'
complete -c strigo -n "__fish_strigo_using_subcommand partners; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c strigo -n "__fish_strigo_using_subcommand members; and not __fish_seen_subcommand_from list search status invite help" -s o -l output -d 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]' -r -f -a "table\t'Table that fits the terminal'
tsv\t'Tab-separated values without a header'
csv\t'Comma-separated values with a header (RFC 4180)'
markdown\t'Markdown table'
json\t'JSON exactly as the API returned it'"
complete -c strigo -n "__fish_strigo_using_subcommand members; and not __fish_seen_subcommand_from list search status invite help" -l profile -d 'Use this profile from the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and not __fish_seen_subcommand_from list search status invite help" -l config -d 'Path to the config file [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand members; and not __fish_seen_subcommand_from list search status invite help" -l endpoint -d 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand members; and not __fish_seen_subcommand_from list search status invite help" -l timeout -d 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and not __fish_seen_subcommand_from list search status invite help" -l max-wait -d 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and not __fish_seen_subcommand_from list search status invite help" -l color -d 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c strigo -n "__fish_strigo_using_subcommand members; and not __fish_seen_subcommand_from list search status invite help" -l json -d 'Print JSON, including errors (same as --output json)'
complete -c strigo -n "__fish_strigo_using_subcommand members; and not __fish_seen_subcommand_from list search status invite help" -s q -l quiet -d 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
complete -c strigo -n "__fish_strigo_using_subcommand members; and not __fish_seen_subcommand_from list search status invite help" -s v -l verbose -d 'Log each request and response to stderr (never the API key)'
complete -c strigo -n "__fish_strigo_using_subcommand members; and not __fish_seen_subcommand_from list search status invite help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand members; and not __fish_seen_subcommand_from list search status invite help" -f -a "list" -d 'List the members of one partner or of all partners'
complete -c strigo -n "__fish_strigo_using_subcommand members; and not __fish_seen_subcommand_from list search status invite help" -f -a "search" -d 'Find the partners that a person belongs to'
complete -c strigo -n "__fish_strigo_using_subcommand members; and not __fish_seen_subcommand_from list search status invite help" -f -a "status" -d 'Show who has joined, and who has not'
complete -c strigo -n "__fish_strigo_using_subcommand members; and not __fish_seen_subcommand_from list search status invite help" -f -a "invite" -d 'Invite people to join a partner'
complete -c strigo -n "__fish_strigo_using_subcommand members; and not __fish_seen_subcommand_from list search status invite help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from list" -l columns -d 'Print these columns, in this order (in all formats but JSON)' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from list" -s o -l output -d 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]' -r -f -a "table\t'Table that fits the terminal'
tsv\t'Tab-separated values without a header'
csv\t'Comma-separated values with a header (RFC 4180)'
markdown\t'Markdown table'
json\t'JSON exactly as the API returned it'"
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from list" -l profile -d 'Use this profile from the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from list" -l config -d 'Path to the config file [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from list" -l endpoint -d 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from list" -l timeout -d 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from list" -l max-wait -d 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from list" -l color -d 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from list" -l all -d 'List the members of all partners, with a PARTNER_NAME column'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from list" -l no-header -d 'Print no header'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from list" -l json -d 'Print JSON, including errors (same as --output json)'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Log each request and response to stderr (never the API key)'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from search" -l columns -d 'Print these columns, in this order (in all formats but JSON)' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from search" -s o -l output -d 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]' -r -f -a "table\t'Table that fits the terminal'
tsv\t'Tab-separated values without a header'
csv\t'Comma-separated values with a header (RFC 4180)'
markdown\t'Markdown table'
json\t'JSON exactly as the API returned it'"
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from search" -l profile -d 'Use this profile from the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from search" -l config -d 'Path to the config file [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from search" -l endpoint -d 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from search" -l timeout -d 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from search" -l max-wait -d 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from search" -l color -d 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from search" -l no-header -d 'Print no header'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from search" -l json -d 'Print JSON, including errors (same as --output json)'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from search" -s q -l quiet -d 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from search" -s v -l verbose -d 'Log each request and response to stderr (never the API key)'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from search" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from status" -l from -d 'Read email addresses from this roster: one per line, or CSV with an `email` column and an optional `partner` column; - reads stdin' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from status" -l email-column -d 'Read the email addresses from this CSV column [default: `email` and usual names like it]' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from status" -l partner-column -d 'Read the partners from this CSV column [default: `partner` and usual names like it]' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from status" -l journal -d 'Journal of the invitations: a file, or s3://BUCKET/PREFIX' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from status" -l state -d 'Show only people in these states' -r -f -a "joined\t'A member of the partner'
pending\t'Invited, not joined'
unknown\t'Perhaps invited: the outcome of the invitation is unknown'
in_progress\t'Being invited by another run'
failed\t'The invitation failed'
not_invited\t'In the roster, and never invited'"
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from status" -l older-than -d 'Show only people who were invited, or may have been, longer ago than this, such as 7d' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from status" -l fail-if -d 'Exit with code 9 if people in these states are shown' -r -f -a "joined\t'A member of the partner'
pending\t'Invited, not joined'
unknown\t'Perhaps invited: the outcome of the invitation is unknown'
in_progress\t'Being invited by another run'
failed\t'The invitation failed'
not_invited\t'In the roster, and never invited'"
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from status" -l columns -d 'Print these columns, in this order (in all formats but JSON)' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from status" -s o -l output -d 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]' -r -f -a "table\t'Table that fits the terminal'
tsv\t'Tab-separated values without a header'
csv\t'Comma-separated values with a header (RFC 4180)'
markdown\t'Markdown table'
json\t'JSON exactly as the API returned it'"
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from status" -l profile -d 'Use this profile from the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from status" -l config -d 'Path to the config file [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from status" -l endpoint -d 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from status" -l timeout -d 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from status" -l max-wait -d 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from status" -l color -d 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from status" -l allow-empty -d 'Accept a roster without addresses'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from status" -l no-header -d 'Print no header'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from status" -l json -d 'Print JSON, including errors (same as --output json)'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Log each request and response to stderr (never the API key)'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -l from -d 'Read email addresses from this roster: one per line, or CSV with an `email` column and an optional `partner` column; - reads stdin' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -l email-column -d 'Read the email addresses from this CSV column [default: `email` and usual names like it]' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -l partner-column -d 'Read the partners from this CSV column [default: `partner` and usual names like it]' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -l journal -d 'Record progress in this file or s3://BUCKET/PREFIX (created if missing), and skip addresses that it records as invited' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -l again-after -d 'Invite people again who were invited longer ago than this, such as 7d, and have not joined; implies --skip-members' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -l assume-invited -d 'Record in the journal that this unknown invitation was sent (repeatable, or separated by commas)' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -l assume-not-invited -d 'Record in the journal that this unknown invitation was not sent, and send it (repeatable, or separated by commas)' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -l columns -d 'Print these columns, in this order (in all formats but JSON)' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -s o -l output -d 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]' -r -f -a "table\t'Table that fits the terminal'
tsv\t'Tab-separated values without a header'
csv\t'Comma-separated values with a header (RFC 4180)'
markdown\t'Markdown table'
json\t'JSON exactly as the API returned it'"
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -l profile -d 'Use this profile from the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -l config -d 'Path to the config file [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -l endpoint -d 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -l timeout -d 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -l max-wait -d 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -l color -d 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -l allow-empty -d 'Accept a roster without addresses'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -l require-journal -d 'Fail if the journal does not exist, instead of creating it'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -l skip-members -d 'Skip existing members (one extra request per partner)'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -l retry-unknown -d 'Also retry invitations whose outcome is unknown; these people may be invited twice'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -s y -l yes -d 'Do not ask before sending more than 20 invitations in a terminal'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -s n -l dry-run -d 'Print the requests that would change something instead of sending them'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -l no-header -d 'Print no header'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -l json -d 'Print JSON, including errors (same as --output json)'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -s q -l quiet -d 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -s v -l verbose -d 'Log each request and response to stderr (never the API key)'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from invite" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the members of one partner or of all partners'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from help" -f -a "search" -d 'Find the partners that a person belongs to'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from help" -f -a "status" -d 'Show who has joined, and who has not'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from help" -f -a "invite" -d 'Invite people to join a partner'
complete -c strigo -n "__fish_strigo_using_subcommand members; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c strigo -n "__fish_strigo_using_subcommand journal; and not __fish_seen_subcommand_from show copy help" -s o -l output -d 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]' -r -f -a "table\t'Table that fits the terminal'
tsv\t'Tab-separated values without a header'
csv\t'Comma-separated values with a header (RFC 4180)'
markdown\t'Markdown table'
json\t'JSON exactly as the API returned it'"
complete -c strigo -n "__fish_strigo_using_subcommand journal; and not __fish_seen_subcommand_from show copy help" -l profile -d 'Use this profile from the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand journal; and not __fish_seen_subcommand_from show copy help" -l config -d 'Path to the config file [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand journal; and not __fish_seen_subcommand_from show copy help" -l endpoint -d 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand journal; and not __fish_seen_subcommand_from show copy help" -l timeout -d 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand journal; and not __fish_seen_subcommand_from show copy help" -l max-wait -d 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand journal; and not __fish_seen_subcommand_from show copy help" -l color -d 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c strigo -n "__fish_strigo_using_subcommand journal; and not __fish_seen_subcommand_from show copy help" -l json -d 'Print JSON, including errors (same as --output json)'
complete -c strigo -n "__fish_strigo_using_subcommand journal; and not __fish_seen_subcommand_from show copy help" -s q -l quiet -d 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
complete -c strigo -n "__fish_strigo_using_subcommand journal; and not __fish_seen_subcommand_from show copy help" -s v -l verbose -d 'Log each request and response to stderr (never the API key)'
complete -c strigo -n "__fish_strigo_using_subcommand journal; and not __fish_seen_subcommand_from show copy help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand journal; and not __fish_seen_subcommand_from show copy help" -f -a "show" -d 'Show what a journal knows about each person'
complete -c strigo -n "__fish_strigo_using_subcommand journal; and not __fish_seen_subcommand_from show copy help" -f -a "copy" -d 'Copy a journal from a file to an object store, or back'
complete -c strigo -n "__fish_strigo_using_subcommand journal; and not __fish_seen_subcommand_from show copy help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c strigo -n "__fish_strigo_using_subcommand journal; and __fish_seen_subcommand_from show" -l columns -d 'Print these columns, in this order (in all formats but JSON)' -r
complete -c strigo -n "__fish_strigo_using_subcommand journal; and __fish_seen_subcommand_from show" -s o -l output -d 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]' -r -f -a "table\t'Table that fits the terminal'
tsv\t'Tab-separated values without a header'
csv\t'Comma-separated values with a header (RFC 4180)'
markdown\t'Markdown table'
json\t'JSON exactly as the API returned it'"
complete -c strigo -n "__fish_strigo_using_subcommand journal; and __fish_seen_subcommand_from show" -l profile -d 'Use this profile from the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand journal; and __fish_seen_subcommand_from show" -l config -d 'Path to the config file [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand journal; and __fish_seen_subcommand_from show" -l endpoint -d 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand journal; and __fish_seen_subcommand_from show" -l timeout -d 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand journal; and __fish_seen_subcommand_from show" -l max-wait -d 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand journal; and __fish_seen_subcommand_from show" -l color -d 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c strigo -n "__fish_strigo_using_subcommand journal; and __fish_seen_subcommand_from show" -l no-header -d 'Print no header'
complete -c strigo -n "__fish_strigo_using_subcommand journal; and __fish_seen_subcommand_from show" -l json -d 'Print JSON, including errors (same as --output json)'
complete -c strigo -n "__fish_strigo_using_subcommand journal; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
complete -c strigo -n "__fish_strigo_using_subcommand journal; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Log each request and response to stderr (never the API key)'
complete -c strigo -n "__fish_strigo_using_subcommand journal; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand journal; and __fish_seen_subcommand_from copy" -s o -l output -d 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]' -r -f -a "table\t'Table that fits the terminal'
tsv\t'Tab-separated values without a header'
csv\t'Comma-separated values with a header (RFC 4180)'
markdown\t'Markdown table'
json\t'JSON exactly as the API returned it'"
complete -c strigo -n "__fish_strigo_using_subcommand journal; and __fish_seen_subcommand_from copy" -l profile -d 'Use this profile from the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand journal; and __fish_seen_subcommand_from copy" -l config -d 'Path to the config file [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand journal; and __fish_seen_subcommand_from copy" -l endpoint -d 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand journal; and __fish_seen_subcommand_from copy" -l timeout -d 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand journal; and __fish_seen_subcommand_from copy" -l max-wait -d 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand journal; and __fish_seen_subcommand_from copy" -l color -d 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c strigo -n "__fish_strigo_using_subcommand journal; and __fish_seen_subcommand_from copy" -l json -d 'Print JSON, including errors (same as --output json)'
complete -c strigo -n "__fish_strigo_using_subcommand journal; and __fish_seen_subcommand_from copy" -s q -l quiet -d 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
complete -c strigo -n "__fish_strigo_using_subcommand journal; and __fish_seen_subcommand_from copy" -s v -l verbose -d 'Log each request and response to stderr (never the API key)'
complete -c strigo -n "__fish_strigo_using_subcommand journal; and __fish_seen_subcommand_from copy" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand journal; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show what a journal knows about each person'
complete -c strigo -n "__fish_strigo_using_subcommand journal; and __fish_seen_subcommand_from help" -f -a "copy" -d 'Copy a journal from a file to an object store, or back'
complete -c strigo -n "__fish_strigo_using_subcommand journal; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and not __fish_seen_subcommand_from login status switch logout help" -s o -l output -d 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]' -r -f -a "table\t'Table that fits the terminal'
tsv\t'Tab-separated values without a header'
csv\t'Comma-separated values with a header (RFC 4180)'
markdown\t'Markdown table'
json\t'JSON exactly as the API returned it'"
complete -c strigo -n "__fish_strigo_using_subcommand auth; and not __fish_seen_subcommand_from login status switch logout help" -l profile -d 'Use this profile from the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand auth; and not __fish_seen_subcommand_from login status switch logout help" -l config -d 'Path to the config file [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand auth; and not __fish_seen_subcommand_from login status switch logout help" -l endpoint -d 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand auth; and not __fish_seen_subcommand_from login status switch logout help" -l timeout -d 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand auth; and not __fish_seen_subcommand_from login status switch logout help" -l max-wait -d 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand auth; and not __fish_seen_subcommand_from login status switch logout help" -l color -d 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c strigo -n "__fish_strigo_using_subcommand auth; and not __fish_seen_subcommand_from login status switch logout help" -l json -d 'Print JSON, including errors (same as --output json)'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and not __fish_seen_subcommand_from login status switch logout help" -s q -l quiet -d 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and not __fish_seen_subcommand_from login status switch logout help" -s v -l verbose -d 'Log each request and response to stderr (never the API key)'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and not __fish_seen_subcommand_from login status switch logout help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and not __fish_seen_subcommand_from login status switch logout help" -f -a "login" -d 'Log in to an organization'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and not __fish_seen_subcommand_from login status switch logout help" -f -a "status" -d 'Show all configured credentials and whether they work'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and not __fish_seen_subcommand_from login status switch logout help" -f -a "switch" -d 'Choose the profile that is used by default'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and not __fish_seen_subcommand_from login status switch logout help" -f -a "logout" -d 'Remove saved credentials'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and not __fish_seen_subcommand_from login status switch logout help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from login" -l org-id -d 'Organization ID' -r
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from login" -s o -l output -d 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]' -r -f -a "table\t'Table that fits the terminal'
tsv\t'Tab-separated values without a header'
csv\t'Comma-separated values with a header (RFC 4180)'
markdown\t'Markdown table'
json\t'JSON exactly as the API returned it'"
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from login" -l profile -d 'Use this profile from the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from login" -l config -d 'Path to the config file [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from login" -l endpoint -d 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from login" -l timeout -d 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from login" -l max-wait -d 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from login" -l color -d 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from login" -l key-stdin -d 'Read the API key from the first line of stdin'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from login" -l no-verify -d 'Save the credentials without checking them'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from login" -l json -d 'Print JSON, including errors (same as --output json)'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from login" -s q -l quiet -d 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from login" -s v -l verbose -d 'Log each request and response to stderr (never the API key)'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from login" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from status" -l columns -d 'Print these columns, in this order (in all formats but JSON)' -r
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from status" -s o -l output -d 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]' -r -f -a "table\t'Table that fits the terminal'
tsv\t'Tab-separated values without a header'
csv\t'Comma-separated values with a header (RFC 4180)'
markdown\t'Markdown table'
json\t'JSON exactly as the API returned it'"
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from status" -l profile -d 'Use this profile from the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from status" -l config -d 'Path to the config file [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from status" -l endpoint -d 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from status" -l timeout -d 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from status" -l max-wait -d 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from status" -l color -d 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from status" -l offline -d 'Do not contact the API or run an api_key_command'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from status" -l no-header -d 'Print no header'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from status" -l json -d 'Print JSON, including errors (same as --output json)'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Log each request and response to stderr (never the API key)'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from switch" -s o -l output -d 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]' -r -f -a "table\t'Table that fits the terminal'
tsv\t'Tab-separated values without a header'
csv\t'Comma-separated values with a header (RFC 4180)'
markdown\t'Markdown table'
json\t'JSON exactly as the API returned it'"
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from switch" -l profile -d 'Use this profile from the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from switch" -l config -d 'Path to the config file [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from switch" -l endpoint -d 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from switch" -l timeout -d 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from switch" -l max-wait -d 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from switch" -l color -d 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from switch" -l top-level -d 'Use the credentials at the top level of the config file by default'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from switch" -l json -d 'Print JSON, including errors (same as --output json)'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from switch" -s q -l quiet -d 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from switch" -s v -l verbose -d 'Log each request and response to stderr (never the API key)'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from switch" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from logout" -s o -l output -d 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]' -r -f -a "table\t'Table that fits the terminal'
tsv\t'Tab-separated values without a header'
csv\t'Comma-separated values with a header (RFC 4180)'
markdown\t'Markdown table'
json\t'JSON exactly as the API returned it'"
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from logout" -l profile -d 'Use this profile from the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from logout" -l config -d 'Path to the config file [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from logout" -l endpoint -d 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from logout" -l timeout -d 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from logout" -l max-wait -d 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from logout" -l color -d 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from logout" -l json -d 'Print JSON, including errors (same as --output json)'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from logout" -s q -l quiet -d 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from logout" -s v -l verbose -d 'Log each request and response to stderr (never the API key)'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from logout" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from help" -f -a "login" -d 'Log in to an organization'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from help" -f -a "status" -d 'Show all configured credentials and whether they work'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from help" -f -a "switch" -d 'Choose the profile that is used by default'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from help" -f -a "logout" -d 'Remove saved credentials'
complete -c strigo -n "__fish_strigo_using_subcommand auth; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c strigo -n "__fish_strigo_using_subcommand api" -l data -d 'JSON request body; @FILE reads it from a file, - from stdin' -r
complete -c strigo -n "__fish_strigo_using_subcommand api" -s H -l header -d 'Add or replace a request header (repeatable)' -r
complete -c strigo -n "__fish_strigo_using_subcommand api" -s o -l output -d 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]' -r -f -a "table\t'Table that fits the terminal'
tsv\t'Tab-separated values without a header'
csv\t'Comma-separated values with a header (RFC 4180)'
markdown\t'Markdown table'
json\t'JSON exactly as the API returned it'"
complete -c strigo -n "__fish_strigo_using_subcommand api" -l profile -d 'Use this profile from the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand api" -l config -d 'Path to the config file [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand api" -l endpoint -d 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand api" -l timeout -d 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand api" -l max-wait -d 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand api" -l color -d 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c strigo -n "__fish_strigo_using_subcommand api" -l idempotent -d 'Allow a POST to be retried even if it may already have been processed'
complete -c strigo -n "__fish_strigo_using_subcommand api" -s i -l include -d 'Print the response status and headers before the body'
complete -c strigo -n "__fish_strigo_using_subcommand api" -s n -l dry-run -d 'Print the requests that would change something instead of sending them'
complete -c strigo -n "__fish_strigo_using_subcommand api" -l json -d 'Print JSON, including errors (same as --output json)'
complete -c strigo -n "__fish_strigo_using_subcommand api" -s q -l quiet -d 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
complete -c strigo -n "__fish_strigo_using_subcommand api" -s v -l verbose -d 'Log each request and response to stderr (never the API key)'
complete -c strigo -n "__fish_strigo_using_subcommand api" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand man" -s o -l output -d 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]' -r -f -a "table\t'Table that fits the terminal'
tsv\t'Tab-separated values without a header'
csv\t'Comma-separated values with a header (RFC 4180)'
markdown\t'Markdown table'
json\t'JSON exactly as the API returned it'"
complete -c strigo -n "__fish_strigo_using_subcommand man" -l profile -d 'Use this profile from the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand man" -l config -d 'Path to the config file [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand man" -l endpoint -d 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand man" -l timeout -d 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand man" -l max-wait -d 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand man" -l color -d 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c strigo -n "__fish_strigo_using_subcommand man" -l json -d 'Print JSON, including errors (same as --output json)'
complete -c strigo -n "__fish_strigo_using_subcommand man" -s q -l quiet -d 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
complete -c strigo -n "__fish_strigo_using_subcommand man" -s v -l verbose -d 'Log each request and response to stderr (never the API key)'
complete -c strigo -n "__fish_strigo_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand completion" -s o -l output -d 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]' -r -f -a "table\t'Table that fits the terminal'
tsv\t'Tab-separated values without a header'
csv\t'Comma-separated values with a header (RFC 4180)'
markdown\t'Markdown table'
json\t'JSON exactly as the API returned it'"
complete -c strigo -n "__fish_strigo_using_subcommand completion" -l profile -d 'Use this profile from the config file [env: STRIGO_PROFILE]' -r
complete -c strigo -n "__fish_strigo_using_subcommand completion" -l config -d 'Path to the config file [env: STRIGO_CONFIG]' -r -F
complete -c strigo -n "__fish_strigo_using_subcommand completion" -l endpoint -d 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]' -r -f
complete -c strigo -n "__fish_strigo_using_subcommand completion" -l timeout -d 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand completion" -l max-wait -d 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]' -r
complete -c strigo -n "__fish_strigo_using_subcommand completion" -l color -d 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c strigo -n "__fish_strigo_using_subcommand completion" -l json -d 'Print JSON, including errors (same as --output json)'
complete -c strigo -n "__fish_strigo_using_subcommand completion" -s q -l quiet -d 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
complete -c strigo -n "__fish_strigo_using_subcommand completion" -s v -l verbose -d 'Log each request and response to stderr (never the API key)'
complete -c strigo -n "__fish_strigo_using_subcommand completion" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c strigo -n "__fish_strigo_using_subcommand help; and not __fish_seen_subcommand_from partners members journal auth api man completion help" -f -a "partners" -d 'List, show, create, and rename partners'
complete -c strigo -n "__fish_strigo_using_subcommand help; and not __fish_seen_subcommand_from partners members journal auth api man completion help" -f -a "members" -d 'List, search, and invite members, and show who has joined'
complete -c strigo -n "__fish_strigo_using_subcommand help; and not __fish_seen_subcommand_from partners members journal auth api man completion help" -f -a "journal" -d 'Show and copy journals of invitations'
complete -c strigo -n "__fish_strigo_using_subcommand help; and not __fish_seen_subcommand_from partners members journal auth api man completion help" -f -a "auth" -d 'Log in, log out, and show the login status'
complete -c strigo -n "__fish_strigo_using_subcommand help; and not __fish_seen_subcommand_from partners members journal auth api man completion help" -f -a "api" -d 'Send a request to the API and print the response'
complete -c strigo -n "__fish_strigo_using_subcommand help; and not __fish_seen_subcommand_from partners members journal auth api man completion help" -f -a "man" -d 'Print the manual page of a command'
complete -c strigo -n "__fish_strigo_using_subcommand help; and not __fish_seen_subcommand_from partners members journal auth api man completion help" -f -a "completion" -d 'Generate a shell completion script'
complete -c strigo -n "__fish_strigo_using_subcommand help; and not __fish_seen_subcommand_from partners members journal auth api man completion help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c strigo -n "__fish_strigo_using_subcommand help; and __fish_seen_subcommand_from partners" -f -a "list" -d 'List partners'
complete -c strigo -n "__fish_strigo_using_subcommand help; and __fish_seen_subcommand_from partners" -f -a "get" -d 'Show one partner'
complete -c strigo -n "__fish_strigo_using_subcommand help; and __fish_seen_subcommand_from partners" -f -a "create" -d 'Create a partner'
complete -c strigo -n "__fish_strigo_using_subcommand help; and __fish_seen_subcommand_from partners" -f -a "rename" -d 'Rename a partner'
complete -c strigo -n "__fish_strigo_using_subcommand help; and __fish_seen_subcommand_from members" -f -a "list" -d 'List the members of one partner or of all partners'
complete -c strigo -n "__fish_strigo_using_subcommand help; and __fish_seen_subcommand_from members" -f -a "search" -d 'Find the partners that a person belongs to'
complete -c strigo -n "__fish_strigo_using_subcommand help; and __fish_seen_subcommand_from members" -f -a "status" -d 'Show who has joined, and who has not'
complete -c strigo -n "__fish_strigo_using_subcommand help; and __fish_seen_subcommand_from members" -f -a "invite" -d 'Invite people to join a partner'
complete -c strigo -n "__fish_strigo_using_subcommand help; and __fish_seen_subcommand_from journal" -f -a "show" -d 'Show what a journal knows about each person'
complete -c strigo -n "__fish_strigo_using_subcommand help; and __fish_seen_subcommand_from journal" -f -a "copy" -d 'Copy a journal from a file to an object store, or back'
complete -c strigo -n "__fish_strigo_using_subcommand help; and __fish_seen_subcommand_from auth" -f -a "login" -d 'Log in to an organization'
complete -c strigo -n "__fish_strigo_using_subcommand help; and __fish_seen_subcommand_from auth" -f -a "status" -d 'Show all configured credentials and whether they work'
complete -c strigo -n "__fish_strigo_using_subcommand help; and __fish_seen_subcommand_from auth" -f -a "switch" -d 'Choose the profile that is used by default'
complete -c strigo -n "__fish_strigo_using_subcommand help; and __fish_seen_subcommand_from auth" -f -a "logout" -d 'Remove saved credentials'

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
