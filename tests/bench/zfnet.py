"""ZFNet in PyTorch, the peer of scripts/bench. For speed only: max_unpool2d overwrites where switches meet, ours add up.

  zfnet.py export OUT.onnx --width W --fc F --classes C     writes the network with random weights for ONNX Runtime
  zfnet.py bench --width W --fc F --classes C --threads N   prints JSON of milliseconds (medians)
"""
import argparse
import json
import time

import torch
from torch import nn
from torch.nn import functional as F


class ZFNet(nn.Module):
    """Zeiler & Fergus 2013, Fig. 3."""

    def __init__(self, width, fc, classes):
        super().__init__()
        m1, m2, m3, m4, m5 = (int(n * width) for n in (96, 256, 384, 384, 256))
        self.conv1 = nn.Conv2d(3, m1, 7, 2, 1)
        self.conv2 = nn.Conv2d(m1, m2, 5, 2, 0)
        self.conv3 = nn.Conv2d(m2, m3, 3, 1, 1)
        self.conv4 = nn.Conv2d(m3, m4, 3, 1, 1)
        self.conv5 = nn.Conv2d(m4, m5, 3, 1, 1)
        self.norm = nn.LocalResponseNorm(5, 1e-4, 0.75, 2.0)
        self.fc6, self.fc7, self.fc8 = nn.Linear(m5 * 36, fc), nn.Linear(fc, fc), nn.Linear(fc, classes)

    def forward(self, x):
        x = self.norm(F.max_pool2d(F.relu(self.conv1(x)), 3, 2, 1))
        x = self.norm(F.max_pool2d(F.relu(self.conv2(x)), 3, 2, 1))
        x = F.relu(self.conv5(F.relu(self.conv4(F.relu(self.conv3(x))))))
        x = F.max_pool2d(x, 3, 2, 0).flatten(1)
        x = F.dropout(F.relu(self.fc6(x)), 0.5, self.training)
        return self.fc8(F.dropout(F.relu(self.fc7(x)), 0.5, self.training))

    def project(self, image, maps):
        """The strongest unit of each conv5 map in `maps`, projected to pixels by whole-map transposed convolutions."""
        a1 = F.relu(self.conv1(image))
        p1, s1 = F.max_pool2d(a1, 3, 2, 1, return_indices=True)
        n1 = self.norm(p1)
        a2 = F.relu(self.conv2(n1))
        p2, s2 = F.max_pool2d(a2, 3, 2, 1, return_indices=True)
        a5 = F.relu(self.conv5(F.relu(self.conv4(F.relu(self.conv3(self.norm(p2)))))))
        seeds = torch.zeros(len(maps), *a5.shape[1:], device=image.device)
        for item, m in enumerate(maps):
            place = int(a5[0, m].argmax())
            seeds[item, m].view(-1)[place] = a5[0, m].view(-1)[place]
        g = F.relu(F.conv_transpose2d(seeds, self.conv5.weight, padding=1))
        g = F.relu(F.conv_transpose2d(g, self.conv4.weight, padding=1))
        g = F.conv_transpose2d(g, self.conv3.weight, padding=1)
        g = F.relu(F.max_unpool2d(g, s2.expand(len(maps), -1, -1, -1), 3, 2, 1, output_size=a2.shape[2:]))
        g = F.conv_transpose2d(g, self.conv2.weight, stride=2)
        g = F.relu(F.max_unpool2d(g, s1.expand(len(maps), -1, -1, -1), 3, 2, 1, output_size=a1.shape[2:]))
        return F.conv_transpose2d(g, self.conv1.weight, stride=2, padding=1, output_padding=1)


def median_ms(runs, run):
    run()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return sorted(times)[runs // 2] * 1e3


def bench(net, classes):
    one, many = torch.randn(1, 3, 224, 224), torch.randn(32, 3, 224, 224)
    labels = torch.randint(0, classes, (32,))
    with torch.no_grad():
        result = {
            "forward_1_ms": median_ms(15, lambda: net(one)),
            "forward_32_ms": median_ms(3, lambda: net(many)),
            "project_32_ms": median_ms(3, lambda: net.project(one, range(32))),
        }
    net.train()
    sgd = torch.optim.SGD(net.parameters(), 0.01, 0.9)

    def step():
        sgd.zero_grad()
        F.cross_entropy(net(many), labels).backward()
        sgd.step()

    result["train_32_ms"] = median_ms(3, step)
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("action", choices=["export", "bench"])
    parser.add_argument("out", nargs="?")
    parser.add_argument("--width", type=float, required=True)
    parser.add_argument("--fc", type=int, required=True)
    parser.add_argument("--classes", type=int, required=True)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(args.threads)
    net = ZFNet(args.width, args.fc, args.classes).eval()
    if args.action == "bench":
        print(json.dumps(bench(net, args.classes)))
    else:
        torch.onnx.export(net, torch.zeros(1, 3, 224, 224), args.out, input_names=["data"], output_names=["logits"],
                          dynamic_axes={"data": {0: "n"}, "logits": {0: "n"}}, opset_version=13)


if __name__ == "__main__":
    main()
