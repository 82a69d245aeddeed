
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
            cand --format 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]'
            cand --profile 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]'
            cand --config 'Read this config file instead of the usual one [env: STRIGO_CONFIG]'
            cand --endpoint 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]'
            cand --timeout 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]'
            cand --max-wait 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]'
            cand --color 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]'
            cand --json 'Show the data exactly as the API sent it (short for --format json); errors become JSON too'
            cand -q 'Show IDs only, one a line'
            cand --quiet 'Show IDs only, one a line'
            cand -v 'Show each request and its answer on stderr, without the key'
            cand --verbose 'Show each request and its answer on stderr, without the key'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand partners 'List, show, create and rename partners'
            cand members 'List a partner''s members and invite new ones'
            cand completions 'Print a script that teaches a shell to complete strigo''s command line'
        }
        &'strigo;partners'= {
            cand --format 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]'
            cand --profile 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]'
            cand --config 'Read this config file instead of the usual one [env: STRIGO_CONFIG]'
            cand --endpoint 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]'
            cand --timeout 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]'
            cand --max-wait 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]'
            cand --color 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]'
            cand --json 'Show the data exactly as the API sent it (short for --format json); errors become JSON too'
            cand -q 'Show IDs only, one a line'
            cand --quiet 'Show IDs only, one a line'
            cand -v 'Show each request and its answer on stderr, without the key'
            cand --verbose 'Show each request and its answer on stderr, without the key'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand list 'List the partners of the organization'
            cand get 'Show one partner'
            cand create 'Create a partner'
            cand rename 'Give a partner another name'
        }
        &'strigo;partners;list'= {
            cand --format 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]'
            cand --profile 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]'
            cand --config 'Read this config file instead of the usual one [env: STRIGO_CONFIG]'
            cand --endpoint 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]'
            cand --timeout 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]'
            cand --max-wait 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]'
            cand --color 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]'
            cand --json 'Show the data exactly as the API sent it (short for --format json); errors become JSON too'
            cand -q 'Show IDs only, one a line'
            cand --quiet 'Show IDs only, one a line'
            cand -v 'Show each request and its answer on stderr, without the key'
            cand --verbose 'Show each request and its answer on stderr, without the key'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'strigo;partners;get'= {
            cand --format 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]'
            cand --profile 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]'
            cand --config 'Read this config file instead of the usual one [env: STRIGO_CONFIG]'
            cand --endpoint 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]'
            cand --timeout 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]'
            cand --max-wait 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]'
            cand --color 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]'
            cand --json 'Show the data exactly as the API sent it (short for --format json); errors become JSON too'
            cand -q 'Show IDs only, one a line'
            cand --quiet 'Show IDs only, one a line'
            cand -v 'Show each request and its answer on stderr, without the key'
            cand --verbose 'Show each request and its answer on stderr, without the key'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'strigo;partners;create'= {
            cand --format 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]'
            cand --profile 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]'
            cand --config 'Read this config file instead of the usual one [env: STRIGO_CONFIG]'
            cand --endpoint 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]'
            cand --timeout 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]'
            cand --max-wait 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]'
            cand --color 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]'
            cand --if-not-exists 'Return the partner of that name if there is one'
            cand --dry-run 'Show what would be sent, and send nothing that changes anything'
            cand --json 'Show the data exactly as the API sent it (short for --format json); errors become JSON too'
            cand -q 'Show IDs only, one a line'
            cand --quiet 'Show IDs only, one a line'
            cand -v 'Show each request and its answer on stderr, without the key'
            cand --verbose 'Show each request and its answer on stderr, without the key'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'strigo;partners;rename'= {
            cand --format 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]'
            cand --profile 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]'
            cand --config 'Read this config file instead of the usual one [env: STRIGO_CONFIG]'
            cand --endpoint 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]'
            cand --timeout 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]'
            cand --max-wait 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]'
            cand --color 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]'
            cand --dry-run 'Show what would be sent, and send nothing that changes anything'
            cand --json 'Show the data exactly as the API sent it (short for --format json); errors become JSON too'
            cand -q 'Show IDs only, one a line'
            cand --quiet 'Show IDs only, one a line'
            cand -v 'Show each request and its answer on stderr, without the key'
            cand --verbose 'Show each request and its answer on stderr, without the key'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'strigo;members'= {
            cand --format 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]'
            cand --profile 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]'
            cand --config 'Read this config file instead of the usual one [env: STRIGO_CONFIG]'
            cand --endpoint 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]'
            cand --timeout 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]'
            cand --max-wait 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]'
            cand --color 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]'
            cand --json 'Show the data exactly as the API sent it (short for --format json); errors become JSON too'
            cand -q 'Show IDs only, one a line'
            cand --quiet 'Show IDs only, one a line'
            cand -v 'Show each request and its answer on stderr, without the key'
            cand --verbose 'Show each request and its answer on stderr, without the key'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand list 'List the members of a partner'
            cand invite 'Invite trainers to join a partner'
        }
        &'strigo;members;list'= {
            cand --format 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]'
            cand --profile 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]'
            cand --config 'Read this config file instead of the usual one [env: STRIGO_CONFIG]'
            cand --endpoint 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]'
            cand --timeout 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]'
            cand --max-wait 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]'
            cand --color 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]'
            cand --json 'Show the data exactly as the API sent it (short for --format json); errors become JSON too'
            cand -q 'Show IDs only, one a line'
            cand --quiet 'Show IDs only, one a line'
            cand -v 'Show each request and its answer on stderr, without the key'
            cand --verbose 'Show each request and its answer on stderr, without the key'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'strigo;members;invite'= {
            cand --from 'Invite everybody in this roster: one address a line, or CSV with a column `email` (and `partner`); - is stdin'
            cand --journal 'Keep a journal in this file; run again with it, only those who are not invited yet are'
            cand --format 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]'
            cand --profile 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]'
            cand --config 'Read this config file instead of the usual one [env: STRIGO_CONFIG]'
            cand --endpoint 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]'
            cand --timeout 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]'
            cand --max-wait 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]'
            cand --color 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]'
            cand --skip-members 'Leave out who is a member already (one more request for each partner)'
            cand --retry-unknown 'Send again what the journal knows to be unknown: those may be invited twice'
            cand --dry-run 'Show what would be sent, and send nothing that changes anything'
            cand --json 'Show the data exactly as the API sent it (short for --format json); errors become JSON too'
            cand -q 'Show IDs only, one a line'
            cand --quiet 'Show IDs only, one a line'
            cand -v 'Show each request and its answer on stderr, without the key'
            cand --verbose 'Show each request and its answer on stderr, without the key'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'strigo;completions'= {
            cand --format 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]'
            cand --profile 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]'
            cand --config 'Read this config file instead of the usual one [env: STRIGO_CONFIG]'
            cand --endpoint 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]'
            cand --timeout 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]'
            cand --max-wait 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]'
            cand --color 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]'
            cand --json 'Show the data exactly as the API sent it (short for --format json); errors become JSON too'
            cand -q 'Show IDs only, one a line'
            cand --quiet 'Show IDs only, one a line'
            cand -v 'Show each request and its answer on stderr, without the key'
            cand --verbose 'Show each request and its answer on stderr, without the key'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
    ]
    $completions[$command]
}
