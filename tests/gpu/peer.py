"""ZFNet in PyTorch on CUDA, the peer of cuda_bench: prints the same JSON, medians after a warm-up, each until its result is on the host.

Occlusion runs the whole net at each place, as PyTorch's users do.
"""
import json
import pathlib
import sys
import time

import torch
from torch.nn import functional as F

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "bench"))
from zfnet import ZFNet  # noqa: E402

BATCH = 32


def median_ms(runs, run):
    for _ in range(2):
        run()
    times = []
    for _ in range(runs):
        torch.cuda.synchronize()
        start = time.perf_counter()
        run()
        torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    return sorted(times)[runs // 2] * 1e3


def occlude(net, image, size=56, stride=8, together=121):
    places = [(y, x) for y in range(0, 224 - size + 1, stride) for x in range(0, 224 - size + 1, stride)]
    logits = []
    for first in range(0, len(places), together):
        batch = image.repeat(len(places[first : first + together]), 1, 1, 1)
        for item, (y, x) in enumerate(places[first : first + together]):
            batch[item, :, y : y + size, x : x + size] = 0
        logits.append(net(batch).cpu())
    return torch.cat(logits)


def time_net(width, fc, classes):
    torch.manual_seed(0)
    net = ZFNet(width, fc, classes).cuda().eval()
    one, many = torch.randn(1, 3, 224, 224), torch.randn(BATCH, 3, 224, 224)
    image = one.cuda()
    labels = torch.randint(0, classes, (BATCH,))
    times = {}
    with torch.no_grad():
        times["forward_1_ms"] = median_ms(30, lambda: net(one.cuda()).cpu())
        times["forward_32_ms"] = median_ms(15, lambda: net(many.cuda()).cpu())
        times["project_32_ms"] = median_ms(15, lambda: net.project(image, range(32)).cpu())
        times["occlude_56_8_ms"] = median_ms(3, lambda: occlude(net, image))
    net.train()
    sgd = torch.optim.SGD(net.parameters(), 1e-4, 0.9)

    def step():
        sgd.zero_grad()
        loss = F.cross_entropy(net(many.cuda()), labels.cuda())
        loss.backward()
        sgd.step()
        return loss.item()

    times["train_32_ms"] = median_ms(10, step)
    return times


def main():
    torch.backends.cudnn.benchmark = True
    rows = []
    for tf32 in (False, True):
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = tf32
        who = f"PyTorch {torch.__version__.split('+')[0]}, {torch.cuda.get_device_name()}{', tf32' if tf32 else ''}"
        rows.append({"who": who, "full": time_net(1, 4096, 1000), "half": time_net(0.5, 1024, 10)})
    print(json.dumps(rows, indent=2))


main()
