#include "core/analysis/softmax_solver.h"

#include "core/analysis/lbfgs.h"
#include "core/analysis/matrix.h"

namespace zf {

namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

/// |w|^2 / 2 + cost * sum -log p, of w = (D + 1, classes) column by column, the last row the biases.
class Loss {
 public:
  Loss(const Tensor& x, std::span<const int> labels, int classes, double cost) : labels_(labels), classes_(classes), cost_(cost) {
    x_.resize(x.shape().n, static_cast<Eigen::Index>(x.shape().item()) + 1);
    x_.leftCols(x_.cols() - 1) = as_matrix(x).cast<double>();
    x_.rightCols(1).setOnes();
  }

  [[nodiscard]] Eigen::Index size() const { return x_.cols() * classes_; }

  double operator()(const VectorXd& w, VectorXd& gradient) const {
    const Eigen::Map<const MatrixXd> weights(w.data(), x_.cols(), classes_);
    MatrixXd p = x_ * weights;
    double loss = 0;
    for (Eigen::Index i = 0; i < p.rows(); ++i) {
      const Eigen::Index label = labels_[static_cast<std::size_t>(i)];
      const double most = p.row(i).maxCoeff();
      const double score = p(i, label) - most;
      p.row(i) = (p.row(i).array() - most).exp();
      const double sum = p.row(i).sum();
      loss += std::log(sum) - score;
      p.row(i) /= sum;
      p(i, label) -= 1;
    }
    gradient = w;
    Eigen::Map<MatrixXd>(gradient.data(), x_.cols(), classes_).noalias() += cost_ * (x_.transpose() * p);
    return w.squaredNorm() / 2 + cost_ * loss;
  }

 private:
  std::span<const int> labels_;
  int classes_;
  double cost_;
  MatrixXd x_;
};

}  // namespace

LinearModel SoftmaxSolver::fit(const Tensor& x, std::span<const int> labels, int classes, double cost) const {
  check_fit(name(), x, labels, classes, cost);
  const Loss loss(x, labels, classes, cost);
  VectorXd w = VectorXd::Zero(loss.size());
  minimise(loss, w, {});
  const auto columns = static_cast<Eigen::Index>(x.shape().item());
  const Eigen::Map<const MatrixXd> weights(w.data(), columns + 1, classes);
  LinearModel model{Tensor::uninitialised({classes, static_cast<int>(columns), 1, 1}), {}};
  as_matrix(model.weight) = weights.topRows(columns).transpose().cast<float>();
  for (int k = 0; k < classes; ++k) model.bias.push_back(static_cast<float>(weights(columns, k)));
  return model;
}

}  // namespace zf
