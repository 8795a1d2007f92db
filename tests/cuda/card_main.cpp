// The main function of tests that need a card: without one they are skipped, and the last line says why.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/tensor/error.h"
#include "native/cuda/cuda_backend.h"

int main(int argc, char** argv) {
  constexpr int kSkipped = 77;  // what ctest takes for it
  try {
    fmt::print("{}\n", zf::make_cuda_backend()->description());
  } catch (const zf::Error& error) {
    fmt::print("skipped: {}\n", error.what());
    return kSkipped;
  }
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
