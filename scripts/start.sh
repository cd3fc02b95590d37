#!/usr/bin/env bash
# npm start: everything that is missing, then the lab. Ctrl+C stops it and gives everything back.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
set_up
exec node lab-server/main.ts
