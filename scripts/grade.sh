#!/usr/bin/env bash
# npm run grade: grades exercises on real hosts without a browser. The report alone goes to standard output.
set -euo pipefail
# Where the caller stands: paths on the command line are relative to it, and setup.sh goes to the project's folder.
caller=${INIT_CWD:-$PWD}
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
# A running server has hosts of its own.
case " $* " in
  *" --server"*) use_node >&2; install_modules >&2 ;;
  *) set_up_hosts >&2 ;;
esac
project=$PWD
cd "$caller"
exec node "$project/lab-server/trial/grade-command.ts" "$@"
