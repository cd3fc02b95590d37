#!/usr/bin/env bash
# npm test: the same set-up as npm start, then every check there is. Ends with "N passed, N failed".
#   npm test -- unit        only what needs no machine: lint, types, unit tests
#   npm test -- vm content e2e ...   only these parts
#   npm test -- content cpu-hot-add ...   of the content only the exercises of these names and the lessons that use them
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

parts=()
names=()
for word in "$@"; do
  case "$word" in
    unit | vm | content | e2e) parts+=("$word") ;;
    *) names+=("$word") ;;
  esac
done
if [ ${#names[@]} -gt 0 ]; then
  [[ " ${parts[*]-} " == *' content '* ]] || { echo "expected unit, vm, content or e2e, got: ${names[*]}" >&2; exit 2; }
  export RINGSIDE_TEST_ONLY="${names[*]}"
fi
[ ${#parts[@]} -gt 0 ] || parts=(unit vm content e2e)
if [ "${parts[*]}" = unit ]; then
  install_packages openssh-server
  use_node
  install_modules
else
  set_up chromium fonts-noto-cjk openssh-server openssl
fi
set +e

passed=0
failed=0
scratch=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$scratch"' EXIT
report="$scratch/tap"
told="$scratch/spec"
# What failed is told again at the end: thousands of lines may stand between.
failures="$scratch/failures"

# step NAME COMMAND...: one check that passes or fails as a whole, beside the others that were begun.
steps=0
step() {
  steps=$((steps + 1))
  local name=$1 began=$SECONDS said="$scratch/step-$steps"
  shift
  (
    if "$@" >"$said" 2>&1; then word='ok     '; else word=FAILED; fi
    echo "$word $name ($((SECONDS - began)) s)" >>"$said"
  ) </dev/null &
}

# steps_done: waits for all steps and counts them, in the order in which they were begun.
steps_done() {
  local number
  wait
  for ((number = 1; number <= steps; number += 1)); do
    cat "$scratch/step-$number"
    case $(tail -n 1 "$scratch/step-$number") in
      'ok '*) passed=$((passed + 1)) ;;
      *) failed=$((failed + 1)); cat "$scratch/step-$number" >>"$failures" ;;
    esac
  done
  steps=0
}

# suite NAME ARGUMENTS...: node's test runner; its own counts are added up.
suite() {
  local name=$1 began=$SECONDS status p f
  shift
  echo "--- $name"
  node --test --test-force-exit --test-timeout=1200000 --test-reporter=spec --test-reporter-destination=stdout --test-reporter=spec --test-reporter-destination="$told" \
    --test-reporter=tap --test-reporter-destination="$report" "$@"
  status=$?
  sed -n '/failing tests:$/,$p' "$told" >>"$failures"
  p=$(sed -n 's/^# pass \([0-9]*\)$/\1/p' "$report" | tail -n 1)
  f=$(sed -n -E 's/^# (fail|cancelled) ([0-9]*)$/\2/p' "$report" | awk '{ n += $1 } END { print n + 0 }')
  passed=$((passed + ${p:-0}))
  failed=$((failed + ${f:-0}))
  # A runner that died has counted nothing.
  if [ "$status" -ne 0 ] && [ "${f:-0}" = 0 ]; then failed=$((failed + 1)); fi
  if [ "${p:-0}" = 0 ] && [ "${f:-0}" = 0 ] && [ "$status" = 0 ]; then echo "FAILED  $name ran no test"; failed=$((failed + 1)); fi
  echo "--- $name took $((SECONDS - began)) s"
}

for part in "${parts[@]}"; do
  case "$part" in
    unit)
      step 'lint (biome)' npx biome ci --error-on-warnings .
      step 'types of the server and the tests (tsc)' npx tsc -p lab-server/tsconfig.json
      step 'types of the site (astro check)' npx astro check --silent
      steps_done
      suite 'unit tests' --test-concurrency=2 'lab-server/**/*.test.ts' 'src/**/*.test.ts' 'tests/unit/**/*.test.ts'
      ;;
    vm) suite 'real hosts' --test-concurrency=2 'tests/vm/**/*.test.ts' ;;
    content) suite 'exercises on real hosts' --test-concurrency=1 'tests/content/**/*.test.ts' ;;
    # Two at a time: while one waits, for a browser or for what is written to the disk, the other works.
    e2e) suite 'a browser walks the whole path' --test-concurrency=2 'tests/e2e/**/*.test.ts' ;;
  esac
done

if [ -s "$failures" ] && [ ${#parts[@]} -gt 1 ]; then
  echo "--- what failed, once more"
  head -c 20000 "$failures"
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
