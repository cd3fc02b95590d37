#!/usr/bin/env bash
# npm run bench [-- PART...]: the set-up of npm test, then the measurements. Let nothing else run meanwhile.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
set_up chromium fonts-noto-cjk
exec node bench/run.ts "$@"
