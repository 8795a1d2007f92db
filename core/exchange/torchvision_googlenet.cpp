#include "core/exchange/torchvision.h"

namespace zf {

namespace {

/// BasicConv2d
int basic(ModuleBuilder& net, int x, const std::string& module, ConvLayer op) {
  constexpr float kEpsilon = 1e-3F;
  op.bias = false;
  return net.relu(net.batch_norm(net.conv(x, module + ".conv", op), module + ".bn", kEpsilon), module + ".relu");
}

int inception(ModuleBuilder& net, int x, const std::string& module) {
  const ConvLayer spatial{.kernel = 3, .pad = 1};  // the paper's 5x5 is 3x3 in torchvision
  const int first = basic(net, x, module + ".branch1", {});
  const int second = basic(net, basic(net, x, module + ".branch2.0", {}), module + ".branch2.1", spatial);
  const int third = basic(net, basic(net, x, module + ".branch3.0", {}), module + ".branch3.1", spatial);
  const int pooled = net.apply(x, module + ".branch4.0", MaxPoolLayer{{.kernel = 3, .stride = 1, .pad = 1, .ceil = true}});
  const int fourth = basic(net, pooled, module + ".branch4.1", {});
  return net.join({first, second, third, fourth}, module, ConcatLayer{});
}

}  // namespace

std::string build_googlenet(ModuleBuilder& net) {
  const MaxPoolLayer pool{{.kernel = 3, .stride = 2, .ceil = true}};
  int x = basic(net, kPicture, "conv1", {.kernel = 7, .stride = 2, .pad = 3});
  x = net.apply(x, "maxpool1", pool);
  x = basic(net, x, "conv2", {});
  x = basic(net, x, "conv3", {.kernel = 3, .pad = 1});
  x = net.apply(x, "maxpool2", pool);
  for (const char* module : {"inception3a", "inception3b"}) x = inception(net, x, module);
  x = net.apply(x, "maxpool3", pool);
  for (const char* module : {"inception4a", "inception4b", "inception4c", "inception4d", "inception4e"}) x = inception(net, x, module);
  x = net.apply(x, "maxpool4", MaxPoolLayer{{.kernel = 2, .stride = 2, .ceil = true}});
  for (const char* module : {"inception5a", "inception5b"}) x = inception(net, x, module);
  x = net.apply(x, "avgpool", GlobalAveragePoolLayer{});
  net.linear(x, "fc");
  return "GoogLeNet";
}

}  // namespace zf
