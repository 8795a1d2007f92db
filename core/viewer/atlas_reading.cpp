#include "core/viewer/atlas_reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/io/fingerprint.h"
#include "core/report/scaled.h"
#include "core/tensor/error.h"

namespace zf::viewer {

namespace {

class AtlasReading final : public Job {
 public:
  AtlasReading(const Host& host, Worker& worker, std::shared_ptr<Scope> scope, std::shared_ptr<OpenAtlas> opened, AtlasWish wish,
               std::function<void(StrongestView)> deliver)
      : host_(&host),
        worker_(&worker),
        scope_(std::move(scope)),
        opened_(std::move(opened)),
        wish_(std::move(wish)),
        deliver_(std::move(deliver)) {}

  Step step() override {
    if (!ready_) {
      begin();
    } else if (projections_.size() < view_.items.size()) {
      decode(projections_, opened_->atlas.projection(wish_.layer, wish_.map, ranks_[projections_.size()]));
    } else if (patched() && patches_.size() < view_.items.size()) {
      decode(patches_, opened_->atlas.patch(wish_.layer, wish_.map, ranks_[patches_.size()]));
    }
    if (projections_.size() < view_.items.size() || (patched() && patches_.size() < view_.items.size())) return Step::kMore;
    view_.projections = make_sheet(projections_);
    view_.patches = make_sheet(patches_);
    deliver_(std::move(view_));
    return Step::kDone;
  }
  [[nodiscard]] double progress() const override {
    const std::size_t all = view_.items.size() * (patched() ? 2 : 1);
    return all == 0 ? 0 : static_cast<double>(projections_.size() + patches_.size()) / static_cast<double>(all);
  }

 private:
  [[nodiscard]] bool patched() const { return opened_ != nullptr && opened_->atlas.info().patches; }

  void begin() {
    if (opened_ == nullptr) {
      auto atlas = std::make_unique<OpenAtlas>(wish_.path);
      if (!atlas->atlas.progress().empty()) {
        fail("{}: expected a finished atlas, found one that `zfscope mine` can go on with", wish_.path);
      }
      atlas->atlas.check_model(fingerprint(*scope_->net));
      opened_ = worker_->share(std::move(atlas));
    }
    const Atlas& atlas = opened_->atlas;
    view_.path = wish_.path;
    view_.layer = wish_.layer;
    view_.map = wish_.map;
    view_.top = atlas.info().top;
    view_.images = atlas.info().images;
    view_.atlas = opened_;
    for (const AtlasLayer& layer : atlas.layers()) {
      view_.layers.push_back(layer.name);
      if (layer.name == wish_.layer) read_items(layer);
    }
    ready_ = true;
  }

  void read_items(const AtlasLayer& layer) {
    const Atlas& atlas = opened_->atlas;
    const auto items = atlas.items(layer.name, wish_.map);
    view_.field = layer.field;
    for (std::size_t rank = 0; rank < items.size(); ++rank) {
      if (items[rank].value == 0.0F) continue;  // there is nothing to see
      view_.items.push_back(items[rank]);
      ranks_.push_back(static_cast<int>(rank));
    }
    if (!atlas.info().patches) return;
    for (const AtlasItem& item : view_.items) view_.names.push_back(atlas.image_name(item.image));
  }

  void decode(std::vector<Picture>& pictures, const std::vector<std::byte>& jpeg) const {
    pictures.push_back(to_picture(host_->decoder().decode(jpeg, fmt::format("{}, {} map {}", wish_.path, wish_.layer, wish_.map)).image));
  }

  const Host* host_;
  Worker* worker_;
  std::shared_ptr<Scope> scope_;
  std::shared_ptr<OpenAtlas> opened_;
  AtlasWish wish_;
  std::function<void(StrongestView)> deliver_;
  bool ready_ = false;
  StrongestView view_;
  std::vector<int> ranks_;  ///< of view_.items in the atlas
  std::vector<Picture> projections_;
  std::vector<Picture> patches_;
};

}  // namespace

Worker::Maker atlas_job(const Host& host, Worker& worker, std::shared_ptr<Scope> scope, std::shared_ptr<OpenAtlas> opened,
                        const AtlasWish& wish, std::function<void(StrongestView)> done) {
  return [&host, &worker, scope = std::move(scope), opened = std::move(opened), wish, done = std::move(done)](Worker::Outbox outbox) {
    return std::make_unique<AtlasReading>(host, worker, scope, opened, wish, outbox.to(done));
  };
}

}  // namespace zf::viewer
