# fish completion for weir. The program itself says what fits: weir complete-words WORD...
function __weir_complete
    set -l words (commandline -opc) (commandline -ct)
    $words[1] complete-words $words[2..-1] 2>/dev/null | while read -l line
        set -l parts (string split -m 1 \t -- $line)
        switch $parts[1]
            case ':files'
                set -l current (string replace -r -- '^--[^=]*=' '' $words[-1])
                set -l lead (string replace -- "$current" '' $words[-1])
                for path in (__fish_complete_path "$current" | string split -f 1 \t)
                    if string match -q -- '*/' $path; or string match -q -- $parts[2] $path
                        echo $lead$path
                    end
                end
            case ':folders'
                __fish_complete_directories $words[-1]
            case '*'
                echo $line
        end
    end
end
complete -c weir -f -a '(__weir_complete)'
