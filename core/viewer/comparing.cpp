#include "core/viewer/comparing.h"

#include <array>
#include <filesystem>
#include <utility>

#include "core/data/photo_list.h"
#include "core/data/photo_store.h"
#include "core/exchange/import.h"
#include "core/figures/planes.h"
#include "core/io/model.h"

namespace zf::viewer {

namespace {

namespace fs = std::filesystem;

/// The files' names without endings, or as much of their paths as tells them apart.
std::array<std::string, 2> short_names(const std::string& first, const std::string& second) {
  fs::path a = fs::path(first).stem();
  fs::path b = fs::path(second).stem();
  fs::path above_a = fs::path(first).parent_path();
  fs::path above_b = fs::path(second).parent_path();
  while (a == b && above_a.has_filename() && above_b.has_filename()) {
    a = above_a.filename() / a;
    b = above_b.filename() / b;
    above_a = above_a.parent_path();
    above_b = above_b.parent_path();
  }
  return {a.string(), b.string()};
}

Sheet signed_sheet(const Tensor& items, const Channels& channels) {
  constexpr double kAll = 100;  // percent: nothing is cut off
  std::vector<Picture> tiles;
  for (int i = 0; i < items.shape().n; ++i) {
    const auto values = items.values().subspan(static_cast<std::size_t>(i) * items.shape().item(), items.shape().item());
    tiles.push_back(signed_picture(items, i, signed_scale(values, kAll), channels));
  }
  return make_sheet(tiles);
}

/// Decodes the photos, one a step, then measures the model on those that could be read.
class Profiling final : public Job {
 public:
  Profiling(const Host& host, const Net& net, Preprocess preprocess, const ComparisonWish& wish, const ComparisonOptions& options)
      : net_(&net),
        preprocess_(std::move(preprocess)),
        options_(options),
        store_(PhotoList{{}, wish.photos, {}}.dataset(), host.decoder(), {preprocess_.longest_side(), wish.memory}) {}

  Step step() override {
    if (job_ != nullptr) return job_->step();
    if (seen_ < store_.size()) {
      if (store_.get(seen_) != nullptr) readable_.push_back(seen_);
      ++seen_;
    }
    if (seen_ == store_.size()) {
      job_ = std::make_unique<ProfileJob>(*net_, options_, readable_.size(), [this](std::size_t i) { return input(readable_[i]); });
    }
    return Step::kMore;
  }
  [[nodiscard]] double progress() const override {
    constexpr double kDecoding = 0.2;  // about its part of the time
    if (job_ != nullptr) return kDecoding + (1 - kDecoding) * job_->progress();
    return store_.size() == 0 ? 0 : kDecoding * static_cast<double>(seen_) / static_cast<double>(store_.size());
  }
  [[nodiscard]] ComparedModel result(const std::string& name) const {
    ComparedModel model;
    model.profile = job_->profile();
    model.profile.name = name;
    model.profile.order = preprocess_.order;
    model.claims = profile_claims(model.profile, options_);
    model.filters = signed_sheet(model.profile.filters, channels_of(preprocess_.order));
    if (!model.profile.projections.empty()) model.projections = signed_sheet(model.profile.projections, channels_of(preprocess_.order));
    return model;
  }

 private:
  /// A photo that the store had to let go of may be gone when it is read again.
  [[nodiscard]] Tensor input(std::size_t photo) {
    const std::shared_ptr<const Image> image = store_.get(photo);
    if (image == nullptr)
      fail("{}: expected the photo that was there before, found none that can be read", store_.dataset().samples[photo].path);
    return preprocess_image(preprocess_, *image);
  }

  const Net* net_;
  Preprocess preprocess_;
  ComparisonOptions options_;
  PhotoStore store_;
  std::vector<std::size_t> readable_;
  std::size_t seen_ = 0;
  std::unique_ptr<ProfileJob> job_;
};

class Comparing final : public Job {
 public:
  Comparing(const Host& host, std::shared_ptr<Scope> scope, Preprocess preprocess, ComparisonWish wish,
            std::function<void(ComparisonView)> deliver)
      : host_(&host), scope_(std::move(scope)), wish_(std::move(wish)), deliver_(std::move(deliver)) {
    view_.options.batch = 4;
    names_[0] = scope_->net->network().name;
    profiling_ = std::make_unique<Profiling>(host, *scope_->net, std::move(preprocess), wish_, view_.options);
  }

  Step step() override {
    if (profiling_ == nullptr) {
      load_second();
      return Step::kMore;
    }
    if (const Step step = profiling_->step(); step != Step::kDone) return step;
    const bool first = view_.models.empty();
    view_.models.push_back(profiling_->result(names_[view_.models.size()]));
    view_.models.front().profile.name = names_.front();
    profiling_.reset();
    deliver_(view_);
    return first ? Step::kMore : Step::kDone;
  }
  [[nodiscard]] double progress() const override {
    const double within = profiling_ != nullptr ? profiling_->progress() : 0;
    return (static_cast<double>(view_.models.size()) + within) / 2;
  }

 private:
  void load_second() {
    Model model = open_any_model(wish_.second, {.map = host_->file_mapper()}).model;
    names_[1] = model.network.name;
    if (names_[0] == names_[1]) names_ = short_names(wish_.first, wish_.second);
    second_ = take_net(scope_->net->backend(), model);
    profiling_ = std::make_unique<Profiling>(*host_, *second_, std::move(model.preprocess), wish_, view_.options);
  }

  const Host* host_;
  std::shared_ptr<Scope> scope_;
  ComparisonWish wish_;
  std::function<void(ComparisonView)> deliver_;
  std::array<std::string, 2> names_;
  ComparisonView view_;
  std::unique_ptr<Net> second_;
  std::unique_ptr<Profiling> profiling_;
};

}  // namespace

Worker::Maker comparison_job(const Host& host, const ModelView& first, const ComparisonWish& wish,
                             std::function<void(ComparisonView)> done) {
  return [&host, scope = first.scope, preprocess = first.preprocess, wish, done = std::move(done)](Worker::Outbox outbox) {
    return std::make_unique<Comparing>(host, scope, preprocess, wish, outbox.to(done));
  };
}

}  // namespace zf::viewer
