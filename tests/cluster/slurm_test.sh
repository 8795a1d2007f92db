#!/usr/bin/env bash
# slurm_test.sh ZFSCOPE: a Slurm of one node with its own key, ports and folders runs an array of four, one of which is killed and requeued.
. "$(dirname "$0")/lib.sh"
need_programs munged slurmctld slurmd sbatch srun scontrol python3
[ "$(id -u)" = 0 ] || skip "expected root, which slurmd needs to start jobs, found $(id -un)"
PATH="$PATH:/usr/sbin"
mkdir state spool run log
chmod 755 "$work"
node="$(hostname -s)"
free_port() { /usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

end() {
  local name
  for name in slurmd slurmctld munged; do
    [ ! -s "run/$name.pid" ] || kill "$(cat "run/$name.pid")" 2>/dev/null || true
  done
}
on_exit() {
  end
  sleep 1
  rm -rf "$work"
}

head -c 1024 /dev/urandom >munge.key
chmod 400 munge.key
munged --force --key-file="$work/munge.key" --socket="$work/run/munge.socket" --pid-file="$work/run/munged.pid" \
  --log-file="$work/log/munged.log" --seed-file="$work/run/munged.seed" 2>/dev/null
cat >slurm.conf <<CONF
ClusterName=zfscope
SlurmctldHost=$node(127.0.0.1)
SlurmUser=root
SlurmdUser=root
SlurmctldPort=$(free_port)
SlurmdPort=$(free_port)
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$work/run/munge.socket,cred_expire=5
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/run/slurmctld.pid
SlurmdPidFile=$work/run/slurmd.pid
SlurmctldLogFile=$work/log/slurmctld.log
SlurmdLogFile=$work/log/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
NodeName=$node NodeAddr=127.0.0.1 CPUs=4 State=UNKNOWN
PartitionName=test Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF="$work/slurm.conf"
slurmctld -c
slurmd
for _ in $(seq 100); do
  [ "$(sinfo --noheader --format=%T 2>/dev/null)" = idle ] && break
  sleep 0.2
done
[ "$(sinfo --noheader --format=%T)" = idle ] || { tail -n 5 log/*.log >&2; fail "expected an idle node, found $(sinfo --noheader --format=%T)"; }

photos data/train 16
photos data/val 700
"$ZFSCOPE" train "${small_net[@]}" --from scratch --epochs 1 --data data --out model >/dev/null
"$ZFSCOPE" mine model/model.safetensors --data data --out whole.atlas >/dev/null
cat >mine.sh <<JOB
#!/bin/bash
exec "$ZFSCOPE" mine model/model.safetensors --data data --threads 1 --shard auto --out parts
JOB
wait_for() { while [ -n "$(squeue --noheader --jobs "$1" 2>/dev/null)" ]; do sleep 0.2; done; }

# Task 2 is stopped in the middle of its scan, by the scheduler, and starts again.
job="$(sbatch --parsable --array=0-3 --requeue --open-mode=append --output='log/mine_%a.out' mine.sh)"
until [ "$(squeue --noheader --jobs "${job}_2" --format=%T)" = RUNNING ]; do sleep 0.05; done
scontrol requeue "${job}_2"
until scontrol update "jobid=${job}_2" StartTime=now 2>/dev/null; do sleep 0.2; done
wait_for "$job"
expect_said log/mine_2.out "DUE TO JOB REQUEUE"
# The same array once more: its tasks project the winners of all.
wait_for "$(sbatch --parsable --array=0-3 --output='log/winners_%a.out' mine.sh)"
[ "$(find parts/parts -name '*.winners.safetensors' | wc -l)" = 4 ] || fail "expected the winners of four shards, found $(ls parts/parts)"
"$ZFSCOPE" merge parts --out merged.atlas >/dev/null
expect_same whole.atlas merged.atlas

# Tasks of one job.
"$ZFSCOPE" eval model/model.safetensors --data data --json >whole.json
srun --ntasks=4 "$ZFSCOPE" eval model/model.safetensors --data data --threads 1 --shard auto --out eval_parts >/dev/null
"$ZFSCOPE" merge eval_parts --json >merged.json
expect_same whole.json merged.json
echo "slurm: ok"
