# What the tests of several processes share: a folder of their own, photos, a small model. Source it from bash; ZFSCOPE is the program.
set -euo pipefail
ZFSCOPE="$(realpath "$1")"
work="$(mktemp -d /tmp/zf_cluster.XXXXXX)"
cd "$work"
on_exit() { rm -rf "$work"; }
trap 'on_exit' EXIT

fail() {
  printf 'FAILED: %s\n' "$*" >&2
  exit 1
}
# skip WORDS: the test cannot run here.
skip() {
  printf 'SKIPPED: %s\n' "$*" >&2
  exit 77
}
need_programs() {
  local name
  for name in "$@"; do
    PATH="$PATH:/usr/sbin" command -v "$name" >/dev/null || skip "expected $name, found none; scripts/setup test installs it"
  done
}
expect_same() { cmp "$1" "$2" || fail "$1 and $2 differ"; }
# expect_said FILE WORDS: the file has the words.
expect_said() { grep -qF -- "$2" "$1" || { cat "$1" >&2; fail "expected \"$2\" in $1"; }; }

# photos FOLDER COUNT: stripes and noise in two classes.
photos() {
  /usr/bin/python3 - "$@" <<'PY'
import os, random, struct, sys, zlib
folder, count = sys.argv[1], int(sys.argv[2])
def chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
for i in range(count):
    kind = ('across', 'along')[i % 2]
    noise = random.Random(i)
    rows = b''
    for y in range(66):
        rows += b'\0' + bytes(min(255, (200 if ((y, x // 3)[i % 2] + i) // 4 % 2 else 60) + noise.randrange(50)) for x in range(3 * 72))
    os.makedirs(f'{folder}/{kind}', exist_ok=True)
    with open(f'{folder}/{kind}/{i:04}.png', 'wb') as file:
        file.write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 72, 66, 8, 2, 0, 0, 0)))
        file.write(chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))
PY
}
small_net=(--arch zfnet --width 0.05 --fc 8 --size 64 --resize 64 --batch 8 --threads 1)
