#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "core/backend/readback.h"
#include "core/tensor/job.h"

namespace zf {

/// Batches whose results are on their way from the device and what is to become of each, so that the host prepares the next batch and
/// uses the last one while the device works on this one. Used in the order that they were added in.
class InFlight {
 public:
  /// `pending` is anything with ready(), such as a Readback, or a vector of such; once it is ready, `use` gets it.
  template <typename Pending, typename Use>
  void add(Pending pending, Use use) {
    const auto held = std::make_shared<Pending>(std::move(pending));
    batches_.push_back({[held] { return is_ready(*held); }, [held, use = std::move(use)] { use(*held); }});
  }

  /// A step of a job: uses what has come; starts a batch where `more` says that there is one, and not too many are under way; says how
  /// the job stands.
  Step step(const std::function<bool()>& more, const std::function<void()>& start);

 private:
  static constexpr std::size_t kDepth = 3;  // batches: one is computed, one on its way back, one in hand
  struct Batch {
    std::function<bool()> ready;
    std::function<void()> use;
  };

  template <typename Pending>
  static bool is_ready(const Pending& pending) {
    return pending.ready();
  }
  template <typename Pending>
  static bool is_ready(const std::vector<Pending>& pending) {
    return std::all_of(pending.begin(), pending.end(), [](const Pending& one) { return one.ready(); });
  }
  void use_ready();

  std::deque<Batch> batches_;
};

}  // namespace zf
