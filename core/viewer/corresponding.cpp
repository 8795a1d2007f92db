#include "core/viewer/corresponding.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

#include "core/report/correspondence_figure.h"

namespace zf::viewer {

namespace {

constexpr std::array<int, 2> kPasses = {5, CorrespondenceOptions{}.draws};

Annotations annotations_of(const std::vector<FacePoints>& faces) {
  Annotations annotations;
  annotations.parts.assign(kFaceParts.begin(), kFaceParts.end());
  for (const FacePoints& face : faces) {
    annotations.photos.push_back({std::filesystem::path(face.photo).filename().string(), face.places});
  }
  return annotations;
}

class Corresponding final : public Job {
 public:
  Corresponding(const Host& host, std::shared_ptr<Scope> scope, Preprocess preprocess, CorrespondenceWish wish,
                std::function<void(CorrespondenceView)> deliver)
      : host_(&host),
        scope_(std::move(scope)),
        preprocess_(std::move(preprocess)),
        wish_(std::move(wish)),
        annotations_(annotations_of(wish_.faces)),
        deliver_(std::move(deliver)) {}

  Step step() override {
    if (faces_.size() < wish_.faces.size()) {
      load();
      return Step::kMore;
    }
    if (!job_) {
      CorrespondenceOptions options;
      options.layers = {wish_.layers[0].layer, wish_.layers[1].layer};
      options.draws = kPasses[pass_];
      job_ = std::make_unique<CorrespondenceJob>(*scope_->net, options, annotations_.parts, faces_);
    }
    if (const Step step = job_->step(); step != Step::kDone) return step;
    finish_pass();
    return pass_ < kPasses.size() ? Step::kMore : Step::kDone;
  }

  /// Reading a face counts as one of its draws.
  [[nodiscard]] double progress() const override {
    const auto all = static_cast<double>(kPasses[0] + kPasses[1] + 1);
    if (!job_ && pass_ == 0) return static_cast<double>(faces_.size()) / static_cast<double>(wish_.faces.size()) / all;
    const double before = pass_ == 0 ? 1 : 1 + kPasses[0];
    return (before + (job_ ? job_->progress() * kPasses[pass_] : 0)) / all;
  }

 private:
  void load() {
    const std::size_t next = faces_.size();
    faces_.push_back(make_face(annotations_, next, host_->read_photo(wish_.faces[next].photo), preprocess_));
  }

  void finish_pass() {
    CorrespondenceView view;
    view.faces = faces_.size();
    view.draws = kPasses[pass_];
    view.layers = {wish_.layers[0].name, wish_.layers[1].name};
    view.results = job_->results();
    if (pass_ + 1 == kPasses.size()) view.masks = draw_masks(*job_, view.results, preprocess_);
    deliver_(std::move(view));
    job_.reset();
    ++pass_;
  }

  const Host* host_;
  std::shared_ptr<Scope> scope_;
  Preprocess preprocess_;
  CorrespondenceWish wish_;
  Annotations annotations_;
  std::function<void(CorrespondenceView)> deliver_;
  std::vector<Face> faces_;
  std::unique_ptr<CorrespondenceJob> job_;
  std::size_t pass_ = 0;
};

}  // namespace

Worker::Maker correspondence_job(Host& host, const ModelView& model, CorrespondenceWish wish,
                                 std::function<void(CorrespondenceView)> done) {
  return [&host, scope = model.scope, preprocess = model.preprocess, wish = std::move(wish), done = std::move(done)](
             Worker::Outbox outbox) { return std::make_unique<Corresponding>(host, scope, preprocess, wish, outbox.to(done)); };
}

}  // namespace zf::viewer
