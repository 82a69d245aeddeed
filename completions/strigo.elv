# Completion of strigo for elvish: strigo itself finds the candidates, and elvish quotes them.
use str
set edit:completion:arg-completer[strigo] = {|@words|
    try {
        for line [(strigo __complete elvish $@words 2>/dev/null | from-lines)] {
            var value = (str:split &max=2 "\t" $line | take 1)
            edit:complex-candidate $value &display=(str:replace "\t" '  ' $line)
        }
    } catch {
        edit:complete-filename $words[-1]
    }
}
