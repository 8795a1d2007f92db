#include "core/viewer/thumbnails.h"

#include <memory>
#include <utility>

#include "core/report/scaled.h"
#include "core/tensor/error.h"

namespace zf::viewer {

namespace {

class Thumbnails final : public Job {
 public:
  Thumbnails(const Host& host, Preprocess preprocess, std::vector<std::string> paths, int side, std::function<void(Thumbnail)> deliver)
      : host_(&host), preprocess_(std::move(preprocess)), paths_(std::move(paths)), side_(side), deliver_(std::move(deliver)) {}

  Step step() override {
    if (done_ == paths_.size()) return Step::kDone;
    const std::string& path = paths_[done_++];
    deliver_({path, picture_of(path)});
    return done_ < paths_.size() ? Step::kMore : Step::kDone;
  }
  [[nodiscard]] double progress() const override { return static_cast<double>(done_) / static_cast<double>(paths_.size()); }

 private:
  [[nodiscard]] Picture picture_of(const std::string& path) const {
    try {
      return resample(to_picture(centre_view(preprocess_, host_->read_image(path))), side_, side_);
    } catch (const Error&) {
      return {};
    }
  }

  const Host* host_;
  Preprocess preprocess_;
  std::vector<std::string> paths_;
  int side_;
  std::function<void(Thumbnail)> deliver_;
  std::size_t done_ = 0;
};

}  // namespace

Worker::Maker thumbnails_job(Host& host, const Preprocess& preprocess, std::vector<std::string> paths, int side,
                             std::function<void(Thumbnail)> done) {
  return [&host, preprocess, paths = std::move(paths), side, done = std::move(done)](Worker::Outbox outbox) {
    return std::make_unique<Thumbnails>(host, preprocess, paths, side, outbox.to(done));
  };
}

}  // namespace zf::viewer
