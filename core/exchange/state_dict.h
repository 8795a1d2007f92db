#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/io/safetensors.h"

namespace zf {

/// The tensors of a PyTorch module as a `.safetensors` file stores them, by the module's own names: what all names begin with ("module.",
/// "model.", ...) is left out. Remembers which were asked for. Every Error names the file.
class StateDict {
 public:
  using Dims = std::vector<std::int64_t>;
  static constexpr std::int64_t kAny = 0;  ///< of expected dimensions: any number

  /// The reader must outlive it.
  explicit StateDict(SafetensorsReader& reader);

  [[nodiscard]] const std::string& file() const { return reader_.name(); }
  [[nodiscard]] bool has(const std::string& tensor) const { return stored_names_.count(tensor) > 0; }
  /// How many dimensions a tensor has; 0 where it is not there.
  [[nodiscard]] std::size_t rank(const std::string& tensor) const;
  /// The dimensions of a tensor, which must be there and as `expected`.
  [[nodiscard]] const Dims& dims(const std::string& tensor, const Dims& expected) const;
  /// The numbers of a tensor that is there and as `expected`.
  [[nodiscard]] Tensor read(const std::string& tensor, const Dims& expected);

  /// The tensors that nobody read, without what modules count for themselves (num_batches_tracked). Throws where one lies within a
  /// module of which others were read: the network is another than it seems to be.
  [[nodiscard]] std::vector<std::string> unread() const;
  /// The names of some tensors, to say what a file holds.
  [[nodiscard]] std::vector<std::string> examples() const;

 private:
  SafetensorsReader& reader_;
  std::map<std::string, std::string> stored_names_;  ///< by the module's name
  std::set<std::string> read_;
};

}  // namespace zf
