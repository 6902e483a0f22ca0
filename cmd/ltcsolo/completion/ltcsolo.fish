# fish completion for ltcsolo

function __ltcsolo_complete
    set -l typed (commandline -ct)
    set -l words (commandline -opc)
    set -l reply (command $words[1] __complete $words[2..-1] "$typed" 2>/dev/null)
    set -l flag (string match -r -- '^--[a-z-]+=' "$typed")
    if test "$reply[1]" = files
        for found in (__fish_complete_path (string replace -- "$flag" "" "$typed"))
            echo -- "$flag"$found
        end
        return
    end
    for found in $reply[2..-1]
        echo -- "$flag"$found
    end
end

complete -c ltcsolo -f -a '(__ltcsolo_complete)'
