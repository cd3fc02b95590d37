#!/usr/bin/env bash
# npm run exercise -- new|try|list: help for whoever writes exercises. Only `try` needs hosts.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
if [ "${1:-}" = try ]; then
  set_up_hosts >&2
else
  use_node >&2
  install_modules >&2
fi
exec node lab-server/trial/exercise-command.ts "$@"
