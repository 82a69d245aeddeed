
use builtin;
use str;

set edit:completion:arg-completer[strigo] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'strigo'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'strigo'= {
            cand -o 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --output 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --profile 'Use this profile from the config file [env: STRIGO_PROFILE]'
            cand --config 'Path to the config file [env: STRIGO_CONFIG]'
            cand --endpoint 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]'
            cand --timeout 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]'
            cand --max-wait 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]'
            cand --color 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]'
            cand --json 'Print JSON, including errors (same as --output json)'
            cand -q 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand --quiet 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand -v 'Log each request and response to stderr (never the API key)'
            cand --verbose 'Log each request and response to stderr (never the API key)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand partners 'List, show, create, and rename partners'
            cand members 'List, search, and invite members, and show who has joined'
            cand journal 'Show and copy journals of invitations'
            cand auth 'Log in, log out, and show the login status'
            cand api 'Send a request to the API and print the response'
            cand man 'Print the manual page of a command'
            cand completion 'Generate a shell completion script'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'strigo;partners'= {
            cand -o 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --output 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --profile 'Use this profile from the config file [env: STRIGO_PROFILE]'
            cand --config 'Path to the config file [env: STRIGO_CONFIG]'
            cand --endpoint 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]'
            cand --timeout 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]'
            cand --max-wait 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]'
            cand --color 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]'
            cand --json 'Print JSON, including errors (same as --output json)'
            cand -q 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand --quiet 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand -v 'Log each request and response to stderr (never the API key)'
            cand --verbose 'Log each request and response to stderr (never the API key)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand list 'List partners'
            cand get 'Show one partner'
            cand create 'Create a partner'
            cand rename 'Rename a partner'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'strigo;partners;list'= {
            cand --name 'List only partners whose name contains this text or, if it has *, ?, or [ ], matches this pattern (case-insensitive)'
            cand --sort 'Sort by this field [default: the API''s order]'
            cand --columns 'Print these columns, in this order (in all formats but JSON)'
            cand -o 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --output 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --profile 'Use this profile from the config file [env: STRIGO_PROFILE]'
            cand --config 'Path to the config file [env: STRIGO_CONFIG]'
            cand --endpoint 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]'
            cand --timeout 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]'
            cand --max-wait 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]'
            cand --color 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]'
            cand --members 'Add the number of members (one extra request per partner)'
            cand --no-header 'Print no header'
            cand --json 'Print JSON, including errors (same as --output json)'
            cand -q 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand --quiet 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand -v 'Log each request and response to stderr (never the API key)'
            cand --verbose 'Log each request and response to stderr (never the API key)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'strigo;partners;get'= {
            cand --columns 'Print these columns, in this order (in all formats but JSON)'
            cand -o 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --output 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --profile 'Use this profile from the config file [env: STRIGO_PROFILE]'
            cand --config 'Path to the config file [env: STRIGO_CONFIG]'
            cand --endpoint 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]'
            cand --timeout 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]'
            cand --max-wait 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]'
            cand --color 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]'
            cand --no-header 'Print no header'
            cand --json 'Print JSON, including errors (same as --output json)'
            cand -q 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand --quiet 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand -v 'Log each request and response to stderr (never the API key)'
            cand --verbose 'Log each request and response to stderr (never the API key)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'strigo;partners;create'= {
            cand --columns 'Print these columns, in this order (in all formats but JSON)'
            cand -o 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --output 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --profile 'Use this profile from the config file [env: STRIGO_PROFILE]'
            cand --config 'Path to the config file [env: STRIGO_CONFIG]'
            cand --endpoint 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]'
            cand --timeout 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]'
            cand --max-wait 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]'
            cand --color 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]'
            cand --if-not-exists 'Return the existing partner if one has this name'
            cand -n 'Print the requests that would change something instead of sending them'
            cand --dry-run 'Print the requests that would change something instead of sending them'
            cand --no-header 'Print no header'
            cand --json 'Print JSON, including errors (same as --output json)'
            cand -q 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand --quiet 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand -v 'Log each request and response to stderr (never the API key)'
            cand --verbose 'Log each request and response to stderr (never the API key)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'strigo;partners;rename'= {
            cand --columns 'Print these columns, in this order (in all formats but JSON)'
            cand -o 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --output 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --profile 'Use this profile from the config file [env: STRIGO_PROFILE]'
            cand --config 'Path to the config file [env: STRIGO_CONFIG]'
            cand --endpoint 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]'
            cand --timeout 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]'
            cand --max-wait 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]'
            cand --color 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]'
            cand -n 'Print the requests that would change something instead of sending them'
            cand --dry-run 'Print the requests that would change something instead of sending them'
            cand --no-header 'Print no header'
            cand --json 'Print JSON, including errors (same as --output json)'
            cand -q 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand --quiet 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand -v 'Log each request and response to stderr (never the API key)'
            cand --verbose 'Log each request and response to stderr (never the API key)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'strigo;partners;help'= {
            cand list 'List partners'
            cand get 'Show one partner'
            cand create 'Create a partner'
            cand rename 'Rename a partner'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'strigo;partners;help;list'= {
        }
        &'strigo;partners;help;get'= {
        }
        &'strigo;partners;help;create'= {
        }
        &'strigo;partners;help;rename'= {
        }
        &'strigo;partners;help;help'= {
        }
        &'strigo;members'= {
            cand -o 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --output 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --profile 'Use this profile from the config file [env: STRIGO_PROFILE]'
            cand --config 'Path to the config file [env: STRIGO_CONFIG]'
            cand --endpoint 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]'
            cand --timeout 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]'
            cand --max-wait 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]'
            cand --color 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]'
            cand --json 'Print JSON, including errors (same as --output json)'
            cand -q 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand --quiet 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand -v 'Log each request and response to stderr (never the API key)'
            cand --verbose 'Log each request and response to stderr (never the API key)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand list 'List the members of one partner or of all partners'
            cand search 'Find the partners that a person belongs to'
            cand status 'Show who has joined, and who has not'
            cand invite 'Invite people to join a partner'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'strigo;members;list'= {
            cand --columns 'Print these columns, in this order (in all formats but JSON)'
            cand -o 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --output 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --profile 'Use this profile from the config file [env: STRIGO_PROFILE]'
            cand --config 'Path to the config file [env: STRIGO_CONFIG]'
            cand --endpoint 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]'
            cand --timeout 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]'
            cand --max-wait 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]'
            cand --color 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]'
            cand --all 'List the members of all partners, with a PARTNER_NAME column'
            cand --no-header 'Print no header'
            cand --json 'Print JSON, including errors (same as --output json)'
            cand -q 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand --quiet 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand -v 'Log each request and response to stderr (never the API key)'
            cand --verbose 'Log each request and response to stderr (never the API key)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'strigo;members;search'= {
            cand --columns 'Print these columns, in this order (in all formats but JSON)'
            cand -o 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --output 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --profile 'Use this profile from the config file [env: STRIGO_PROFILE]'
            cand --config 'Path to the config file [env: STRIGO_CONFIG]'
            cand --endpoint 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]'
            cand --timeout 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]'
            cand --max-wait 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]'
            cand --color 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]'
            cand --no-header 'Print no header'
            cand --json 'Print JSON, including errors (same as --output json)'
            cand -q 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand --quiet 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand -v 'Log each request and response to stderr (never the API key)'
            cand --verbose 'Log each request and response to stderr (never the API key)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'strigo;members;status'= {
            cand --from 'Read email addresses from this roster: one per line, or CSV with an `email` column and an optional `partner` column; - reads stdin'
            cand --email-column 'Read the email addresses from this CSV column [default: `email` and usual names like it]'
            cand --partner-column 'Read the partners from this CSV column [default: `partner` and usual names like it]'
            cand --journal 'Journal of the invitations: a file, or s3://BUCKET/PREFIX'
            cand --state 'Show only people in these states'
            cand --older-than 'Show only people who were invited, or may have been, longer ago than this, such as 7d'
            cand --fail-if 'Exit with code 9 if people in these states are shown'
            cand --columns 'Print these columns, in this order (in all formats but JSON)'
            cand -o 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --output 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --profile 'Use this profile from the config file [env: STRIGO_PROFILE]'
            cand --config 'Path to the config file [env: STRIGO_CONFIG]'
            cand --endpoint 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]'
            cand --timeout 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]'
            cand --max-wait 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]'
            cand --color 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]'
            cand --allow-empty 'Accept a roster without addresses'
            cand --no-header 'Print no header'
            cand --json 'Print JSON, including errors (same as --output json)'
            cand -q 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand --quiet 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand -v 'Log each request and response to stderr (never the API key)'
            cand --verbose 'Log each request and response to stderr (never the API key)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'strigo;members;invite'= {
            cand --from 'Read email addresses from this roster: one per line, or CSV with an `email` column and an optional `partner` column; - reads stdin'
            cand --email-column 'Read the email addresses from this CSV column [default: `email` and usual names like it]'
            cand --partner-column 'Read the partners from this CSV column [default: `partner` and usual names like it]'
            cand --journal 'Record progress in this file or s3://BUCKET/PREFIX (created if missing), and skip addresses that it records as invited'
            cand --again-after 'Invite people again who were invited longer ago than this, such as 7d, and have not joined; implies --skip-members'
            cand --assume-invited 'Record in the journal that this unknown invitation was sent (repeatable, or separated by commas)'
            cand --assume-not-invited 'Record in the journal that this unknown invitation was not sent, and send it (repeatable, or separated by commas)'
            cand --columns 'Print these columns, in this order (in all formats but JSON)'
            cand -o 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --output 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --profile 'Use this profile from the config file [env: STRIGO_PROFILE]'
            cand --config 'Path to the config file [env: STRIGO_CONFIG]'
            cand --endpoint 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]'
            cand --timeout 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]'
            cand --max-wait 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]'
            cand --color 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]'
            cand --allow-empty 'Accept a roster without addresses'
            cand --require-journal 'Fail if the journal does not exist, instead of creating it'
            cand --skip-members 'Skip existing members (one extra request per partner)'
            cand --retry-unknown 'Also retry invitations whose outcome is unknown; these people may be invited twice'
            cand -y 'Do not ask before sending more than 20 invitations in a terminal'
            cand --yes 'Do not ask before sending more than 20 invitations in a terminal'
            cand -n 'Print the requests that would change something instead of sending them'
            cand --dry-run 'Print the requests that would change something instead of sending them'
            cand --no-header 'Print no header'
            cand --json 'Print JSON, including errors (same as --output json)'
            cand -q 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand --quiet 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand -v 'Log each request and response to stderr (never the API key)'
            cand --verbose 'Log each request and response to stderr (never the API key)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'strigo;members;help'= {
            cand list 'List the members of one partner or of all partners'
            cand search 'Find the partners that a person belongs to'
            cand status 'Show who has joined, and who has not'
            cand invite 'Invite people to join a partner'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'strigo;members;help;list'= {
        }
        &'strigo;members;help;search'= {
        }
        &'strigo;members;help;status'= {
        }
        &'strigo;members;help;invite'= {
        }
        &'strigo;members;help;help'= {
        }
        &'strigo;journal'= {
            cand -o 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --output 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --profile 'Use this profile from the config file [env: STRIGO_PROFILE]'
            cand --config 'Path to the config file [env: STRIGO_CONFIG]'
            cand --endpoint 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]'
            cand --timeout 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]'
            cand --max-wait 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]'
            cand --color 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]'
            cand --json 'Print JSON, including errors (same as --output json)'
            cand -q 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand --quiet 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand -v 'Log each request and response to stderr (never the API key)'
            cand --verbose 'Log each request and response to stderr (never the API key)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand show 'Show what a journal knows about each person'
            cand copy 'Copy a journal from a file to an object store, or back'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'strigo;journal;show'= {
            cand --columns 'Print these columns, in this order (in all formats but JSON)'
            cand -o 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --output 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --profile 'Use this profile from the config file [env: STRIGO_PROFILE]'
            cand --config 'Path to the config file [env: STRIGO_CONFIG]'
            cand --endpoint 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]'
            cand --timeout 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]'
            cand --max-wait 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]'
            cand --color 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]'
            cand --no-header 'Print no header'
            cand --json 'Print JSON, including errors (same as --output json)'
            cand -q 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand --quiet 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand -v 'Log each request and response to stderr (never the API key)'
            cand --verbose 'Log each request and response to stderr (never the API key)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'strigo;journal;copy'= {
            cand -o 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --output 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --profile 'Use this profile from the config file [env: STRIGO_PROFILE]'
            cand --config 'Path to the config file [env: STRIGO_CONFIG]'
            cand --endpoint 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]'
            cand --timeout 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]'
            cand --max-wait 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]'
            cand --color 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]'
            cand --json 'Print JSON, including errors (same as --output json)'
            cand -q 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand --quiet 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand -v 'Log each request and response to stderr (never the API key)'
            cand --verbose 'Log each request and response to stderr (never the API key)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'strigo;journal;help'= {
            cand show 'Show what a journal knows about each person'
            cand copy 'Copy a journal from a file to an object store, or back'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'strigo;journal;help;show'= {
        }
        &'strigo;journal;help;copy'= {
        }
        &'strigo;journal;help;help'= {
        }
        &'strigo;auth'= {
            cand -o 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --output 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --profile 'Use this profile from the config file [env: STRIGO_PROFILE]'
            cand --config 'Path to the config file [env: STRIGO_CONFIG]'
            cand --endpoint 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]'
            cand --timeout 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]'
            cand --max-wait 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]'
            cand --color 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]'
            cand --json 'Print JSON, including errors (same as --output json)'
            cand -q 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand --quiet 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand -v 'Log each request and response to stderr (never the API key)'
            cand --verbose 'Log each request and response to stderr (never the API key)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand login 'Log in to an organization'
            cand status 'Show all configured credentials and whether they work'
            cand switch 'Choose the profile that is used by default'
            cand logout 'Remove saved credentials'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'strigo;auth;login'= {
            cand --org-id 'Organization ID'
            cand -o 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --output 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --profile 'Use this profile from the config file [env: STRIGO_PROFILE]'
            cand --config 'Path to the config file [env: STRIGO_CONFIG]'
            cand --endpoint 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]'
            cand --timeout 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]'
            cand --max-wait 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]'
            cand --color 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]'
            cand --key-stdin 'Read the API key from the first line of stdin'
            cand --no-verify 'Save the credentials without checking them'
            cand --json 'Print JSON, including errors (same as --output json)'
            cand -q 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand --quiet 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand -v 'Log each request and response to stderr (never the API key)'
            cand --verbose 'Log each request and response to stderr (never the API key)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'strigo;auth;status'= {
            cand --columns 'Print these columns, in this order (in all formats but JSON)'
            cand -o 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --output 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --profile 'Use this profile from the config file [env: STRIGO_PROFILE]'
            cand --config 'Path to the config file [env: STRIGO_CONFIG]'
            cand --endpoint 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]'
            cand --timeout 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]'
            cand --max-wait 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]'
            cand --color 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]'
            cand --offline 'Do not contact the API or run an api_key_command'
            cand --no-header 'Print no header'
            cand --json 'Print JSON, including errors (same as --output json)'
            cand -q 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand --quiet 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand -v 'Log each request and response to stderr (never the API key)'
            cand --verbose 'Log each request and response to stderr (never the API key)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'strigo;auth;switch'= {
            cand -o 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --output 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --profile 'Use this profile from the config file [env: STRIGO_PROFILE]'
            cand --config 'Path to the config file [env: STRIGO_CONFIG]'
            cand --endpoint 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]'
            cand --timeout 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]'
            cand --max-wait 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]'
            cand --color 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]'
            cand --top-level 'Use the credentials at the top level of the config file by default'
            cand --json 'Print JSON, including errors (same as --output json)'
            cand -q 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand --quiet 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand -v 'Log each request and response to stderr (never the API key)'
            cand --verbose 'Log each request and response to stderr (never the API key)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'strigo;auth;logout'= {
            cand -o 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --output 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --profile 'Use this profile from the config file [env: STRIGO_PROFILE]'
            cand --config 'Path to the config file [env: STRIGO_CONFIG]'
            cand --endpoint 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]'
            cand --timeout 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]'
            cand --max-wait 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]'
            cand --color 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]'
            cand --json 'Print JSON, including errors (same as --output json)'
            cand -q 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand --quiet 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand -v 'Log each request and response to stderr (never the API key)'
            cand --verbose 'Log each request and response to stderr (never the API key)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'strigo;auth;help'= {
            cand login 'Log in to an organization'
            cand status 'Show all configured credentials and whether they work'
            cand switch 'Choose the profile that is used by default'
            cand logout 'Remove saved credentials'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'strigo;auth;help;login'= {
        }
        &'strigo;auth;help;status'= {
        }
        &'strigo;auth;help;switch'= {
        }
        &'strigo;auth;help;logout'= {
        }
        &'strigo;auth;help;help'= {
        }
        &'strigo;api'= {
            cand --data 'JSON request body; @FILE reads it from a file, - from stdin'
            cand -H 'Add or replace a request header (repeatable)'
            cand --header 'Add or replace a request header (repeatable)'
            cand -o 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --output 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --profile 'Use this profile from the config file [env: STRIGO_PROFILE]'
            cand --config 'Path to the config file [env: STRIGO_CONFIG]'
            cand --endpoint 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]'
            cand --timeout 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]'
            cand --max-wait 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]'
            cand --color 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]'
            cand --idempotent 'Allow a POST to be retried even if it may already have been processed'
            cand -i 'Print the response status and headers before the body'
            cand --include 'Print the response status and headers before the body'
            cand -n 'Print the requests that would change something instead of sending them'
            cand --dry-run 'Print the requests that would change something instead of sending them'
            cand --json 'Print JSON, including errors (same as --output json)'
            cand -q 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand --quiet 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand -v 'Log each request and response to stderr (never the API key)'
            cand --verbose 'Log each request and response to stderr (never the API key)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'strigo;man'= {
            cand -o 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --output 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --profile 'Use this profile from the config file [env: STRIGO_PROFILE]'
            cand --config 'Path to the config file [env: STRIGO_CONFIG]'
            cand --endpoint 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]'
            cand --timeout 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]'
            cand --max-wait 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]'
            cand --color 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]'
            cand --json 'Print JSON, including errors (same as --output json)'
            cand -q 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand --quiet 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand -v 'Log each request and response to stderr (never the API key)'
            cand --verbose 'Log each request and response to stderr (never the API key)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'strigo;completion'= {
            cand -o 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --output 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]'
            cand --profile 'Use this profile from the config file [env: STRIGO_PROFILE]'
            cand --config 'Path to the config file [env: STRIGO_CONFIG]'
            cand --endpoint 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]'
            cand --timeout 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]'
            cand --max-wait 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]'
            cand --color 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]'
            cand --json 'Print JSON, including errors (same as --output json)'
            cand -q 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand --quiet 'Print only IDs, one per line, or only the columns of --columns, separated by tabs'
            cand -v 'Log each request and response to stderr (never the API key)'
            cand --verbose 'Log each request and response to stderr (never the API key)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'strigo;help'= {
            cand partners 'List, show, create, and rename partners'
            cand members 'List, search, and invite members, and show who has joined'
            cand journal 'Show and copy journals of invitations'
            cand auth 'Log in, log out, and show the login status'
            cand api 'Send a request to the API and print the response'
            cand man 'Print the manual page of a command'
            cand completion 'Generate a shell completion script'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'strigo;help;partners'= {
            cand list 'List partners'
            cand get 'Show one partner'
            cand create 'Create a partner'
            cand rename 'Rename a partner'
        }
        &'strigo;help;partners;list'= {
        }
        &'strigo;help;partners;get'= {
        }
        &'strigo;help;partners;create'= {
        }
        &'strigo;help;partners;rename'= {
        }
        &'strigo;help;members'= {
            cand list 'List the members of one partner or of all partners'
            cand search 'Find the partners that a person belongs to'
            cand status 'Show who has joined, and who has not'
            cand invite 'Invite people to join a partner'
        }
        &'strigo;help;members;list'= {
        }
        &'strigo;help;members;search'= {
        }
        &'strigo;help;members;status'= {
        }
        &'strigo;help;members;invite'= {
        }
        &'strigo;help;journal'= {
            cand show 'Show what a journal knows about each person'
            cand copy 'Copy a journal from a file to an object store, or back'
        }
        &'strigo;help;journal;show'= {
        }
        &'strigo;help;journal;copy'= {
        }
        &'strigo;help;auth'= {
            cand login 'Log in to an organization'
            cand status 'Show all configured credentials and whether they work'
            cand switch 'Choose the profile that is used by default'
            cand logout 'Remove saved credentials'
        }
        &'strigo;help;auth;login'= {
        }
        &'strigo;help;auth;status'= {
        }
        &'strigo;help;auth;switch'= {
        }
        &'strigo;help;auth;logout'= {
        }
        &'strigo;help;api'= {
        }
        &'strigo;help;man'= {
        }
        &'strigo;help;completion'= {
        }
        &'strigo;help;help'= {
        }
    ]
    $completions[$command]
}
