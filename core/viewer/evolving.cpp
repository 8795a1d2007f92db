#include "core/viewer/evolving.h"

#include <filesystem>
#include <utility>

#include "core/analysis/evolution.h"
#include "core/io/atomic_file.h"
#include "core/report/scaled.h"

namespace zf::viewer {

namespace {

class Evolving final : public Job {
 public:
  Evolving(const Host& host, std::shared_ptr<Scope> scope, const EvolutionWish& wish, std::function<void(EvolutionStrip)> deliver)
      : scope_(std::move(scope)),
        deliver_(std::move(deliver)),
        job_(scope_->net->backend(), order_snapshots(wish.run), {{}, wish.photos, {}}, host.decoder(), options()) {}

  Step step() override {
    constexpr int kMostSide = 160;
    if (const Step step = job_.step(); step != Step::kDone) return step;
    deliver_(evolution_strip(job_, kMostSide));
    return Step::kDone;
  }
  [[nodiscard]] double progress() const override { return job_.progress(); }

 private:
  static EvolutionOptions options() {
    EvolutionOptions options;
    options.patches = false;
    options.batch = 4;
    options.threads = 0;  // a page has no more threads than those of its backend
    options.memory = std::size_t{64} << 20U;
    return options;
  }

  std::shared_ptr<Scope> scope_;
  std::function<void(EvolutionStrip)> deliver_;
  EvolutionJob job_;
};

class StripReading final : public Job {
 public:
  StripReading(const Host& host, std::string path, std::function<void(EvolutionStrip)> deliver)
      : host_(&host), path_(std::move(path)), deliver_(std::move(deliver)) {}

  Step step() override {
    const std::string picture = std::filesystem::path(path_).replace_extension(".png").string();
    const std::vector<std::byte> text = read_file(path_);
    deliver_(read_strip({reinterpret_cast<const char*>(text.data()), text.size()}, to_picture(host_->read_image(picture)), path_));
    return Step::kDone;
  }
  [[nodiscard]] double progress() const override { return 0; }

 private:
  const Host* host_;
  std::string path_;
  std::function<void(EvolutionStrip)> deliver_;
};

}  // namespace

Worker::Maker evolution_job(const Host& host, std::shared_ptr<Scope> scope, const EvolutionWish& wish,
                            std::function<void(EvolutionStrip)> done) {
  return [&host, scope = std::move(scope), wish, done = std::move(done)](Worker::Outbox outbox) -> std::unique_ptr<Job> {
    const auto deliver = outbox.to(done);
    if (wish.run.empty()) return std::make_unique<StripReading>(host, wish.strip, deliver);
    return std::make_unique<Evolving>(host, scope, wish, deliver);
  };
}

}  // namespace zf::viewer
