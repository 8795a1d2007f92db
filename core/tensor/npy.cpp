#include "core/tensor/npy.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <string_view>

#include "core/tensor/error.h"

namespace zf {

namespace {

static_assert(std::endian::native == std::endian::little, "values are copied as they lie in memory");

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kAlignment = 64;  // of the first value, as numpy writes it
constexpr std::size_t kMaxHeader = 1 << 16;
constexpr std::size_t kMaxDims = 4;

template <typename Value>
std::vector<std::byte> encode(std::string_view descr, std::span<const int> dims, std::span<const Value> values) {
  std::size_t count = 1;
  std::string shape;
  for (const int dim : dims) {
    if (dim < 1) fail("npy: expected dimensions of at least 1, found {}", dim);
    count *= static_cast<std::size_t>(dim);
    shape += fmt::format("{}, ", dim);
  }
  if (count != values.size()) fail("npy: expected {} values for ({}), found {}", count, shape, values.size());
  shape.resize(shape.size() - std::min<std::size_t>(dims.size(), 2));  // "(5,)" is a tuple of one, "(5, 6)" one of two

  std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", descr, shape);
  const std::size_t prefix = kMagic.size() + 4;
  header.append(kAlignment - 1 - (prefix + header.size()) % kAlignment, ' ');
  header += '\n';

  std::string head(kMagic);
  head += {'\x01', '\x00', static_cast<char>(header.size() & 0xFF), static_cast<char>(header.size() >> 8)};
  head += header;
  std::vector<std::byte> bytes(head.size() + values.size_bytes());
  std::memcpy(bytes.data(), head.data(), head.size());
  if (!values.empty()) std::memcpy(bytes.data() + head.size(), values.data(), values.size_bytes());
  return bytes;
}

/// The Python dictionary in front of the values: three keys in any order.
class HeaderParser {
 public:
  HeaderParser(std::string_view text, const std::string& name, bool doubles) : text_(text), name_(name), doubles_(doubles) {}

  [[nodiscard]] std::vector<int> parse() {
    expect('{');
    while (peek() != '}') {
      parse_entry();
      if (peek() != '}') expect(',');
    }
    if (!seen_descr_ || !seen_order_ || dims_.empty()) malformed("'descr', 'fortran_order' and a 'shape' of 1 to 4 dimensions");
    return dims_;
  }

  /// Whether the values are of float64.
  [[nodiscard]] bool is_double() const { return is_double_; }

 private:
  [[noreturn]] void malformed(std::string_view expected) const {
    fail("{}: npy header: expected {}, found \"{}\"", name_, expected, printable(text_.substr(0, 120)));
  }

  [[nodiscard]] static std::string printable(std::string_view text) {
    std::string clean(text);
    for (char& c : clean) {
      if (c < ' ' || c > '~') c = '?';
    }
    return clean;
  }

  [[nodiscard]] char peek() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }

  void expect(char c) {
    if (peek() != c) malformed(fmt::format("'{}' at character {}", c, at_));
    ++at_;
  }

  [[nodiscard]] std::string_view quoted() {
    const char quote = peek();
    if (quote != '\'' && quote != '"') malformed(fmt::format("a string at character {}", at_));
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) malformed("a closing quote");
    const std::string_view value = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return value;
  }

  void parse_entry() {
    const std::string_view key = quoted();
    expect(':');
    if (key == "descr") {
      const std::string_view descr = quoted();
      is_double_ = doubles_ && descr == "<f8";
      if (descr != "<f4" && !is_double_) {
        fail("{}: npy: expected float32 ('<f4'){}, found '{}'", name_, doubles_ ? " or float64 ('<f8')" : "",
             printable(descr.substr(0, 32)));
      }
      seen_descr_ = true;
    } else if (key == "fortran_order") {
      if (peek() == 'T') fail("{}: npy: expected row-major values, found Fortran order", name_);
      if (text_.substr(at_, 5) != "False") malformed("True or False for 'fortran_order'");
      at_ += 5;
      seen_order_ = true;
    } else if (key == "shape") {
      parse_shape();
    } else {
      malformed("no keys but 'descr', 'fortran_order' and 'shape'");
    }
  }

  void parse_shape() {
    dims_.clear();
    expect('(');
    while (peek() != ')') {
      if (dims_.size() == kMaxDims) malformed("at most 4 dimensions");
      dims_.push_back(parse_dim());
      if (peek() != ')') expect(',');
    }
    ++at_;
  }

  [[nodiscard]] int parse_dim() {
    constexpr std::int64_t kMaxDim = 1 << 28;
    std::int64_t value = 0;
    for (char c = peek(); at_ < text_.size() && c >= '0' && c <= '9'; c = ++at_ < text_.size() ? text_[at_] : '\0') {
      value = value * 10 + (c - '0');
      if (value > kMaxDim) break;
    }
    if (value < 1 || value > kMaxDim) malformed(fmt::format("dimensions of 1 to {}", kMaxDim));
    return static_cast<int>(value);
  }

  std::string_view text_;
  const std::string& name_;
  const bool doubles_;
  bool is_double_ = false;
  std::size_t at_ = 0;
  bool seen_descr_ = false;
  bool seen_order_ = false;
  std::vector<int> dims_;
};

Shape padded_shape(const std::vector<int>& dims) {
  std::array<int, kMaxDims> all = {1, 1, 1, 1};
  std::copy(dims.begin(), dims.end(), all.end() - static_cast<std::ptrdiff_t>(dims.size()));
  return {all[0], all[1], all[2], all[3]};
}

}  // namespace

std::vector<std::byte> encode_npy(std::span<const int> dims, std::span<const float> values) { return encode("<f4", dims, values); }

std::vector<std::byte> encode_npy(std::span<const int> dims, std::span<const std::int32_t> values) { return encode("<i4", dims, values); }

std::vector<std::byte> encode_npy(const Tensor& tensor) {
  const Shape& s = tensor.shape();
  return encode_npy(std::array<int, kMaxDims>{s.n, s.c, s.h, s.w}, tensor.values());
}

Tensor decode_npy(std::span<const std::byte> bytes, const std::string& name, bool doubles) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.size() < kMagic.size() + 4 || text.substr(0, kMagic.size()) != kMagic) fail("{}: expected an npy file, found none", name);
  const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(bytes[i]); };
  const std::size_t version = byte(6);
  if (version < 1 || version > 3) fail("{}: npy: expected version 1, 2 or 3, found {}", name, version);
  const std::size_t prefix = version == 1 ? 10 : 12;
  if (text.size() < prefix) fail("{}: npy: expected a header of at least {} bytes, found {}", name, prefix, text.size());
  const std::size_t length = byte(8) | byte(9) << 8U | (version == 1 ? 0 : byte(10) << 16U | byte(11) << 24U);
  if (length > kMaxHeader || length > text.size() - prefix) {
    fail("{}: npy: expected a header of at most {} bytes, found {}", name, std::min(kMaxHeader, text.size() - prefix), length);
  }
  HeaderParser header(text.substr(prefix, length), name, doubles);
  const std::vector<int> dims = header.parse();
  const std::size_t width = header.is_double() ? sizeof(double) : sizeof(float);

  const std::size_t available = text.size() - prefix - length;
  std::uint64_t count = 1;
  for (const int dim : dims) {
    count *= static_cast<std::uint64_t>(dim);  // below 2^28 * available: no overflow
    if (count > available) fail("{}: npy: expected at least {} values, found {} bytes", name, count, available);
  }
  if (available != count * width) fail("{}: npy: expected {} bytes of values, found {}", name, count * width, available);
  Tensor tensor = Tensor::uninitialised(padded_shape(dims));
  const std::byte* const values = bytes.data() + prefix + length;
  if (header.is_double()) {
    std::vector<double> wide(static_cast<std::size_t>(count));
    std::memcpy(wide.data(), values, available);
    std::transform(wide.begin(), wide.end(), tensor.data(), [](double value) { return static_cast<float>(value); });
  } else {
    std::memcpy(tensor.data(), values, available);
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (!std::isfinite(tensor.data()[i])) fail("{}: npy: expected finite values, found {} at element {}", name, tensor.data()[i], i);
  }
  return tensor;
}

}  // namespace zf
