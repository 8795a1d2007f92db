#pragma once

#include <memory>
#include <random>

#include "core/backend/backend.h"
#include "core/nn/net.h"
#include "tests/nn/testing.h"

namespace zf::test {

using testing::random_parameters;
using testing::random_tensor;

/// A small net of every kind of layer, in the paper's order: strides, padding, overlapping pools, normalisation.
inline Network small_network() {
  Network network;
  network.name = "small";
  network.input = {1, 3, 37, 41};
  network.layers = {{"conv1", ConvLayer{8, 5, 2, 1, 1}},
                    {"relu1", ReluLayer{}},
                    {"pool1", MaxPoolLayer{{3, 2, 1, false}}},
                    {"norm1", LrnLayer{{5, 1e-1F, 0.75F, 2.0F}}},
                    {"conv2", ConvLayer{12, 3, 1, 1, 2}},
                    {"relu2", ReluLayer{}},
                    {"pool2", MaxPoolLayer{{3, 2, 0, true}}},
                    {"conv3", ConvLayer{10, 3, 1, 1, 1}},
                    {"relu3", ReluLayer{}},
                    {"fc4", LinearLayer{9}},
                    {"relu4", ReluLayer{}},
                    {"drop4", DropoutLayer{0.5F}},
                    {"fc5", LinearLayer{5}},
                    {"prob", SoftmaxLayer{}}};
  return network;
}

/// The small net on the reference backend with a trace of two random images.
struct SmallNet {
  std::unique_ptr<Backend> backend = make_reference_backend();
  Net net{*backend, small_network(), random_parameters(small_network(), 1)};
  Trace trace;

  SmallNet() {
    DeviceTensor x;
    backend->upload(random_tensor({2, 3, 37, 41}, 99), x);
    net.forward(x, trace);
  }

  [[nodiscard]] int layer(std::string_view name) const { return find_layer(net.network(), name); }
  [[nodiscard]] Tensor output(std::string_view name) const { return backend->download(trace.output(layer(name))); }
};

}  // namespace zf::test
