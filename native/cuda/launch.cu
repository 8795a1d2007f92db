// The only file that nvcc compiles: every kernel for every generation of cards.
#include "native/cuda/launch.h"

namespace zf::cuda {

namespace {

constexpr unsigned kThreads = 256;  // of a block, where the kernel does not care

template <typename Body>
__global__ void __launch_bounds__(kThreads) run_threads(std::size_t count, Body body) {
  const std::size_t i = static_cast<std::size_t>(blockIdx.x) * kThreads + threadIdx.x;
  if (i < count) body(i);
}

template <typename Body>
__global__ void __launch_bounds__(Body::kThreads) run_blocks(Body body) {
  __shared__ typename Body::Shared shared;
  typename Body::Private own;
  const int phases = body.phases();
  for (int phase = 0; phase < phases; ++phase) {
    if (phase > 0) __syncthreads();
    body.phase(phase, blockIdx.x, static_cast<int>(threadIdx.x), own, shared);
  }
}

}  // namespace

cudaError_t launch_on(cudaStream_t stream, std::size_t count, const Kernel& kernel) {
  std::visit(
      [&](const auto& body) {
        using Body = std::decay_t<decltype(body)>;
        if constexpr (kOfBlocks<Body>) {
          run_blocks<Body><<<static_cast<unsigned>(count), Body::kThreads, 0, stream>>>(body);
        } else {
          run_threads<Body><<<static_cast<unsigned>((count + kThreads - 1) / kThreads), kThreads, 0, stream>>>(count, body);
        }
      },
      kernel);
  return cudaGetLastError();
}

}  // namespace zf::cuda
