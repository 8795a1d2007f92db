#!/usr/bin/env bash
# parallel_test.sh ZFSCOPE: shards under GNU parallel, and as a Kubernetes indexed job numbers them.
. "$(dirname "$0")/lib.sh"
need_programs parallel python3
photos data/train 16
photos data/val 70
"$ZFSCOPE" train "${small_net[@]}" --from scratch --epochs 1 --data data --out run >/dev/null
eval=("$ZFSCOPE" eval run/model.safetensors --data data --threads 1)

"${eval[@]}" --json >whole.json
parallel --will-cite --jobs 2 "${eval[@]}" --shard '{}/4' --out parts ::: 3 1 0 2 >/dev/null
"$ZFSCOPE" merge parts --json >merged.json
expect_same whole.json merged.json
for index in 2 0 1; do JOB_COMPLETION_INDEX=$index "${eval[@]}" --shard auto/3 --out pods >/dev/null; done
"$ZFSCOPE" merge pods --json >merged.json
expect_same whole.json merged.json
echo "parallel: ok"
