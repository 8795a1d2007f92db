#include "native/nccl/nccl_ranks.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "core/backend/device_error.h"
#include "native/cuda/card.h"
#include "native/cuda/cuda_handles.h"
#include "native/cuda/tensors.h"
#include "native/nccl/nccl_library.h"

namespace zf {

namespace {

using cuda::Card;
using cuda::check;

/// The cards of all ranks as one.
class Communicator {
 public:
  Communicator(const NcclLibrary& nccl, Ranks& ranks) : nccl_(nccl) {
    ncclUniqueId own{};
    if (ranks.rank() == 0) nccl_.check(nccl_.unique_id(&own), "ncclGetUniqueId");
    const ncclUniqueId id = gather_values(ranks, own).front();
    nccl_.check(nccl_.join(&handle_, ranks.size(), id, ranks.rank()), "ncclCommInitRank");
  }
  Communicator(const Communicator&) = delete;
  Communicator& operator=(const Communicator&) = delete;
  ~Communicator() { (void)nccl_.leave(handle_); }

  /// In place, all as one operation of the stream.
  void sum(const std::vector<DeviceTensor*>& tensors, cudaStream_t stream) const {
    nccl_.check(nccl_.group_start(), "ncclGroupStart");
    for (const DeviceTensor* tensor : tensors) {
      float* const values = cuda::data(*tensor);
      nccl_.check(nccl_.all_reduce(values, values, tensor->size(), ncclFloat32, ncclSum, handle_, stream), "ncclAllReduce");
    }
    nccl_.check(nccl_.group_end(), "ncclGroupEnd");
  }

  /// Throws where a card of the others failed, which no call of this one need say.
  void look_for_errors() const {
    ncclResult_t state = ncclSuccess;
    nccl_.check(nccl_.async_error(handle_, &state), "ncclCommGetAsyncError");
    if (state != ncclInProgress) nccl_.check(state, "a sum over all ranks");
  }

 private:
  const NcclLibrary& nccl_;
  ncclComm_t handle_ = nullptr;
};

/// Nobody waits on the host: what the card computes next waits on the card.
class CardSum final : public PendingSum {
 public:
  CardSum(const Card& card, cuda::Event&& done) : card_(card), done_(std::move(done)) {}
  void wait() override {
    check(cudaSetDevice(card_.index), "cudaSetDevice");
    check(cudaStreamWaitEvent(card_.stream, done_.get(), 0), "cudaStreamWaitEvent");
  }

 private:
  const Card& card_;
  cuda::Event done_;
};

class CardRanks final : public Ranks {
 public:
  CardRanks(const NcclLibrary& nccl, Ranks& ranks, Backend& backend, Card&& card)
      : ranks_(ranks), backend_(backend), card_(std::move(card)) {
    enter();
    stream_ = cuda::make_stream();
    communicator_ = std::make_unique<Communicator>(nccl, ranks);
  }
  CardRanks(const CardRanks&) = delete;
  CardRanks& operator=(const CardRanks&) = delete;
  ~CardRanks() override {
    (void)cudaSetDevice(card_.index);
    (void)cudaStreamSynchronize(stream_.get());
  }

  [[nodiscard]] int rank() const override { return ranks_.rank(); }
  [[nodiscard]] int size() const override { return ranks_.size(); }
  [[nodiscard]] std::unique_ptr<PendingSum> start_sum(Backend& backend, std::vector<DeviceTensor*> bucket) override {
    if (&backend != &backend_) return ranks_.start_sum(backend, std::move(bucket));
    enter();
    const cuda::Event computed = cuda::make_event();
    check(cudaEventRecord(computed.get(), card_.stream), "cudaEventRecord");
    check(cudaStreamWaitEvent(stream_.get(), computed.get(), 0), "cudaStreamWaitEvent");
    communicator_->sum(bucket, stream_.get());
    cuda::Event done = cuda::make_event();
    check(cudaEventRecord(done.get(), stream_.get()), "cudaEventRecord");
    return std::make_unique<CardSum>(card_, std::move(done));
  }
  void poke() override {
    communicator_->look_for_errors();
    ranks_.poke();
  }
  [[nodiscard]] std::vector<std::string> gather(std::string_view own) override { return ranks_.gather(own); }
  [[noreturn]] void abort() override {
    ranks_.abort();
    std::abort();
  }

 private:
  void enter() const { check(cudaSetDevice(card_.index), "cudaSetDevice"); }

  Ranks& ranks_;
  Backend& backend_;
  Card card_;
  cuda::Stream stream_;  ///< beside the backend's own
  std::unique_ptr<Communicator> communicator_;
};

/// What a rank has for sums on cards: the card's place in the world, and what it lacks, if anything.
struct Offer {
  std::array<char, 320> card{};
  std::array<char, 64> lacks{};
};

void put(const std::string& text, std::span<char> to) { std::memcpy(to.data(), text.data(), std::min(text.size(), to.size() - 1)); }

Offer offer_of(const std::optional<Card>& card) {
  Offer offer;
  if (!card) {
    put("computes without a card", offer.lacks);
    return offer;
  }
  std::array<char, 256> machine{};
  (void)gethostname(machine.data(), machine.size() - 1);
  put(fmt::format("{} of {}", card->bus, machine.data()), offer.card);
  if (nccl_library() == nullptr) put(fmt::format("finds no libnccl.so.{}", NCCL_MAJOR), offer.lacks);
  return offer;
}

/// Why the offers do not do; empty where they do.
std::string refusal(const std::vector<Offer>& offers) {
  std::set<std::string> cards;
  for (std::size_t rank = 0; rank < offers.size(); ++rank) {
    if (offers[rank].lacks.front() != '\0') return fmt::format("rank {} {}", rank, offers[rank].lacks.data());
    if (!cards.insert(offers[rank].card.data()).second) return fmt::format("rank {} shares card {}", rank, offers[rank].card.data());
  }
  return {};
}

std::string version_name(int version) { return fmt::format("{}.{}.{}", version / 10000, version / 100 % 100, version % 100); }

}  // namespace

NcclRanks nccl_ranks(Ranks& ranks, Backend& backend) {
  std::optional<Card> card = cuda::card_of(backend);
  const std::vector<Offer> offers = gather_values(ranks, offer_of(card));
  const auto has_no_card = [](const Offer& offer) { return offer.card.front() == '\0'; };
  if (std::all_of(offers.begin(), offers.end(), has_no_card)) return {};
  const std::string why_not = refusal(offers);
  if (!why_not.empty()) return {nullptr, fmt::format("sums by way of the host: {}", why_not)};
  const NcclLibrary& nccl = *nccl_library();
  int version = 0;
  nccl.check(nccl.version(&version), "ncclGetVersion");
  return {std::make_unique<CardRanks>(nccl, ranks, backend, std::move(*card)), fmt::format("sums by NCCL {}", version_name(version))};
}

}  // namespace zf
