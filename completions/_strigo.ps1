
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'strigo' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'strigo'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'strigo' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file instead of the usual one [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Show the data exactly as the API sent it (short for --format json); errors become JSON too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show IDs only, one a line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show IDs only, one a line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request and its answer on stderr, without the key')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request and its answer on stderr, without the key')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('partners', 'partners', [CompletionResultType]::ParameterValue, 'List, show, create and rename partners')
            [CompletionResult]::new('members', 'members', [CompletionResultType]::ParameterValue, 'List a partner''s members and invite new ones')
            [CompletionResult]::new('auth', 'auth', [CompletionResultType]::ParameterValue, 'Sign in, see who is signed in, and sign out')
            [CompletionResult]::new('api', 'api', [CompletionResultType]::ParameterValue, 'Send any request to the API, and show its answer as it came')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print a manual page')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a script that teaches a shell to complete strigo''s command line')
            break
        }
        'strigo;partners' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file instead of the usual one [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Show the data exactly as the API sent it (short for --format json); errors become JSON too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show IDs only, one a line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show IDs only, one a line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request and its answer on stderr, without the key')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request and its answer on stderr, without the key')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the partners of the organization')
            [CompletionResult]::new('get', 'get', [CompletionResultType]::ParameterValue, 'Show one partner')
            [CompletionResult]::new('create', 'create', [CompletionResultType]::ParameterValue, 'Create a partner')
            [CompletionResult]::new('rename', 'rename', [CompletionResultType]::ParameterValue, 'Give a partner another name')
            break
        }
        'strigo;partners;list' {
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'Only partners whose whole name is like this, whatever its case: * is any text, ? any character')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort them, instead of leaving them in the API''s order')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file instead of the usual one [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Show the data exactly as the API sent it (short for --format json); errors become JSON too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show IDs only, one a line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show IDs only, one a line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request and its answer on stderr, without the key')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request and its answer on stderr, without the key')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'strigo;partners;get' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file instead of the usual one [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Show the data exactly as the API sent it (short for --format json); errors become JSON too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show IDs only, one a line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show IDs only, one a line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request and its answer on stderr, without the key')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request and its answer on stderr, without the key')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'strigo;partners;create' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file instead of the usual one [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]')
            [CompletionResult]::new('--if-not-exists', '--if-not-exists', [CompletionResultType]::ParameterName, 'Return the partner of that name if there is one')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be sent, and send nothing that changes anything')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Show the data exactly as the API sent it (short for --format json); errors become JSON too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show IDs only, one a line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show IDs only, one a line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request and its answer on stderr, without the key')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request and its answer on stderr, without the key')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'strigo;partners;rename' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file instead of the usual one [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be sent, and send nothing that changes anything')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Show the data exactly as the API sent it (short for --format json); errors become JSON too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show IDs only, one a line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show IDs only, one a line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request and its answer on stderr, without the key')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request and its answer on stderr, without the key')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'strigo;members' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file instead of the usual one [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Show the data exactly as the API sent it (short for --format json); errors become JSON too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show IDs only, one a line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show IDs only, one a line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request and its answer on stderr, without the key')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request and its answer on stderr, without the key')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the members of a partner, or of all partners')
            [CompletionResult]::new('find', 'find', [CompletionResultType]::ParameterValue, 'Find the partners that somebody is a member of')
            [CompletionResult]::new('invite', 'invite', [CompletionResultType]::ParameterValue, 'Invite trainers to join a partner')
            break
        }
        'strigo;members;list' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file instead of the usual one [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'List the members of every partner, with the partner''s name')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Show the data exactly as the API sent it (short for --format json); errors become JSON too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show IDs only, one a line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show IDs only, one a line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request and its answer on stderr, without the key')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request and its answer on stderr, without the key')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'strigo;members;find' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file instead of the usual one [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Show the data exactly as the API sent it (short for --format json); errors become JSON too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show IDs only, one a line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show IDs only, one a line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request and its answer on stderr, without the key')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request and its answer on stderr, without the key')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'strigo;members;invite' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Invite everybody in this roster: one address a line, or CSV with a column `email` (and `partner`); - is stdin')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Keep a journal in this file; run again with it, only those who are not invited yet are')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file instead of the usual one [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]')
            [CompletionResult]::new('--skip-members', '--skip-members', [CompletionResultType]::ParameterName, 'Leave out who is a member already (one more request for each partner)')
            [CompletionResult]::new('--retry-unknown', '--retry-unknown', [CompletionResultType]::ParameterName, 'Send again what the journal knows to be unknown: those may be invited twice')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be sent, and send nothing that changes anything')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Show the data exactly as the API sent it (short for --format json); errors become JSON too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show IDs only, one a line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show IDs only, one a line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request and its answer on stderr, without the key')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request and its answer on stderr, without the key')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'strigo;auth' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file instead of the usual one [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Show the data exactly as the API sent it (short for --format json); errors become JSON too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show IDs only, one a line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show IDs only, one a line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request and its answer on stderr, without the key')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request and its answer on stderr, without the key')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('login', 'login', [CompletionResultType]::ParameterValue, 'Save an organization''s ID and API key in the config file')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show which credentials there are, where they are kept and whether the API takes them')
            [CompletionResult]::new('logout', 'logout', [CompletionResultType]::ParameterValue, 'Remove an organization''s ID and API key from the config file')
            break
        }
        'strigo;auth;login' {
            [CompletionResult]::new('--org-id', '--org-id', [CompletionResultType]::ParameterName, 'The organization''s ID')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file instead of the usual one [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]')
            [CompletionResult]::new('--key-stdin', '--key-stdin', [CompletionResultType]::ParameterName, 'Read the key from the first line of stdin')
            [CompletionResult]::new('--no-verify', '--no-verify', [CompletionResultType]::ParameterName, 'Save the pair without trying it on the API')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Show the data exactly as the API sent it (short for --format json); errors become JSON too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show IDs only, one a line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show IDs only, one a line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request and its answer on stderr, without the key')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request and its answer on stderr, without the key')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'strigo;auth;status' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file instead of the usual one [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Do not ask the API, and run no command that prints a key')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Show the data exactly as the API sent it (short for --format json); errors become JSON too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show IDs only, one a line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show IDs only, one a line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request and its answer on stderr, without the key')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request and its answer on stderr, without the key')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'strigo;auth;logout' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file instead of the usual one [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Show the data exactly as the API sent it (short for --format json); errors become JSON too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show IDs only, one a line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show IDs only, one a line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request and its answer on stderr, without the key')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request and its answer on stderr, without the key')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'strigo;api' {
            [CompletionResult]::new('--data', '--data', [CompletionResultType]::ParameterName, 'The JSON to send; @FILE reads it from a file, and - from stdin')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'One more header, or another value for one; may be given several times')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'One more header, or another value for one; may be given several times')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file instead of the usual one [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]')
            [CompletionResult]::new('--idempotent', '--idempotent', [CompletionResultType]::ParameterName, 'Say that a POST may be sent again where nobody knows whether it arrived')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Show the answer''s status and headers before its body')
            [CompletionResult]::new('--include', '--include', [CompletionResultType]::ParameterName, 'Show the answer''s status and headers before its body')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be sent, and send nothing that changes anything')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Show the data exactly as the API sent it (short for --format json); errors become JSON too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show IDs only, one a line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show IDs only, one a line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request and its answer on stderr, without the key')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request and its answer on stderr, without the key')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'strigo;man' {
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Write all pages below this directory, into man1 and man5')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file instead of the usual one [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]')
            [CompletionResult]::new('--files', '--files', [CompletionResultType]::ParameterName, 'The page strigo(5): the config file and the journal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Show the data exactly as the API sent it (short for --format json); errors become JSON too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show IDs only, one a line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show IDs only, one a line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request and its answer on stderr, without the key')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request and its answer on stderr, without the key')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'strigo;completions' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Take the credentials from this profile of the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file instead of the usual one [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once [env: STRIGO_MAX_WAIT] [default: 300]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Show the data exactly as the API sent it (short for --format json); errors become JSON too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show IDs only, one a line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show IDs only, one a line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request and its answer on stderr, without the key')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request and its answer on stderr, without the key')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
