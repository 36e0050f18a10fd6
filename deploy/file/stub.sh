#!/bin/sh
# Inglenook @VERSION@ (@ABOUT@): these lines unpack what follows them, once, and start it. They need sh, tar and gzip.
id=@ID@

refuse() {
    echo "$1" >&2
    exit 1
}

# Folder $2, and those above it, in folder $1. tar makes them, because a machine may have no mkdir: a header is 512
# bytes, of which the name and the sum of all bytes are not known before.
make() (
    LC_ALL=C sum=3040 rest=$2/
    while [ -n "$rest" ]; do
        tail=${rest#?}
        sum=$((sum + (256 + $(printf %d "'${rest%"$tail"}")) % 256))
        rest=$tail
    done
    zeros='\000\000\000\000'
    zeros=$zeros$zeros$zeros$zeros$zeros
    length=$((${#2} + 1))
    [ "$length" -le 100 ] || exit 1
    {
        printf %s "$2/"
        while [ "$length" -lt 100 ]; do
            printf '\000'
            length=$((length + 1))
        done
        printf '%s\000%s\000%s\000%s\000%s\000%06o\000 5' 0000700 0000000 0000000 00000000000 14000000000 "$sum"
        printf "$zeros$zeros$zeros$zeros$zeros"'ustar\00000'
        # The other 247 bytes of the header, and two blocks that end the archive.
        length=0
        while [ "$length" -lt 63 ]; do
            printf "$zeros"
            length=$((length + 1))
        done
        printf '\000\000\000\000\000\000\000\000\000\000\000'
    } | tar -xmof - -C "$1"
)

# Whether nobody else can have made what lies in $1.
mine() { [ -d "$1" ] && [ ! -L "$1" ] && [ -O "$1" ]; }

# Where there is no rm, tar removes what it has read.
discard() (said=$({ rm -rf -- "$1" || tar -cf /dev/null --remove-files -- "$1"; } 2>&1))

# Whether $1 can hold the cache: ours, or in a folder of ours, or not there but to be made in one. Sets `place`, the
# folder of the cache; `above` and `below` are what is there of it and what is not.
fits() {
    case $1 in /*) ;; *) return 1 ;; esac
    above=$1 below=inglenook
    while [ ! -d "$above" ]; do
        below=${above##*/}/$below above=${above%/*}
        above=${above:-/}
    done
    [ -O "$above" ] || return 1
    place=$1/inglenook
    [ ! -e "$place" ] && [ ! -L "$place" ] && [ -w "$above" ] || mine "$place"
}

# A folder of this user alone, where everybody may make folders: only a name that is free or ours will do.
private() {
    above=${TMPDIR:-/tmp}
    for below in inglenook inglenook.1 inglenook.2 inglenook.3 inglenook.4 inglenook.5; do
        place=$above/$below
        mine "$place" && return
        [ -e "$place" ] || [ -L "$place" ] || break
    done
    [ -d "$above" ] && [ -w "$above" ] && [ ! -e "$place" ] && [ ! -L "$place" ]
}

# The first of these that will do; one in which this version lies already, if there is one.
choose() {
    chosen= home=
    [ ! -d "${HOME-}" ] || home=$HOME/.cache
    for cache in "${CACHE_DIRECTORY%%:*}" "${XDG_CACHE_HOME-}" "$home" private; do
        case $cache in
            '') continue ;;
            private) private || continue ;;
            *) fits "$cache" || continue ;;
        esac
        if [ -x "$place/$id/inglenook" ]; then
            chosen=$place
            return
        fi
        [ -n "$chosen" ] || chosen=$place from=$above path=$below
    done
    place=$chosen
    [ -n "$place" ]
}

unpack() {
    for program in tar gzip; do
        [ -n "$(command -v $program)" ] || refuse "Inglenook unpacks itself by $program, which is not here: install it and try again."
    done
    echo "Inglenook @VERSION@ unpacks itself into $place, once ..." >&2
    # Those that were killed while they unpacked have left theirs.
    for part in "$place"/*.part; do
        name=${part%.part}
        [ ! -d "$part" ] || kill -0 "${name##*.}" 2>&- || discard "$part"
    done
    part=$place/$id.$$.part
    trap 'discard "$part"; exit 143' HUP INT TERM
    mine "$place" && from=$place path= || path=$path/
    said=$(make "$from" "$path$id.$$.part" 2>&1)
    mine "$place" && mine "$part" || refuse "Inglenook cannot write to $place: set XDG_CACHE_HOME to a folder of your own."
    # tar may say something although all went well: what counts is how it ends.
    if ! said=$({ while IFS= read -r line && [ "$line" != '@END@' ]; do :; done && LC_ALL=C tar -xzmof - -C "$part"; } <"$file" 2>&1); then
        discard "$part"
        said=${said#"
"}
        case $said in
            *'No space left'* | *'quota exceeded'*)
                refuse "There is no room for Inglenook in $place, where it needs @MEGABYTES@ MB: make room, or set XDG_CACHE_HOME to another folder."
                ;;
        esac
        refuse "Inglenook could not unpack itself into $place (${said%%"
"*}): fetch the file again, or set XDG_CACHE_HOME to another folder."
    fi
    if ! LD_LIBRARY_PATH=$part/_internal "$part/inglenook" --settle "$place/$id" && [ ! -x "$place/$id/inglenook" ]; then
        discard "$part"
        refuse "Inglenook does not run from $place: it is for @MACHINE@ with glibc @GLIBC@ or newer, and for a folder from which programs may be run (XDG_CACHE_HOME chooses another)."
    fi
    trap - HUP INT TERM
}

case $0 in
    /*) file=$0 ;;
    *) file=$PWD/$0 ;;
esac
mask=$(umask)
umask 077
choose || refuse 'Inglenook has no folder to unpack itself into: set XDG_CACHE_HOME to a folder of your own.'
[ -x "$place/$id/inglenook" ] || unpack
umask "$mask"
export _INGLENOOK_FILE="$file"
# The program finds its libraries by /proc, where there is one; it takes this out of the environment again.
export LD_LIBRARY_PATH="$place/$id/_internal${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
exec "$place/$id/inglenook" "$@"
exit
@END@
