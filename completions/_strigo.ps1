
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
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile from the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Path to the config file [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON, including errors (same as --output json)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('partners', 'partners', [CompletionResultType]::ParameterValue, 'List, show, create, and rename partners')
            [CompletionResult]::new('members', 'members', [CompletionResultType]::ParameterValue, 'List, search, and invite members, and show who has joined')
            [CompletionResult]::new('journal', 'journal', [CompletionResultType]::ParameterValue, 'Show and copy journals of invitations')
            [CompletionResult]::new('auth', 'auth', [CompletionResultType]::ParameterValue, 'Log in, log out, and show the login status')
            [CompletionResult]::new('api', 'api', [CompletionResultType]::ParameterValue, 'Send a request to the API and print the response')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page of a command')
            [CompletionResult]::new('completion', 'completion', [CompletionResultType]::ParameterValue, 'Generate a shell completion script')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'strigo;partners' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile from the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Path to the config file [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON, including errors (same as --output json)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List partners')
            [CompletionResult]::new('get', 'get', [CompletionResultType]::ParameterValue, 'Show one partner')
            [CompletionResult]::new('create', 'create', [CompletionResultType]::ParameterValue, 'Create a partner')
            [CompletionResult]::new('rename', 'rename', [CompletionResultType]::ParameterValue, 'Rename a partner')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'strigo;partners;list' {
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'List only partners whose name contains this text or, if it has *, ?, or [ ], matches this pattern (case-insensitive)')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort by this field [default: the API''s order]')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Print these columns, in this order (in all formats but JSON)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile from the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Path to the config file [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]')
            [CompletionResult]::new('--members', '--members', [CompletionResultType]::ParameterName, 'Add the number of members (one extra request per partner)')
            [CompletionResult]::new('--no-header', '--no-header', [CompletionResultType]::ParameterName, 'Print no header')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON, including errors (same as --output json)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'strigo;partners;get' {
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Print these columns, in this order (in all formats but JSON)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile from the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Path to the config file [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]')
            [CompletionResult]::new('--no-header', '--no-header', [CompletionResultType]::ParameterName, 'Print no header')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON, including errors (same as --output json)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'strigo;partners;create' {
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Print these columns, in this order (in all formats but JSON)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile from the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Path to the config file [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]')
            [CompletionResult]::new('--if-not-exists', '--if-not-exists', [CompletionResultType]::ParameterName, 'Return the existing partner if one has this name')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Print the requests that would change something instead of sending them')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print the requests that would change something instead of sending them')
            [CompletionResult]::new('--no-header', '--no-header', [CompletionResultType]::ParameterName, 'Print no header')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON, including errors (same as --output json)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'strigo;partners;rename' {
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Print these columns, in this order (in all formats but JSON)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile from the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Path to the config file [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Print the requests that would change something instead of sending them')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print the requests that would change something instead of sending them')
            [CompletionResult]::new('--no-header', '--no-header', [CompletionResultType]::ParameterName, 'Print no header')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON, including errors (same as --output json)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'strigo;partners;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List partners')
            [CompletionResult]::new('get', 'get', [CompletionResultType]::ParameterValue, 'Show one partner')
            [CompletionResult]::new('create', 'create', [CompletionResultType]::ParameterValue, 'Create a partner')
            [CompletionResult]::new('rename', 'rename', [CompletionResultType]::ParameterValue, 'Rename a partner')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'strigo;partners;help;list' {
            break
        }
        'strigo;partners;help;get' {
            break
        }
        'strigo;partners;help;create' {
            break
        }
        'strigo;partners;help;rename' {
            break
        }
        'strigo;partners;help;help' {
            break
        }
        'strigo;members' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile from the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Path to the config file [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON, including errors (same as --output json)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the members of one partner or of all partners')
            [CompletionResult]::new('search', 'search', [CompletionResultType]::ParameterValue, 'Find the partners that a person belongs to')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show who has joined, and who has not')
            [CompletionResult]::new('invite', 'invite', [CompletionResultType]::ParameterValue, 'Invite people to join a partner')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'strigo;members;list' {
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Print these columns, in this order (in all formats but JSON)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile from the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Path to the config file [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'List the members of all partners, with a PARTNER_NAME column')
            [CompletionResult]::new('--no-header', '--no-header', [CompletionResultType]::ParameterName, 'Print no header')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON, including errors (same as --output json)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'strigo;members;search' {
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Print these columns, in this order (in all formats but JSON)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile from the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Path to the config file [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]')
            [CompletionResult]::new('--no-header', '--no-header', [CompletionResultType]::ParameterName, 'Print no header')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON, including errors (same as --output json)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'strigo;members;status' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read email addresses from this roster: one per line, or CSV with an `email` column and an optional `partner` column; - reads stdin')
            [CompletionResult]::new('--email-column', '--email-column', [CompletionResultType]::ParameterName, 'Read the email addresses from this CSV column [default: `email` and usual names like it]')
            [CompletionResult]::new('--partner-column', '--partner-column', [CompletionResultType]::ParameterName, 'Read the partners from this CSV column [default: `partner` and usual names like it]')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Journal of the invitations: a file, or s3://BUCKET/PREFIX')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Show only people in these states')
            [CompletionResult]::new('--older-than', '--older-than', [CompletionResultType]::ParameterName, 'Show only people who were invited, or may have been, longer ago than this, such as 7d')
            [CompletionResult]::new('--fail-if', '--fail-if', [CompletionResultType]::ParameterName, 'Exit with code 9 if people in these states are shown')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Print these columns, in this order (in all formats but JSON)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile from the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Path to the config file [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]')
            [CompletionResult]::new('--allow-empty', '--allow-empty', [CompletionResultType]::ParameterName, 'Accept a roster without addresses')
            [CompletionResult]::new('--no-header', '--no-header', [CompletionResultType]::ParameterName, 'Print no header')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON, including errors (same as --output json)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'strigo;members;invite' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read email addresses from this roster: one per line, or CSV with an `email` column and an optional `partner` column; - reads stdin')
            [CompletionResult]::new('--email-column', '--email-column', [CompletionResultType]::ParameterName, 'Read the email addresses from this CSV column [default: `email` and usual names like it]')
            [CompletionResult]::new('--partner-column', '--partner-column', [CompletionResultType]::ParameterName, 'Read the partners from this CSV column [default: `partner` and usual names like it]')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Record progress in this file or s3://BUCKET/PREFIX (created if missing), and skip addresses that it records as invited')
            [CompletionResult]::new('--again-after', '--again-after', [CompletionResultType]::ParameterName, 'Invite people again who were invited longer ago than this, such as 7d, and have not joined; implies --skip-members')
            [CompletionResult]::new('--assume-invited', '--assume-invited', [CompletionResultType]::ParameterName, 'Record in the journal that this unknown invitation was sent (repeatable, or separated by commas)')
            [CompletionResult]::new('--assume-not-invited', '--assume-not-invited', [CompletionResultType]::ParameterName, 'Record in the journal that this unknown invitation was not sent, and send it (repeatable, or separated by commas)')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Print these columns, in this order (in all formats but JSON)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile from the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Path to the config file [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]')
            [CompletionResult]::new('--allow-empty', '--allow-empty', [CompletionResultType]::ParameterName, 'Accept a roster without addresses')
            [CompletionResult]::new('--require-journal', '--require-journal', [CompletionResultType]::ParameterName, 'Fail if the journal does not exist, instead of creating it')
            [CompletionResult]::new('--skip-members', '--skip-members', [CompletionResultType]::ParameterName, 'Skip existing members (one extra request per partner)')
            [CompletionResult]::new('--retry-unknown', '--retry-unknown', [CompletionResultType]::ParameterName, 'Also retry invitations whose outcome is unknown; these people may be invited twice')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before sending more than 20 invitations in a terminal')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before sending more than 20 invitations in a terminal')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Print the requests that would change something instead of sending them')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print the requests that would change something instead of sending them')
            [CompletionResult]::new('--no-header', '--no-header', [CompletionResultType]::ParameterName, 'Print no header')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON, including errors (same as --output json)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'strigo;members;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the members of one partner or of all partners')
            [CompletionResult]::new('search', 'search', [CompletionResultType]::ParameterValue, 'Find the partners that a person belongs to')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show who has joined, and who has not')
            [CompletionResult]::new('invite', 'invite', [CompletionResultType]::ParameterValue, 'Invite people to join a partner')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'strigo;members;help;list' {
            break
        }
        'strigo;members;help;search' {
            break
        }
        'strigo;members;help;status' {
            break
        }
        'strigo;members;help;invite' {
            break
        }
        'strigo;members;help;help' {
            break
        }
        'strigo;journal' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile from the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Path to the config file [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON, including errors (same as --output json)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show what a journal knows about each person')
            [CompletionResult]::new('copy', 'copy', [CompletionResultType]::ParameterValue, 'Copy a journal from a file to an object store, or back')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'strigo;journal;show' {
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Print these columns, in this order (in all formats but JSON)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile from the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Path to the config file [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]')
            [CompletionResult]::new('--no-header', '--no-header', [CompletionResultType]::ParameterName, 'Print no header')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON, including errors (same as --output json)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'strigo;journal;copy' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile from the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Path to the config file [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON, including errors (same as --output json)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'strigo;journal;help' {
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show what a journal knows about each person')
            [CompletionResult]::new('copy', 'copy', [CompletionResultType]::ParameterValue, 'Copy a journal from a file to an object store, or back')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'strigo;journal;help;show' {
            break
        }
        'strigo;journal;help;copy' {
            break
        }
        'strigo;journal;help;help' {
            break
        }
        'strigo;auth' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile from the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Path to the config file [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON, including errors (same as --output json)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('login', 'login', [CompletionResultType]::ParameterValue, 'Log in to an organization')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show all configured credentials and whether they work')
            [CompletionResult]::new('switch', 'switch', [CompletionResultType]::ParameterValue, 'Choose the profile that is used by default')
            [CompletionResult]::new('logout', 'logout', [CompletionResultType]::ParameterValue, 'Remove saved credentials')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'strigo;auth;login' {
            [CompletionResult]::new('--org-id', '--org-id', [CompletionResultType]::ParameterName, 'Organization ID')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile from the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Path to the config file [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]')
            [CompletionResult]::new('--key-stdin', '--key-stdin', [CompletionResultType]::ParameterName, 'Read the API key from the first line of stdin')
            [CompletionResult]::new('--no-verify', '--no-verify', [CompletionResultType]::ParameterName, 'Save the credentials without checking them')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON, including errors (same as --output json)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'strigo;auth;status' {
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Print these columns, in this order (in all formats but JSON)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile from the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Path to the config file [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Do not contact the API or run an api_key_command')
            [CompletionResult]::new('--no-header', '--no-header', [CompletionResultType]::ParameterName, 'Print no header')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON, including errors (same as --output json)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'strigo;auth;switch' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile from the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Path to the config file [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]')
            [CompletionResult]::new('--top-level', '--top-level', [CompletionResultType]::ParameterName, 'Use the credentials at the top level of the config file by default')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON, including errors (same as --output json)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'strigo;auth;logout' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile from the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Path to the config file [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON, including errors (same as --output json)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'strigo;auth;help' {
            [CompletionResult]::new('login', 'login', [CompletionResultType]::ParameterValue, 'Log in to an organization')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show all configured credentials and whether they work')
            [CompletionResult]::new('switch', 'switch', [CompletionResultType]::ParameterValue, 'Choose the profile that is used by default')
            [CompletionResult]::new('logout', 'logout', [CompletionResultType]::ParameterValue, 'Remove saved credentials')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'strigo;auth;help;login' {
            break
        }
        'strigo;auth;help;status' {
            break
        }
        'strigo;auth;help;switch' {
            break
        }
        'strigo;auth;help;logout' {
            break
        }
        'strigo;auth;help;help' {
            break
        }
        'strigo;api' {
            [CompletionResult]::new('--data', '--data', [CompletionResultType]::ParameterName, 'JSON request body; @FILE reads it from a file, - from stdin')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'Add or replace a request header (repeatable)')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'Add or replace a request header (repeatable)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile from the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Path to the config file [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]')
            [CompletionResult]::new('--idempotent', '--idempotent', [CompletionResultType]::ParameterName, 'Allow a POST to be retried even if it may already have been processed')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Print the response status and headers before the body')
            [CompletionResult]::new('--include', '--include', [CompletionResultType]::ParameterName, 'Print the response status and headers before the body')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Print the requests that would change something instead of sending them')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print the requests that would change something instead of sending them')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON, including errors (same as --output json)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'strigo;man' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile from the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Path to the config file [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON, including errors (same as --output json)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'strigo;completion' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile from the config file [env: STRIGO_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Path to the config file [env: STRIGO_CONFIG]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]')
            [CompletionResult]::new('--max-wait', '--max-wait', [CompletionResultType]::ParameterName, 'Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m] [env: STRIGO_MAX_WAIT]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON, including errors (same as --output json)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only IDs, one per line, or only the columns of --columns, separated by tabs')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log each request and response to stderr (never the API key)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'strigo;help' {
            [CompletionResult]::new('partners', 'partners', [CompletionResultType]::ParameterValue, 'List, show, create, and rename partners')
            [CompletionResult]::new('members', 'members', [CompletionResultType]::ParameterValue, 'List, search, and invite members, and show who has joined')
            [CompletionResult]::new('journal', 'journal', [CompletionResultType]::ParameterValue, 'Show and copy journals of invitations')
            [CompletionResult]::new('auth', 'auth', [CompletionResultType]::ParameterValue, 'Log in, log out, and show the login status')
            [CompletionResult]::new('api', 'api', [CompletionResultType]::ParameterValue, 'Send a request to the API and print the response')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page of a command')
            [CompletionResult]::new('completion', 'completion', [CompletionResultType]::ParameterValue, 'Generate a shell completion script')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'strigo;help;partners' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List partners')
            [CompletionResult]::new('get', 'get', [CompletionResultType]::ParameterValue, 'Show one partner')
            [CompletionResult]::new('create', 'create', [CompletionResultType]::ParameterValue, 'Create a partner')
            [CompletionResult]::new('rename', 'rename', [CompletionResultType]::ParameterValue, 'Rename a partner')
            break
        }
        'strigo;help;partners;list' {
            break
        }
        'strigo;help;partners;get' {
            break
        }
        'strigo;help;partners;create' {
            break
        }
        'strigo;help;partners;rename' {
            break
        }
        'strigo;help;members' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the members of one partner or of all partners')
            [CompletionResult]::new('search', 'search', [CompletionResultType]::ParameterValue, 'Find the partners that a person belongs to')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show who has joined, and who has not')
            [CompletionResult]::new('invite', 'invite', [CompletionResultType]::ParameterValue, 'Invite people to join a partner')
            break
        }
        'strigo;help;members;list' {
            break
        }
        'strigo;help;members;search' {
            break
        }
        'strigo;help;members;status' {
            break
        }
        'strigo;help;members;invite' {
            break
        }
        'strigo;help;journal' {
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show what a journal knows about each person')
            [CompletionResult]::new('copy', 'copy', [CompletionResultType]::ParameterValue, 'Copy a journal from a file to an object store, or back')
            break
        }
        'strigo;help;journal;show' {
            break
        }
        'strigo;help;journal;copy' {
            break
        }
        'strigo;help;auth' {
            [CompletionResult]::new('login', 'login', [CompletionResultType]::ParameterValue, 'Log in to an organization')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show all configured credentials and whether they work')
            [CompletionResult]::new('switch', 'switch', [CompletionResultType]::ParameterValue, 'Choose the profile that is used by default')
            [CompletionResult]::new('logout', 'logout', [CompletionResultType]::ParameterValue, 'Remove saved credentials')
            break
        }
        'strigo;help;auth;login' {
            break
        }
        'strigo;help;auth;status' {
            break
        }
        'strigo;help;auth;switch' {
            break
        }
        'strigo;help;auth;logout' {
            break
        }
        'strigo;help;api' {
            break
        }
        'strigo;help;man' {
            break
        }
        'strigo;help;completion' {
            break
        }
        'strigo;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
