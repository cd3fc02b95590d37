#!/usr/bin/env bash
# npm start: everything that is missing, then the lab. Ctrl+C stops it and gives everything back.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
without_desktop=yes
set_up
# It has little left to do when they are there; see lab-host/build.sh.
export RINGSIDE_BUILD_DESKTOP=${RINGSIDE_BUILD_DESKTOP:-true}
exec node lab-server/main.ts
