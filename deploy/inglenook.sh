#!/bin/sh
# Inglenook's command line on a machine where the system runs it, for /usr/local/bin/inglenook: as the unit's user, with
# the unit's environment and directories. docs/deploy/systemd.md
[ "$(id -u)" = 0 ] || exec sudo "$0" "$@"
exec systemd-run --quiet --collect --wait --pipe --same-dir --service-type=exec \
    --uid=inglenook --gid=inglenook --property=UMask=0077 \
    --property=StateDirectory=inglenook --property=CacheDirectory=inglenook --property=CacheDirectoryMode=0700 \
    --property=EnvironmentFile=-/etc/inglenook.env --setenv=INGLENOOK_DATA=/var/lib/inglenook \
    /opt/inglenook/inglenook "$@"
