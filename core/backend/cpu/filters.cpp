#include "core/backend/cpu/filters.h"

#include <algorithm>
#include <cstdint>

#include "core/backend/cpu/conv_paths.h"
#include "core/backend/cpu/conv_sparse_kernel.h"
#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/cpu/storage.h"

namespace zf::cpu {

namespace {

void copy_into(const DeviceTensor& from, AlignedBuffer& to) {
  const std::size_t bytes = from.size() * sizeof(float);
  if (to.bytes() < bytes) to = AlignedBuffer(bytes);
  widen(numbers(from), from.size(), to.as<float>());
}

[[nodiscard]] bool may_be_fully_connected(const ConvSpec& spec) { return spec.stride == 1 && spec.pad == 0 && spec.groups == 1; }

}  // namespace

CpuFilters::CpuFilters(const ConvSpec& spec, int channels) : Filters(spec, channels) {
  if (taps() == 1 || group_maps() == 1 || group_channels() == 1 || spec.dilation > 1) return;
  winograd_ = std::make_unique<WinogradFilters>(winograd_axis(spec.kernel_h, spec.stride), winograd_axis(spec.kernel_w, spec.stride),
                                                spec.groups, group_maps(), group_channels());
  winograd_transposed_ =
      std::make_unique<WinogradFilters>(winograd_transposed_axis(spec.kernel_h, spec.stride),
                                        winograd_transposed_axis(spec.kernel_w, spec.stride), spec.groups, group_channels(), group_maps());
}

void CpuFilters::set(const DeviceTensor& weight, const DeviceTensor& bias) {
  const bool narrow = weight.stored_as() != StoredAs::kFloat32 && !depthwise(spec(), channels());
  shared_weight_ = {};
  shared_bias_ = {};
  if (narrow || may_be_fully_connected(spec())) {
    shared_weight_ = weight;
  } else {
    copy_into(weight, weight_);
  }
  if (may_be_fully_connected(spec())) {
    shared_bias_ = bias;
  } else {
    copy_into(bias, bias_);
  }
  panels_.invalidate();
  transposed_panels_.invalidate();
  sparse_.invalidate();
  if (winograd_ == nullptr) return;
  winograd_->invalidate();
  winograd_transposed_->invalidate();
}

Numbers CpuFilters::weight() const {
  return shared_weight_.empty() ? Numbers{StoredAs::kFloat32, weight_.data()} : numbers(shared_weight_);
}

const float* CpuFilters::floats(AlignedBuffer& buffer) const {
  const Numbers stored = weight();
  if (stored.kind == StoredAs::kFloat32) return stored.floats();
  const std::size_t count = shared_weight_.size();
  buffer = AlignedBuffer(count * sizeof(float));
  widen(stored, count, buffer.as<float>());
  return buffer.as<float>();
}

const float* CpuFilters::bias() const { return shared_bias_.empty() ? bias_.as<float>() : data(shared_bias_); }

const float* CpuFilters::panels() const {
  const std::size_t size = packed_size(group_maps(), row());
  return panels_.get(size * spec().groups, [&](float* to) {
    AlignedBuffer buffer;
    const float* weights = floats(buffer);
    for (int group = 0; group < spec().groups; ++group) {
      const float* from = weights + static_cast<std::ptrdiff_t>(group) * group_maps() * row();
      for (int k = 0; k < row(); k += panel_depth()) {
        const int depth = std::min(panel_depth(), row() - k);
        pack_panels(from + k, row(), 1, group_maps(), depth, to + size * group + packed_size(group_maps(), k),
                    static_cast<std::ptrdiff_t>(panel_rows()) * depth);
      }
    }
  });
}

void CpuFilters::set_panels(Gemm& job, int group, int map, int k) const {
  job.a_pitch = static_cast<std::ptrdiff_t>(panel_rows()) * job.k;
  job.a = panels() + packed_size(group_maps(), row()) * group + packed_size(group_maps(), k) + map / panel_rows() * job.a_pitch;
}

const float* CpuFilters::transposed_panels() const {
  const std::size_t size = packed_size(row(), group_maps());
  return transposed_panels_.get(size * spec().groups, [&](float* to) {
    AlignedBuffer buffer;
    const float* weights = floats(buffer);
    for (int group = 0; group < spec().groups; ++group) {
      const float* from = weights + static_cast<std::ptrdiff_t>(group) * group_maps() * row();
      pack_panels(from, 1, row(), row(), group_maps(), to + size * group, static_cast<std::ptrdiff_t>(panel_rows()) * group_maps());
    }
  });
}

SparseLayout CpuFilters::sparse_layout() const {
  SparseLayout layout;
  layout.row_taps = spec().dilation == 1 ? spec().kernel_w : 1;
  layout.rows = taps() / layout.row_taps;
  layout.row_vectors = round_up(layout.row_taps * group_channels(), sparse_lanes()) / sparse_lanes();
  layout.vectors = round_up(layout.rows * layout.row_vectors, 3);
  layout.group_size = static_cast<std::size_t>(layout.vectors) * sparse_lanes() * group_maps();
  return layout;
}

const float* CpuFilters::sparse(Context& context) const {
  const SparseLayout layout = sparse_layout();
  return sparse_.get(layout.group_size * spec().groups, [&](float* to) {
    AlignedBuffer buffer;
    const float* weights = floats(buffer);
    context.pool.parallel_for(spec().maps, [&](int map, int thread) {
      const int lanes = sparse_lanes();
      const int length = layout.vectors * lanes;
      float* sequence = context.local[static_cast<std::size_t>(thread)].floats(static_cast<std::size_t>(length));
      std::fill_n(sequence, length, 0.0F);
      const float* from = weights + static_cast<std::ptrdiff_t>(map) * row();
      for (int row = 0; row < layout.rows; ++row) {
        transpose(from + row * layout.row_taps, taps(), group_channels(), layout.row_taps, sequence + row * layout.row_vectors * lanes,
                  group_channels());
      }
      float* block = to + layout.group_size * static_cast<std::size_t>(map / group_maps());
      for (int first = 0; first < layout.vectors; first += kSparseVectors) {
        const int size = std::min(kSparseVectors, layout.vectors - first) * lanes;
        std::copy_n(sequence + first * lanes, size, block + static_cast<std::ptrdiff_t>(map % group_maps()) * size);
        block += static_cast<std::ptrdiff_t>(group_maps()) * size;
      }
    });
  });
}

void CpuFilters::prepare_winograd(Context& context) const {
  if (winograd_->prepared()) return;
  AlignedBuffer buffer;
  winograd_->prepare(context, {floats(buffer), row(), taps(), static_cast<std::ptrdiff_t>(group_maps()) * row(), spec().kernel_w, taps()});
}

void CpuFilters::prepare_winograd_transposed(Context& context) const {
  if (winograd_transposed_->prepared()) return;
  AlignedBuffer buffer;
  winograd_transposed_->prepare(
      context, {floats(buffer), taps(), row(), static_cast<std::ptrdiff_t>(group_maps()) * row(), spec().kernel_w, taps()});
}

std::shared_ptr<Storage> CpuBackend::share(const StoredWeights& host) {
  if (host.stored_as() == StoredAs::kFloat32) return HostBackend::share(host);
  const bool aligned = reinterpret_cast<std::uintptr_t>(host.bytes()) % alignof(std::uint16_t) == 0;
  return aligned ? std::make_shared<HostStorage>(host.bytes(), host.owner()) : nullptr;
}

void CpuBackend::do_pack(const DeviceTensor& weight, const DeviceTensor& bias, const ConvSpec& spec, std::unique_ptr<Filters>& filters) {
  if (filters == nullptr) filters = std::make_unique<CpuFilters>(spec, weight.shape().c * spec.groups);
  static_cast<CpuFilters&>(*filters).set(weight, bias);
}

}  // namespace zf::cpu
