// The public half of the training operations.
#include <algorithm>

#include "core/backend/checks.h"

namespace zf {

using namespace checks;

Training& Backend::training() {
  Training* own = own_training();
  if (own == nullptr) fail("training: expected a backend that trains, such as cpu, found {}", description());
  return *own;
}

void Training::dropout(float p, std::uint64_t seed, DeviceTensor& x, int first_item) {
  backend_->expect_own("dropout", "an input", x);
  if (!(p >= 0.0F && p < 1.0F)) fail("[dropout] expected 0 <= p < 1, found {}", p);
  if (first_item < 0) fail("[dropout] expected items from 0 on, found {}", first_item);
  do_dropout(p, seed, static_cast<std::uint32_t>(static_cast<std::uint64_t>(first_item) * x.shape().item()), x);
}

void Training::cross_entropy(const DeviceTensor& logits, std::span<const int> labels, DeviceTensor& loss, DeviceTensor& g) {
  backend_->expect_own("cross_entropy", "logits", logits);
  expect_apart("cross_entropy", logits, g);
  expect_apart("cross_entropy", logits, loss);
  const Shape& in = logits.shape();
  if (labels.empty()) fail("[cross_entropy] expected at least one label, found none");
  expect_same("cross_entropy", "logits", {static_cast<int>(labels.size()), in.c, 1, 1}, in);
  const auto bad = std::find_if(labels.begin(), labels.end(), [&](int label) { return label < 0 || label >= in.c; });
  if (bad != labels.end()) fail("[cross_entropy] expected labels from 0 and below {}, found {}", in.c, *bad);
  backend_->ensure(loss, {in.n, 1, 1, 1});
  backend_->ensure(g, in);
  do_cross_entropy(logits, labels, loss, g);
}

void Training::conv_weight_gradient(const DeviceTensor& x, const DeviceTensor& g, const ConvSpec& spec, DeviceTensor& weight,
                                    DeviceTensor& bias) {
  expect_conv("conv_weight_gradient", spec);
  backend_->expect_own("conv_weight_gradient", "an input", x);
  backend_->expect_own("conv_weight_gradient", "a signal", g);
  for (const DeviceTensor* out : {&weight, &bias}) {
    expect_apart("conv_weight_gradient", x, *out);
    expect_apart("conv_weight_gradient", g, *out);
  }
  const Shape& in = x.shape();
  if (in.c < 1 || in.c % spec.groups != 0) {
    fail("[conv_weight_gradient] expected channels divisible by {} groups, found {}", spec.groups, in.c);
  }
  expect_same("conv_weight_gradient", "signal", conv_shape("conv_weight_gradient", in, spec), g.shape());
  backend_->ensure(weight, {spec.maps, in.c / spec.groups, spec.kernel_h, spec.kernel_w});
  backend_->ensure(bias, {1, spec.maps, 1, 1});
  do_conv_weight_gradient(x, g, spec, weight, bias);
}

void Training::sgd_step(const DeviceTensor& gradient, const SgdSpec& spec, DeviceTensor& velocity, DeviceTensor& weight) {
  backend_->expect_own("sgd_step", "a gradient", gradient);
  backend_->expect_own("sgd_step", "a velocity", velocity);
  backend_->expect_own("sgd_step", "weights", weight);
  expect_apart("sgd_step", gradient, velocity);
  expect_apart("sgd_step", gradient, weight);
  expect_apart("sgd_step", velocity, weight);
  expect_same("sgd_step", "gradient", weight.shape(), gradient.shape());
  expect_same("sgd_step", "velocity", weight.shape(), velocity.shape());
  do_sgd_step(gradient, spec, velocity, weight);
}

void Training::limit_rms(float limit, DeviceTensor& weight) {
  backend_->expect_own("limit_rms", "weights", weight);
  if (!(limit > 0.0F)) fail("[limit_rms] expected a limit above 0, found {}", limit);
  if (weight.shape().item() == 0) fail("[limit_rms] expected filters with weights, found {}", to_string(weight.shape()));
  do_limit_rms(limit, weight);
}

}  // namespace zf
