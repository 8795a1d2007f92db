#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/backend/backend.h"
#include "core/tensor/error.h"

namespace zf {

/// A sum over all ranks that is under way.
class PendingSum {
 public:
  PendingSum() = default;
  PendingSum(const PendingSum&) = delete;
  PendingSum& operator=(const PendingSum&) = delete;
  virtual ~PendingSum() = default;
  /// Until the tensors hold the sums.
  virtual void wait() = 0;
};

/// The processes that train a network together, one of them this one. All call the same functions in the same order; MPI's words: a rank is
/// a process's number, from 0. Works on the thread that the network belongs to.
class Ranks {
 public:
  Ranks() = default;
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;
  virtual ~Ranks() = default;

  [[nodiscard]] virtual int rank() const = 0;
  [[nodiscard]] virtual int size() const = 0;
  /// Starts to add up tensors of `backend` over all ranks, in place: a bucket. The order of a sum's terms follows from the number of ranks
  /// alone, so that every run and every rank gets the same bits. The tensors stay as they are until wait().
  [[nodiscard]] virtual std::unique_ptr<PendingSum> start_sum(Backend& backend, std::vector<DeviceTensor*> bucket) = 0;
  /// Lets what is under way go on, between two pieces of other work.
  virtual void poke() = 0;
  /// What every rank gives, in the order of ranks. Waits for all.
  [[nodiscard]] virtual std::vector<std::string> gather(std::string_view own) = 0;
  /// Ends every rank, since this one cannot go on.
  [[noreturn]] virtual void abort() = 0;
};

/// A process that trains alone.
class OneRank final : public Ranks {
 public:
  [[nodiscard]] int rank() const override { return 0; }
  [[nodiscard]] int size() const override { return 1; }
  [[nodiscard]] std::unique_ptr<PendingSum> start_sum(Backend& backend, std::vector<DeviceTensor*> bucket) override;
  void poke() override {}
  [[nodiscard]] std::vector<std::string> gather(std::string_view own) override { return {std::string(own)}; }
  [[noreturn]] void abort() override;
};

/// A number, or a few, of every rank.
template <typename Value>
[[nodiscard]] std::vector<Value> gather_values(Ranks& ranks, const Value& own) {
  static_assert(std::is_trivially_copyable_v<Value>);
  std::vector<Value> values;
  for (const std::string& bytes : ranks.gather({reinterpret_cast<const char*>(&own), sizeof own})) {
    if (bytes.size() != sizeof own) fail("ranks: expected {} bytes of each, found {}", sizeof own, bytes.size());
    std::memcpy(&values.emplace_back(), bytes.data(), sizeof own);
  }
  return values;
}

/// Throws where a rank says something else than the first, naming both; `what` they were asked.
void insist_same(Ranks& ranks, std::string_view what, std::string_view own);

}  // namespace zf
