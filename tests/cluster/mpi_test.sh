#!/usr/bin/env bash
# mpi_test.sh ZFSCOPE: training on 2 and 4 ranks, against one process; ranks that die, stop or have other data; shards under mpirun.
. "$(dirname "$0")/lib.sh"
need_programs mpirun python3
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
# What machines of two cores and containers need; no network beside this one.
ranks() { mpirun --oversubscribe --bind-to none --mca btl self,vader --mca btl_vader_single_copy_mechanism none "$@"; }

photos data/train 44
photos data/val 20
echo "no photo" >data/train/along/broken.png
endless=("$ZFSCOPE" train "${small_net[@]}" --from scratch --warmup 2 --data data)
train=("${endless[@]}" --epochs 3)

"${train[@]}" --out one >/dev/null
ranks -n 1 "${train[@]}" --out one_rank >/dev/null
expect_same one/model.safetensors one_rank/model.safetensors
for n in 2 4; do
  ranks -n $n "${train[@]}" --out "run$n" >"run$n.out"
  expect_said "run$n.out" "$n ranks"
  [ "$(grep -c '^epoch' "run$n.out")" = 3 ] || fail "expected one line an epoch, found: $(cat "run$n.out")"
  /usr/bin/python3 - one/log.csv "run$n/log.csv" <<'PY' || fail "the losses of $n ranks are others than those of one process"
import csv, sys
one, other = (list(csv.DictReader(open(name))) for name in sys.argv[1:])
assert len(one) == len(other) == 3
for a, b in zip(one, other):
    for key in a:
        # Sums of floats in another order; errors count photos.
        if key != 'seconds':
            assert abs(float(a[key]) - float(b[key])) < 2e-4, (key, a, b)
PY
  ranks -n $n "${train[@]}" --out "again$n" >/dev/null
  expect_same "run$n/model.safetensors" "again$n/model.safetensors"
done

# A rank that is killed ends the others, and the same command goes on to the same bits. An epoch's checkpoint is there before the next ends.
long=("${endless[@]}" --epochs 12)
ranks -n 2 "${long[@]}" --out long >/dev/null
ranks -n 2 "${long[@]}" --out killed >killed.out 2>killed.err &
mpirun_id=$!
until grep -q '^epoch   2' killed.out; do
  kill -0 $mpirun_id 2>/dev/null || { cat killed.err >&2; fail "the run ended before a rank was killed"; }
  sleep 0.05
done
# The function runs in a shell of its own, mpirun below it, the ranks below that.
kill -KILL "$(pgrep -P "$(pgrep -P $mpirun_id)" | tail -n 1)"
wait $mpirun_id && fail "expected a failure where a rank was killed"
expect_said killed.err "signal 9"
[ ! -e killed/log.csv ] || [ "$(wc -l <killed/log.csv)" -lt 13 ] || fail "the run was finished already"
ranks -n 2 "${long[@]}" --out killed >resumed.out
expect_said resumed.out "going on after"
expect_same long/model.safetensors killed/model.safetensors

# Other data on a rank.
cp -r data other
rm other/train/across/0000.png
# One command that differs by rank: mpirun of Open MPI 5 crashes where two that are joined by ":" fail.
mixed='[ "$OMPI_COMM_WORLD_RANK" = 0 ] || set -- "${@/#data/other}"; exec "$@"'
if ranks -n 2 bash -c "$mixed" _ "${train[@]}" --out mixed 2>mixed.err >/dev/null; then
  fail "expected a failure where a rank has other photos"
fi
expect_said mixed.err "rank 1: expected the settings and photos of rank 0"

# Shards, of which MPI only numbers the processes.
"$ZFSCOPE" eval one/model.safetensors --data data --json >whole.json
ranks -n 3 "$ZFSCOPE" eval one/model.safetensors --data data --threads 1 --shard auto --out parts >/dev/null
"$ZFSCOPE" merge parts --json >merged.json
expect_same whole.json merged.json
"$ZFSCOPE" mine one/model.safetensors --data data --out whole.atlas >/dev/null
ranks -n 2 "$ZFSCOPE" mine one/model.safetensors --data data --threads 1 --shard auto --wait 1 --out atlas_parts >/dev/null
"$ZFSCOPE" merge atlas_parts --out merged.atlas >/dev/null
expect_same whole.atlas merged.atlas
echo "mpi: ok"
