// Ranks over MPI. Sums run on the host: a device's gradients come down and go up again.
#include "native/mpi/launched_ranks.h"

#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <span>
#include <system_error>
#include <utility>

#include "core/tensor/error.h"
#include "native/mpi/mpi_functions.h"
#ifdef ZF_HAS_NCCL
#include "native/nccl/nccl_ranks.h"
#endif

namespace zf {

namespace {

namespace fs = std::filesystem;

void insist(bool worked, const char* what) {
  if (!worked) fail("MPI: expected {}, found a failure", what);
}

/// A bucket on the host, one tensor behind the other.
class MpiSum final : public PendingSum {
 public:
  MpiSum(const ZfMpiFunctions& mpi, Backend& backend, std::vector<DeviceTensor*> bucket, std::vector<ZfMpiSum*>& open)
      : mpi_(mpi), backend_(backend), bucket_(std::move(bucket)), open_(open) {
    std::size_t size = 0;
    for (const DeviceTensor* tensor : bucket_) size += tensor->size();
    if (size > static_cast<std::size_t>(std::numeric_limits<int>::max())) fail("MPI: expected a bucket of fewer numbers, found {}", size);
    values_.reserve(size);
    for (const DeviceTensor* tensor : bucket_) {
      const Tensor host = backend_.download(*tensor);
      values_.insert(values_.end(), host.values().begin(), host.values().end());
    }
    sum_ = mpi_.start_sum(values_.data(), static_cast<int>(size));
    insist(sum_ != nullptr, "a sum");
    open_.push_back(sum_);
  }

  void wait() override {
    std::erase(open_, sum_);
    insist(mpi_.wait_for_sum(sum_) != 0, "a sum");
    auto next = std::span<const float>(values_);
    for (DeviceTensor* tensor : bucket_) {
      backend_.upload(Tensor(tensor->shape(), next.first(tensor->size())), *tensor);
      next = next.subspan(tensor->size());
    }
  }

 private:
  const ZfMpiFunctions& mpi_;
  Backend& backend_;
  std::vector<DeviceTensor*> bucket_;
  std::vector<ZfMpiSum*>& open_;
  std::vector<float> values_;
  ZfMpiSum* sum_ = nullptr;
};

class MpiRanks final : public Ranks {
 public:
  explicit MpiRanks(const ZfMpiFunctions& mpi) : mpi_(mpi) {}
  MpiRanks(const MpiRanks&) = delete;
  MpiRanks& operator=(const MpiRanks&) = delete;
  ~MpiRanks() override { mpi_.finish(); }

  [[nodiscard]] int rank() const override { return mpi_.rank; }
  [[nodiscard]] int size() const override { return mpi_.size; }
  [[nodiscard]] std::unique_ptr<PendingSum> start_sum(Backend& backend, std::vector<DeviceTensor*> bucket) override {
    return std::make_unique<MpiSum>(mpi_, backend, std::move(bucket), open_);
  }
  void poke() override {
    for (ZfMpiSum* sum : open_) mpi_.poke_sum(sum);
  }
  [[nodiscard]] std::vector<std::string> gather(std::string_view own) override {
    std::vector<int> lengths(static_cast<std::size_t>(mpi_.size));
    insist(mpi_.gather_lengths(static_cast<int>(own.size()), lengths.data()) != 0, "what every rank says");
    std::size_t length = 0;
    for (const int one : lengths) length += static_cast<std::size_t>(one);
    std::string all(length, '\0');
    insist(mpi_.gather_bytes(own.data(), lengths.data(), all.data()) != 0, "what every rank says");
    std::vector<std::string> parts;
    for (std::size_t at = 0; const int one : lengths) {
      parts.push_back(all.substr(at, static_cast<std::size_t>(one)));
      at += static_cast<std::size_t>(one);
    }
    return parts;
  }
  [[noreturn]] void abort() override {
    mpi_.abort();
    std::abort();
  }

 private:
  const ZfMpiFunctions& mpi_;
  std::vector<ZfMpiSum*> open_;
};

/// How many processes a launcher of MPI programs started; 0 where none did, -1 where it does not say. MPI is left alone without one.
int launched() {
  if (const char* const size = std::getenv("OMPI_COMM_WORLD_SIZE")) return std::atoi(size);
  if (const char* const size = std::getenv("PMI_SIZE")) return std::atoi(size);
  return std::getenv("PMIX_RANK") != nullptr ? -1 : 0;
}

/// Beside the program, or where it is installed; empty where there is none.
fs::path module_file() {
  std::error_code error;
  const fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (const fs::path& file : {folder / "zfscope_mpi.so", folder / "../lib/zfscope/zfscope_mpi.so"}) {
    if (fs::exists(file, error)) return file;
  }
  return {};
}

/// Open MPI's own plug-ins want its library's names to be there for all.
const ZfMpiFunctions& start_mpi() {
  const fs::path file = module_file();
  if (file.empty())
    fail("train: expected zfscope_mpi.so beside the program, to train in several processes, found none: it was built without MPI");
  void* const module = dlopen(file.c_str(), RTLD_NOW | RTLD_GLOBAL);
  if (module == nullptr) fail("{}: expected a module that loads, found: {}", file.string(), dlerror());
  const auto start = reinterpret_cast<const ZfMpiFunctions* (*)()>(dlsym(module, "zf_mpi_start"));
  if (start == nullptr) fail("{}: expected zf_mpi_start, found none", file.string());
  const ZfMpiFunctions* const mpi = start();
  if (mpi == nullptr) fail("MPI: expected it to start, found a failure");
  return *mpi;
}

}  // namespace

std::unique_ptr<Ranks> launched_ranks() {
  const int processes = launched();
  if (processes == 0 || processes == 1) return std::make_unique<OneRank>();
  return std::make_unique<MpiRanks>(start_mpi());
}

int rank_on_machine(Ranks& ranks) {
  std::array<char, 256> own{};
  (void)gethostname(own.data(), own.size() - 1);
  const std::vector<std::array<char, 256>> machines = gather_values(ranks, own);
  return static_cast<int>(std::count(machines.begin(), machines.begin() + ranks.rank(), own));
}

RanksOnBackend ranks_on([[maybe_unused]] Backend& backend, Ranks& ranks) {
#ifdef ZF_HAS_NCCL
  if (ranks.size() > 1) {
    auto [own, note] = nccl_ranks(ranks, backend);
    Ranks* const used = own != nullptr ? own.get() : &ranks;
    return {used, std::move(own), std::move(note)};
  }
#endif
  return {&ranks, nullptr, {}};
}

}  // namespace zf
