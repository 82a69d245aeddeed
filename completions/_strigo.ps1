# Completion of strigo for PowerShell: strigo itself finds the candidates. If there are none, PowerShell completes a file.
Register-ArgumentCompleter -Native -CommandName strigo -ScriptBlock {
    param($typed, $ast, $cursor)
    $text = { if ($null -ne $_.Value) { $_.Value } else { $_.Extent.Text } }
    $words = @($ast.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursor } | ForEach-Object $text)
    $last = $ast.CommandElements | Where-Object { $_.Extent.StartOffset -lt $cursor -and $_.Extent.EndOffset -ge $cursor } |
        ForEach-Object $text
    $encoding = [Console]::OutputEncoding
    [Console]::OutputEncoding = [Text.UTF8Encoding]::new()
    try {
        # The blank keeps an empty word.
        strigo __complete powershell @words "$last " | ForEach-Object {
            $value, $help = $_ -split "`t", 2
            $quoted = $value
            if ($value -notmatch '^[\w./:=+-]+$') {
                $quoted = "'" + [Management.Automation.Language.CodeGeneration]::EscapeSingleQuotedStringContent($value) + "'"
            }
            if (-not $help) { $help = $value }
            [Management.Automation.CompletionResult]::new($quoted, $value, 'ParameterValue', $help)
        }
    } finally {
        [Console]::OutputEncoding = $encoding
    }
}
