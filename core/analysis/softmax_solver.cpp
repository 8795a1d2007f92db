#include "core/analysis/softmax_solver.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "core/analysis/lbfgs.h"

namespace zf {

namespace {

using Eigen::VectorXd;

/// |w|^2 / 2 + cost * sum -log p, of w = the weights (classes, D) row by row, then the biases.
class Loss {
 public:
  Loss(Backend& backend, const Tensor& x, std::span<const int> labels, int classes, double cost)
      : backend_(backend),
        labels_(labels),
        cost_(cost),
        spec_{classes},
        weights_({classes, x.shape().c, 1, 1}),
        biases_({1, classes, 1, 1}) {
    backend_.upload(x, x_);
  }

  [[nodiscard]] static Eigen::Index values(const Tensor& x) { return static_cast<Eigen::Index>(x.shape().item()); }

  double operator()(const VectorXd& w, VectorXd& gradient) {
    upload(w);
    backend_.pack(weight_, bias_, spec_, filters_);
    backend_.conv(x_, *filters_, 0, false, scores_);
    Tensor errors = backend_.download(scores_);
    double loss = 0;
    const std::size_t classes = errors.shape().item();
    for (std::size_t i = 0; i < labels_.size(); ++i) loss += to_error(errors.values().subspan(i * classes, classes), labels_[i]);
    backend_.upload(errors, scores_);
    backend_.training().conv_weight_gradient(x_, scores_, spec_, weight_, bias_);
    const Tensor weight = backend_.download(weight_);
    const Tensor bias = backend_.download(bias_);
    gradient.head(static_cast<Eigen::Index>(weight.size())) = flat(weight);
    gradient.tail(static_cast<Eigen::Index>(bias.size())) = flat(bias);
    gradient = w + cost_ * gradient;
    return w.squaredNorm() / 2 + cost_ * loss;
  }

 private:
  [[nodiscard]] static VectorXd flat(const Tensor& x) {
    return Eigen::Map<const Eigen::VectorXf>(x.data(), static_cast<Eigen::Index>(x.size())).cast<double>();
  }

  void upload(const VectorXd& w) {
    const auto weights = static_cast<Eigen::Index>(weights_.size());
    Eigen::Map<Eigen::VectorXf>(weights_.data(), weights) = w.head(weights).cast<float>();
    Eigen::Map<Eigen::VectorXf>(biases_.data(), spec_.maps) = w.tail(spec_.maps).cast<float>();
    backend_.upload(weights_, weight_);
    backend_.upload(biases_, bias_);
  }

  /// Turns scores into p - [class is the label]; returns -log p of the label.
  [[nodiscard]] static double to_error(std::span<float> scores, int label) {
    const float most = *std::max_element(scores.begin(), scores.end());
    const auto at = static_cast<std::size_t>(label);
    const double score = double{scores[at]} - double{most};
    double sum = 0;
    for (const float s : scores) sum += std::exp(double{s} - double{most});
    for (float& s : scores) s = static_cast<float>(std::exp(double{s} - double{most}) / sum);
    scores[at] -= 1;
    return std::log(sum) - score;
  }

  Backend& backend_;
  std::span<const int> labels_;
  double cost_;
  ConvSpec spec_;
  Tensor weights_;
  Tensor biases_;
  std::unique_ptr<Filters> filters_;
  DeviceTensor x_;
  DeviceTensor weight_;
  DeviceTensor bias_;
  DeviceTensor scores_;
};

}  // namespace

LinearModel SoftmaxSolver::fit(const Tensor& x, std::span<const int> labels, int classes, double cost) const {
  check_fit(name(), x, labels, classes, cost);
  Loss loss(*backend_, x, labels, classes, cost);
  VectorXd w = VectorXd::Zero(classes * (Loss::values(x) + 1));
  minimise([&loss](const VectorXd& at, VectorXd& gradient) { return loss(at, gradient); }, w, {});
  const Eigen::VectorXf found = w.cast<float>();
  const std::size_t weights = static_cast<std::size_t>(classes) * x.shape().item();
  return {Tensor({classes, x.shape().c, 1, 1}, std::span(found.data(), weights)), {found.data() + weights, found.data() + found.size()}};
}

}  // namespace zf
