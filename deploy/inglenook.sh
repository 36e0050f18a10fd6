#!/bin/sh
# Inglenook's command line on a machine where the system runs it, for /usr/local/bin/inglenook: as the unit's user, with
# the unit's settings and directories. docs/deploy/systemd.md
[ "$(id -u)" = 0 ] || exec sudo "$0" "$@"
exec systemd-run --quiet --collect --wait --pty --pipe --uid=inglenook --gid=inglenook \
    --property="WorkingDirectory=-$PWD" --property=UMask=0077 \
    --property=CacheDirectory=inglenook --property=CacheDirectoryMode=0700 \
    --property=StateDirectory=inglenook --property=StateDirectoryMode=0700 \
    --setenv=INGLENOOK_DATA=/var/lib/inglenook --property=EnvironmentFile=-/etc/inglenook.env \
    /opt/inglenook/inglenook "$@"
