#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/tensor/error.h"
#include "tests/backend/backends.h"
#include "tests/backend/compare.h"

namespace zf::testing {

/// Calls of a backend that it must refuse.
class RefusalTest : public ::testing::TestWithParam<NamedBackend> {
 protected:
  Backend& b = GetParam().instance();
  DeviceTensor y, z;
  DeviceSwitches switches;

  [[nodiscard]] DeviceTensor zeros(const Shape& shape) const { return upload(b, Tensor(shape)); }

  [[nodiscard]] std::unique_ptr<Filters> filters(const ConvSpec& spec, int channels) const {
    std::unique_ptr<Filters> packed;
    b.pack(zeros({spec.maps, channels / spec.groups, spec.kernel_h, spec.kernel_w}), zeros({1, spec.maps, 1, 1}), spec, packed);
    return packed;
  }

  /// The call must throw zf::Error with all of `parts` in its message.
  static void refused(const std::vector<std::string>& parts, const std::function<void()>& call) {
    try {
      call();
      ADD_FAILURE() << "not refused: " << parts.front();
    } catch (const Error& error) {
      const std::string message = error.what();
      EXPECT_NE(message.find("expected"), std::string::npos) << message;
      EXPECT_NE(message.find("found"), std::string::npos) << message;
      for (const std::string& part : parts) EXPECT_NE(message.find(part), std::string::npos) << message << " lacks " << part;
    }
  }
};

}  // namespace zf::testing
