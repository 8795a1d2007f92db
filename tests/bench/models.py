"""models.py OUT_DIR: writes torchvision's networks with random weights as ONNX files, for scripts/bench-models."""
import pathlib
import sys
import warnings

import torch
import torchvision

NAMES = ("resnet50", "vgg16", "squeezenet1_1", "mobilenet_v2")


def main():
    folder = pathlib.Path(sys.argv[1])
    warnings.filterwarnings("ignore")
    for name in NAMES:
        path = folder / f"{name}.onnx"
        if path.exists():
            continue
        torch.manual_seed(1)
        model = getattr(torchvision.models, name)(weights=None).eval()
        part = path.with_suffix(".part")
        torch.onnx.export(model, torch.zeros(1, 3, 224, 224), str(part), opset_version=13, input_names=["data"], output_names=["logits"],
                          dynamic_axes={"data": {0: "n"}, "logits": {0: "n"}})
        part.rename(path)


if __name__ == "__main__":
    main()
