#include "core/exchange/onnx_fold_math.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/tensor/error.h"

namespace zf::onnx {

namespace {

/// Where element i of an array of dimensions `out` lies in one of dimensions `in` that is repeated.
class Repeated {
 public:
  Repeated(const Dims& in, const Dims& out) : out_(out), strides_(out.size(), 0) {
    std::int64_t stride = 1;
    for (std::size_t k = in.size(); k-- > 0;) {
      const std::size_t axis = out.size() - in.size() + k;
      if (in[k] != 1) strides_[axis] = stride;
      stride *= in[k];
    }
  }
  [[nodiscard]] std::size_t operator()(std::size_t i) const {
    std::int64_t at = 0;
    for (std::size_t axis = out_.size(); axis-- > 0;) {
      const auto dim = static_cast<std::size_t>(out_[axis]);
      at += static_cast<std::int64_t>(i % dim) * strides_[axis];
      i /= dim;
    }
    return static_cast<std::size_t>(at);
  }

 private:
  const Dims& out_;
  std::vector<std::int64_t> strides_;
};

// Whole numbers wrap round instead of overflowing; nothing sensible comes near.
std::uint64_t bits(std::int64_t value) { return static_cast<std::uint64_t>(value); }

std::int64_t quotient(std::int64_t a, std::int64_t b) {
  if (b == 0) fail("expected a divisor other than 0, found 0");
  return b == -1 ? static_cast<std::int64_t>(-bits(a)) : a / b;
}

struct Binary {
  std::string_view op;
  double (*floats)(double, double);
  std::int64_t (*whole)(std::int64_t, std::int64_t);  ///< of comparisons: of floats, too
  bool compares = false;
};

template <typename Compare>
double compared(double a, double b) {
  return Compare{}(a, b) ? 1.0 : 0.0;
}
template <typename Compare>
std::int64_t compared_whole(std::int64_t a, std::int64_t b) {
  return Compare{}(a, b) ? 1 : 0;
}
template <typename Compare>
constexpr Binary comparison(std::string_view op) {
  return {op, compared<Compare>, compared_whole<Compare>, true};
}

constexpr std::array kBinary = std::to_array<Binary>({
    {"Add", [](double a, double b) { return a + b; },
     [](std::int64_t a, std::int64_t b) { return static_cast<std::int64_t>(bits(a) + bits(b)); }},
    {"Sub", [](double a, double b) { return a - b; },
     [](std::int64_t a, std::int64_t b) { return static_cast<std::int64_t>(bits(a) - bits(b)); }},
    {"Mul", [](double a, double b) { return a * b; },
     [](std::int64_t a, std::int64_t b) { return static_cast<std::int64_t>(bits(a) * bits(b)); }},
    {"Div", [](double a, double b) { return a / b; }, quotient},
    {"Pow", [](double a, double b) { return std::pow(a, b); },
     [](std::int64_t a, std::int64_t b) {
       const double power = std::pow(static_cast<double>(a), static_cast<double>(b));
       if (!(std::abs(power) < 9e15)) fail("expected a power below 9e15, found {}", power);
       return static_cast<std::int64_t>(power);
     }},
    {"Max", [](double a, double b) { return std::max(a, b); }, [](std::int64_t a, std::int64_t b) { return std::max(a, b); }},
    {"Min", [](double a, double b) { return std::min(a, b); }, [](std::int64_t a, std::int64_t b) { return std::min(a, b); }},
    comparison<std::equal_to<>>("Equal"),
    comparison<std::less<>>("Less"),
    comparison<std::greater<>>("Greater"),
    comparison<std::less_equal<>>("LessOrEqual"),
    comparison<std::greater_equal<>>("GreaterOrEqual"),
    comparison<std::logical_and<>>("And"),
    comparison<std::logical_or<>>("Or"),
});

struct Unary {
  std::string_view op;
  double (*f)(double);
};

constexpr std::array kUnary = std::to_array<Unary>({
    {"Floor", [](double a) { return std::floor(a); }},
    {"Ceil", [](double a) { return std::ceil(a); }},
    {"Sqrt", [](double a) { return std::sqrt(a); }},
    {"Exp", [](double a) { return std::exp(a); }},
    {"Reciprocal", [](double a) { return 1 / a; }},
    {"Abs", [](double a) { return std::abs(a); }},
    {"Neg", [](double a) { return -a; }},
    {"Not", [](double a) { return a == 0 ? 1.0 : 0.0; }},
});

}  // namespace

Dims broadcast(const Dims& a, const Dims& b) {
  Dims result(std::max(a.size(), b.size()), 1);
  for (std::size_t i = 0; i < result.size(); ++i) {
    const std::int64_t from_a = i < a.size() ? a[a.size() - 1 - i] : 1;
    const std::int64_t from_b = i < b.size() ? b[b.size() - 1 - i] : 1;
    if (from_a != from_b && from_a != 1 && from_b != 1)
      fail("expected dimensions that broadcast, found {} and {}", to_string(a), to_string(b));
    result[result.size() - 1 - i] = from_a == 1 ? from_b : from_a;
  }
  return result;
}

std::optional<Array> fold_binary(std::string_view op, const Array& a, const Array& b, std::size_t most) {
  const auto found = std::find_if(kBinary.begin(), kBinary.end(), [&](const Binary& one) { return one.op == op; });
  if (found == kBinary.end()) return std::nullopt;
  Array result;
  result.dims = broadcast(a.dims, b.dims);
  const std::size_t count = count_of(result.dims);
  if (count > most) fail("expected at most {} folded values, found {}", most, count);
  const bool whole = a.whole && b.whole;
  result.whole = whole || found->compares;
  const Repeated from_a(a.dims, result.dims);
  const Repeated from_b(b.dims, result.dims);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at_a = from_a(i);
    const std::size_t at_b = from_b(i);
    if (whole) {
      result.integers.push_back(found->whole(a.integers[at_a], b.integers[at_b]));
    } else if (const double value = found->floats(a.at(at_a), b.at(at_b)); result.whole) {
      result.integers.push_back(value != 0 ? 1 : 0);
    } else {
      result.floats.push_back(static_cast<float>(value));
    }
  }
  return result;
}

std::optional<Array> fold_unary(std::string_view op, const Array& a) {
  const auto found = std::find_if(kUnary.begin(), kUnary.end(), [&](const Unary& one) { return one.op == op; });
  if (found == kUnary.end()) return std::nullopt;
  Array result = a;
  constexpr double kMost = 9e15;  // whole numbers that a double holds
  for (std::int64_t& value : result.integers)
    value = static_cast<std::int64_t>(std::clamp(found->f(static_cast<double>(value)), -kMost, kMost));
  for (float& value : result.floats) value = static_cast<float>(found->f(value));
  return result;
}

Array expand(const Array& a, const Dims& dims) {
  Array result;
  result.dims = dims;
  result.whole = a.whole;
  const std::size_t count = count_of(dims);
  const Repeated from(a.dims, result.dims);
  for (std::size_t i = 0; i < count; ++i) {
    if (a.whole) {
      result.integers.push_back(a.integers[from(i)]);
    } else {
      result.floats.push_back(a.floats[from(i)]);
    }
  }
  return result;
}

}  // namespace zf::onnx
