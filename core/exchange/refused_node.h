#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/tensor/error.h"
#include "core/tensor/shape.h"

namespace zf {

/// A node of another program's file that our layers cannot say, with the layers of what comes before it.
class RefusedNode : public Error {
 public:
  struct LayerBefore {
    std::string name;
    std::string type;
    Shape shape;  ///< of its output for one image
    std::int64_t parameters = 0;
  };

  RefusedNode(const std::string& message, std::string node, std::string op, const Shape& input, std::vector<LayerBefore> before)
      : Error(message), node_(std::move(node)), op_(std::move(op)), input_(input), before_(std::move(before)) {}

  /// The same with the file's name in front of its words.
  [[nodiscard]] RefusedNode in(const std::string& file) const { return {file + ": " + what(), node_, op_, input_, before_}; }

  [[nodiscard]] const std::string& node() const { return node_; }
  [[nodiscard]] const std::string& op() const { return op_; }
  [[nodiscard]] const Shape& input() const { return input_; }
  [[nodiscard]] const std::vector<LayerBefore>& before() const { return before_; }

 private:
  std::string node_;
  std::string op_;
  Shape input_;
  std::vector<LayerBefore> before_;
};

}  // namespace zf
