// What a program says on a machine that may have a card or not.
#include <gtest/gtest.h>

#include <string>

#include "core/tensor/error.h"
#include "native/cuda/cuda_backend.h"

namespace zf {
namespace {

TEST(CudaProbe, NamesTheCardOrSaysWhatIsMissing) {
  try {
    const CudaCard card = probe_cuda();
    EXPECT_FALSE(card.name.empty());
    EXPECT_GE(card.major * 10 + card.minor, 75);
    EXPECT_GT(card.memory, std::size_t{1} << 30U);
  } catch (const Error& error) {
    const std::string message = error.what();
    EXPECT_EQ(message.rfind("cuda: expected ", 0), 0U) << message;
    EXPECT_NE(message.find(", found "), std::string::npos) << message;
  }
}

TEST(CudaProbe, BackendsThatCannotBeSayTheSame) {
  std::string found;
  try {
    (void)probe_cuda();
    GTEST_SKIP() << "there is a card";
  } catch (const Error& error) {
    found = error.what();
  }
  try {
    (void)make_cuda_backend();
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_EQ(error.what(), found);
  }
}

TEST(CudaProbe, RefusesCardsThatAreNotThere) { EXPECT_THROW((void)probe_cuda(1000), Error); }

}  // namespace
}  // namespace zf
