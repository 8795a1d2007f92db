# What the scripts share: where things are, quiet steps with a log, packages. Source it from bash.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"
logs="$root/build/logs"
mkdir -p "$logs"
jobs="$(nproc)"

say() { printf '%s\n' "$*" >&2; }

# show_progress LABEL LOG: shows beside the label how far ninja is, by its log, until it is killed or this script ends.
show_progress() {
  while sleep 0.5 && kill -0 $$ 2>/dev/null; do
    printf '\r%-44s%s\033[K' "$1" "$(tail -c 4000 "$2" | sed -nE 's/^(\[[0-9]+\/[0-9]+\]).*/\1/p' | tail -n 1)" >&2
  done
}

# step LABEL COMMAND...: runs quietly; shows the label, the time it took and, where it fails, the end of its log. On a terminal it shows
# meanwhile how far a build is.
step() {
  local label="$1" log start status=0 watcher=
  shift
  log="$logs/$(printf '%s' "$label" | tr -cs 'A-Za-z0-9' '-').log"
  start=$SECONDS
  : >"$log"
  printf '%-44s' "$label" >&2
  [ ! -t 2 ] || { show_progress "$label" "$log" & watcher=$!; }
  "$@" >"$log" 2>&1 || status=$?
  [ -z "$watcher" ] || {
    kill "$watcher"
    wait "$watcher" 2>/dev/null || true
    printf '\r%-44s\033[K' "$label" >&2
  }
  if [ "$status" = 0 ]; then
    say "$((SECONDS - start)) s"
  else
    say "failed (exit $status)"
    tail -n 40 "$log" >&2
    say "The whole log: ${log#"$root"/}"
    return "$status"
  fi
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# The first of the clang versions that we know which is installed, or which can be: Debian 12's and 13's.
clang_version() {
  local version
  for version in 14 19; do
    command -v "clang++-$version" >/dev/null && { echo "$version"; return; }
  done
  [ -n "$(apt-cache madison clang-14 2>/dev/null)" ] && echo 14 || echo 19
}

# need PACKAGE...: installs the Debian packages that are missing.
need() {
  local package missing=()
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] && return 0
  command -v apt-get >/dev/null || { say "Install these packages first: ${missing[*]}"; return 1; }
  as_root apt-get update -qq
  DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

# need_npm PACKAGE...: installs npm packages into build/peers.
need_npm() (
  mkdir -p "$root/build/peers"
  cd "$root/build/peers"
  [ -e package.json ] || npm init -y >/dev/null
  npm install --ignore-scripts --no-audit --no-fund "$@"
)

# build PRESET [TARGET...]: configures and builds into build/PRESET.
build() {
  local preset="$1"
  shift
  cmake --preset "$preset" >/dev/null
  cmake --build "build/$preset" -j "$jobs" ${1:+--target "$@"}
}
