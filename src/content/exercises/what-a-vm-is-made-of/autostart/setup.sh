set -eu
/usr/lib/lab/define-guest 02
