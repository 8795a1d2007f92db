// What only this backend promises: threads, memory, tickets, contexts, and the check at its start.
#include <gtest/gtest.h>

#include <thread>

#include "core/backend/device_error.h"
#include "native/opengl/program.h"
#include "native/opengl/self_check.h"
#include "tests/backend/backends.h"
#include "tests/backend/compare.h"
#include "tests/expect_error.h"
#include "tests/opengl/testing.h"

namespace zf::testing {
namespace {

using opengl::OpenGlBackend;

TEST(OpenGl, DescribesItsDevice) {
  const OpenGlDevice device = probe_opengl();
  EXPECT_FALSE(device.name.empty());
  EXPECT_EQ(make_opengl_backend()->description(), "opengl, " + device.name + ", OpenGL " + device.version);
  EXPECT_FALSE(make_opengl_backend()->trains());
}

TEST(OpenGl, MemoryLetGoOfOnAnotherThreadIsUsedAgain) {
  OpenGlBackend backend({});
  DeviceTensor tensor = upload(backend, Tensor({1, 1, 1000, 1000}));
  std::thread([last = std::move(tensor)] {}).join();
  EXPECT_GE(backend.device().memory().waiting(), 4'000'000U);
  const DeviceTensor again = upload(backend, Tensor({1, 1, 1000, 1000}));
  EXPECT_LT(backend.device().memory().waiting(), 4'000'000U);
}

TEST(OpenGl, FreedBuffersWaitUpToALimit) {
  const opengl::EglContext context({});
  opengl::BufferPool pool(context, GL_DYNAMIC_COPY, 10'000);
  const opengl::GlBuffer small = pool.take(1000);
  const opengl::GlBuffer large = pool.take(8000);
  const opengl::GlBuffer larger = pool.take(9000);
  pool.give_back(small);
  pool.give_back(large);
  EXPECT_EQ(pool.waiting(), small.bytes + large.bytes);
  pool.give_back(larger);
  EXPECT_EQ(pool.waiting(), small.bytes + large.bytes) << "the largest goes first";
  EXPECT_EQ(pool.take(900).name, small.name);
  EXPECT_NE(pool.take(100).name, large.name) << "far too large to be used for so little";
  EXPECT_EQ(pool.take(7900).name, large.name);
}

TEST(OpenGl, SaysHowMuchMemoryItLacks) {
  OpenGlBackend backend({});
  DeviceTensor kept = upload(backend, Tensor({1, 1, 1, 2}, 3.0F));
  DeviceTensor huge;
  EXPECT_THROW(backend.resize(huge, {1, 1, 300'000, 300'000}), DeviceError);
  expect_error([&] { backend.resize(huge, {1, 1, 300'000, 300'000}); }, {"MiB of device memory, found less"});
  EXPECT_EQ(normalised_error(backend.download(kept), Tensor({1, 1, 1, 2}, 3.0F)), 0);
}

TEST(OpenGl, TicketsHoldTheValuesOfTheirMoment) {
  OpenGlBackend backend({});
  DeviceTensor tensor;
  backend.resize(tensor, {1, 3, 100, 100});
  std::vector<Readback> tickets;
  for (int i = 0; i < 5; ++i) {
    backend.fill(tensor, static_cast<float>(i));
    tickets.push_back(backend.read(tensor));
  }
  backend.fill(tensor, -1.0F);
  for (int i = 4; i >= 0; --i) {
    Readback& ticket = tickets[static_cast<std::size_t>(i)];
    while (!ticket.ready()) std::this_thread::yield();
    EXPECT_EQ(normalised_error(ticket.take(), Tensor(tensor.shape(), static_cast<float>(i))), 0) << i;
  }
}

TEST(OpenGl, TicketsOutliveTheBackend) {
  Readback ticket;
  {
    OpenGlBackend backend({});
    ticket = backend.read(upload(backend, Tensor({1, 1, 1, 3}, 5.0F)));
  }
  EXPECT_EQ(normalised_error(ticket.take(), Tensor({1, 1, 1, 3}, 5.0F)), 0);
}

TEST(OpenGl, TwoBackendsDoNotDisturbEachOther) {
  OpenGlBackend one({});
  OpenGlBackend two({});
  DeviceTensor a = upload(one, random_tensor({1, 2, 3, 4}, 1));
  DeviceTensor b = upload(two, random_tensor({1, 2, 3, 4}, 2));
  DeviceTensor ya;
  DeviceTensor yb;
  one.relu(a, ya);
  two.softmax(b, yb);
  one.softmax(ya, a);
  EXPECT_EQ(normalised_error(two.download(b), random_tensor({1, 2, 3, 4}, 2)), 0);
  EXPECT_NEAR(static_cast<double>(two.download(yb).values()[0] + two.download(yb).values()[12]), 1.0, 1e-6);
  EXPECT_NEAR(static_cast<double>(one.download(a).values()[0] + one.download(a).values()[12]), 1.0, 1e-6);
}

TEST(OpenGl, BelongsToTheFirstThreadThatUsesIt) {
  const std::unique_ptr<Backend> backend = make_opengl_backend();
  const DeviceTensor there = upload(*backend, Tensor({1, 1, 1, 2}, 3.0F));
  std::thread([&] { expect_error([&] { (void)backend->download(there); }, {"expected one thread to use the backend"}); }).join();
  EXPECT_EQ(normalised_error(backend->download(there), Tensor({1, 1, 1, 2}, 3.0F)), 0);
}

TEST(OpenGl, IsMadeOnOneThreadAndWorksOnAnother) {
  const std::unique_ptr<Backend> backend = make_opengl_backend();
  std::thread([&] {
    const DeviceTensor there = upload(*backend, Tensor({1, 1, 1, 2}, 3.0F));
    EXPECT_EQ(normalised_error(backend->download(there), Tensor({1, 1, 1, 2}, 3.0F)), 0);
  }).join();
}

TEST(OpenGl, SameInputSameBits) {
  OpenGlBackend backend({});
  const DeviceTensor x = upload(backend, random_tensor({3, 13, 21, 22}, 1));
  std::unique_ptr<Filters> filters;
  backend.pack(upload(backend, random_tensor({19, 13, 3, 3}, 2)), upload(backend, random_tensor({1, 19, 1, 1}, 3)),
               {.maps = 19, .kernel_h = 3, .kernel_w = 3, .pad = 1}, filters);
  const auto run = [&] {
    DeviceTensor y;
    DeviceTensor gx;
    backend.conv(x, *filters, 1, false, y);
    backend.conv_transpose(y, {}, *filters, x.shape().map(), {}, gx);
    return backend.download(gx);
  };
  const Tensor first = run();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(normalised_error(run(), first), 0);
}

// Refusals

TEST(OpenGl, RefusesAMachineWithoutTheLibrary) {
  expect_error([&] { (void)probe_opengl({.library = "libEGL.so.none"}); },
               {"expected the library libEGL.so.none (Debian's package libegl1), found none"});
}

TEST(OpenGl, RefusesAnOldDriver) {
  const OpenGlDevice device = probe_opengl();
  expect_error([&] { (void)probe_opengl({.major = 9, .minor = 1}); },
               {"expected OpenGL 9.1 or newer, found " + device.version + " of " + device.name + ": update the graphics driver"});
}

TEST(OpenGl, ShowsTheDriversLogOfAShaderThatDoesNotCompile) {
  const opengl::EglContext context({});
  const opengl::ProgramCache cache({}, "");
  try {
    (void)opengl::make_program(context, cache, "broken", "#version 430\nlayout(local_size_x = 1) in;\nvoid main() { undeclared = 1; }\n");
    FAIL() << "expected a DeviceError";
  } catch (const DeviceError& error) {
    EXPECT_NE(std::string(error.what()).find("to compile shader broken, found: "), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("undeclared"), std::string::npos) << error.what();
  }
}

TEST(OpenGl, ChecksItselfByWhatIsRight) { EXPECT_NO_THROW(opengl::check_convolutions(reference_backend())); }

TEST(OpenGl, SaysWhatDiffered) {
  const std::vector<double> expected = {1, 2, 3};
  EXPECT_NO_THROW(opengl::expect_close("a sum", std::vector<float>{1, 2, 3.00001F}, expected));
  EXPECT_THROW(opengl::expect_close("a sum", std::vector<float>{1, 2.5F, 3}, expected), DeviceError);
  expect_error(
      [&] {
        opengl::expect_close("a sum", std::vector<float>{1, 2.5F, 3}, expected);
      },
      {"expected 2 at element 1 of a sum, found 2.5"});
}

}  // namespace
}  // namespace zf::testing
