// What only a card can show: tf32, full memory, other threads, equal bits.
#include <thread>

#include "core/backend/device_error.h"
#include "native/cuda/cuda_backend.h"
#include "tests/backend/compare.h"
#include "tests/expect_error.h"

namespace zf::testing {
namespace {

constexpr ConvSpec kConv{.maps = 48, .kernel_h = 3, .kernel_w = 3, .pad = 1};

/// A convolution, its transpose and its weights' gradient of a batch.
std::vector<Tensor> convolve(Backend& backend) {
  const DeviceTensor x = upload(backend, random_tensor({5, 32, 27, 25}, 1));
  std::unique_ptr<Filters> filters;
  backend.pack(upload(backend, random_tensor({48, 32, 3, 3}, 2)), upload(backend, random_tensor({1, 48, 1, 1}, 3)), kConv, filters);
  DeviceTensor y;
  DeviceTensor gx;
  DeviceTensor weight;
  DeviceTensor bias;
  backend.conv(x, *filters, 1, true, y);
  backend.conv_transpose(y, {}, *filters, {27, 25}, {}, gx);
  backend.training().conv_weight_gradient(x, y, kConv, weight, bias);
  return {backend.download(y), backend.download(gx), backend.download(weight), backend.download(bias)};
}

TEST(Card, DescribesItself) {
  const CudaCard card = probe_cuda();
  const std::string name = fmt::format("cuda, {} (sm_{}{})", card.name, card.major, card.minor);
  EXPECT_EQ(make_cuda_backend()->description(), name);
  EXPECT_EQ(make_cuda_backend({.tf32 = true})->description(), name + ", tf32");
}

// Factors of 10 bits of mantissa err by up to 5e-4 each, of any sign.
TEST(Card, Tf32IsCloseAndFloat32Closer) {
  const std::vector<Tensor> expected = convolve(*make_reference_backend());
  const std::vector<Tensor> plain = convolve(*make_cuda_backend());
  const std::vector<Tensor> tf32 = convolve(*make_cuda_backend({.tf32 = true}));
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_LE(normalised_error(plain[i], expected[i]), 3e-5) << "result " << i;
    EXPECT_LE(normalised_error(tf32[i], expected[i]), 5e-3) << "result " << i;
  }
}

TEST(Card, GivesTheSameBitsEveryTime) {
  const std::vector<Tensor> first = convolve(*make_cuda_backend());
  for (int run = 0; run < 3; ++run) {
    const std::vector<Tensor> again = convolve(*make_cuda_backend());
    for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(normalised_error(again[i], first[i]), 0) << "result " << i;
  }
}

TEST(Card, SaysHowMuchMemoryWasMissing) {
  const std::unique_ptr<Backend> backend = make_cuda_backend();
  DeviceTensor tensor;
  expect_error([&] { backend->resize(tensor, {100, 1000, 1000, 1000}); }, {"MiB of device memory", "MiB free"});
  // The card is as good as before.
  backend->upload(Tensor({1, 1, 2, 2}, 3.0F), tensor);
  EXPECT_EQ(normalised_error(backend->download(tensor), Tensor({1, 1, 2, 2}, 3.0F)), 0);
}

TEST(Card, UploadsMoreThanItsStagingHolds) {
  const std::unique_ptr<Backend> backend = make_cuda_backend();
  const Tensor host = random_tensor({3, 16, 500, 501}, 1);
  const DeviceTensor device = upload(*backend, host);
  EXPECT_EQ(normalised_error(backend->download(device), host), 0);
}

TEST(Card, MemoryMayGoOnAnotherThreadAndAfterTheBackend) {
  std::unique_ptr<Backend> backend = make_cuda_backend();
  DeviceTensor first = upload(*backend, Tensor({1, 1, 100, 100}, 1.0F));
  DeviceTensor second = upload(*backend, Tensor({1, 1, 100, 100}, 2.0F));
  std::thread([&] { first = {}; }).join();
  EXPECT_EQ(normalised_error(backend->download(second), Tensor({1, 1, 100, 100}, 2.0F)), 0);
  Readback readback = backend->read(second);
  backend = nullptr;
  EXPECT_EQ(normalised_error(readback.take(), Tensor({1, 1, 100, 100}, 2.0F)), 0);
  second = {};
}

TEST(Card, WorksOnWhateverThreadCalls) {
  const std::unique_ptr<Backend> backend = make_cuda_backend();
  std::vector<Tensor> found;
  std::thread([&] { found = convolve(*backend); }).join();
  const std::vector<Tensor> expected = convolve(*backend);
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(normalised_error(found[i], expected[i]), 0);
}

}  // namespace
}  // namespace zf::testing
