#include <algorithm>

#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/cpu/lrn_columns.h"
#include "core/backend/cpu/ranges.h"
#include "core/backend/cpu/storage.h"
#include "core/backend/cpu/window.h"

namespace zf::cpu {

namespace {

constexpr std::size_t kColumns = 512;  // places that a thread takes at once

/// Shares the places of N items of `plane` places among the threads: body(item, first place, places, thread).
template <typename Body>
void for_columns(Context& context, int items, std::size_t plane, const Body& body) {
  const std::size_t chunks = (plane + kColumns - 1) / kColumns;
  context.pool.parallel_for(items * static_cast<int>(chunks), [&](int index, int thread) {
    const std::size_t first = static_cast<std::size_t>(index) % chunks * kColumns;
    body(static_cast<std::size_t>(index) / chunks, first, std::min(kColumns, plane - first), thread);
  });
}

/// The derivative on one window of item `at.image`; 0 where it hangs over the map.
void backward_window(const float* x, const Shape& full, const LrnSpec& spec, const float* g, const Shape& in, Window at, float* scratch,
                     float* gx) {
  const Span rows = overlap(at.y, in.h, full.h);
  const Span columns = overlap(at.x, in.w, full.w);
  if (rows.size() < static_cast<std::size_t>(in.h) || columns.size() < static_cast<std::size_t>(in.w)) std::fill_n(gx, in.item(), 0.0F);
  if (columns.empty()) return;
  for (int row = rows.begin; row < rows.end; ++row) {
    const std::ptrdiff_t source = static_cast<std::ptrdiff_t>(at.y + row) * full.w + at.x + columns.begin;
    const std::ptrdiff_t place = static_cast<std::ptrdiff_t>(row) * in.w + columns.begin;
    lrn_backward_columns({x + source, full.plane()}, {g + place, in.plane()}, in.c, columns.size(), spec, scratch, gx + place);
  }
}

}  // namespace

void CpuBackend::do_lrn(const DeviceTensor& x, const LrnSpec& spec, DeviceTensor& y) {
  const Shape& in = x.shape();
  for_columns(context_, in.n, in.plane(), [&](std::size_t item, std::size_t first, std::size_t count, int) {
    const std::size_t at = item * in.item() + first;
    lrn_columns({data(x) + at, in.plane()}, in.c, count, spec, data(y) + at);
  });
}

void CpuBackend::do_lrn_backward(const DeviceTensor& x, const LrnSpec& spec, const DeviceTensor& g, Windows g_at, DeviceTensor& gx) {
  const Shape& full = x.shape();
  const Shape& in = g.shape();
  const auto scratch = [&](int thread) { return context_.local[static_cast<std::size_t>(thread)].floats(lrn_scratch(in.c, spec)); };
  if (g_at.empty()) {
    for_columns(context_, in.n, in.plane(), [&](std::size_t item, std::size_t first, std::size_t count, int thread) {
      const std::size_t at = item * in.item() + first;
      lrn_backward_columns({data(x) + at, in.plane()}, {data(g) + at, in.plane()}, in.c, count, spec, scratch(thread), data(gx) + at);
    });
    return;
  }
  context_.pool.parallel_for(in.n, [&](int n, int thread) {
    const Window at = window_of(g_at, n);
    const std::size_t item = static_cast<std::size_t>(n) * in.item();
    backward_window(data(x) + static_cast<std::size_t>(at.image) * full.item(), full, spec, data(g) + item, in, at, scratch(thread),
                    data(gx) + item);
  });
}

}  // namespace zf::cpu
