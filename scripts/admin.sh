#!/usr/bin/env bash
# npm run admin -- LOGIN [NAME]: makes somebody an admin; token LOGIN NAME: makes a token. The lab may run meanwhile.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
use_node >&2
install_modules >&2
exec node lab-server/people/admin-command.ts "$@"
