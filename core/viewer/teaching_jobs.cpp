#include "core/viewer/teaching_jobs.h"

#include <filesystem>
#include <utility>

#include "core/io/atomic_file.h"
#include "core/tensor/error.h"
#include "core/viewer/pace.h"

namespace zf::viewer {

namespace {

class Reading final : public Job {
 public:
  Reading(const Host& host, Preprocess preprocess, std::vector<PhotoFileOf> files, std::function<void(ReadPhoto)> deliver)
      : host_(&host), preprocess_(std::move(preprocess)), files_(std::move(files)), deliver_(std::move(deliver)) {}

  Step step() override {
    if (done_ < files_.size()) deliver_(read(files_[done_++]));
    return done_ < files_.size() ? Step::kMore : Step::kDone;
  }
  [[nodiscard]] double progress() const override { return static_cast<double>(done_) / static_cast<double>(files_.size()); }

 private:
  [[nodiscard]] ReadPhoto read(const PhotoFileOf& file) const {
    try {
      return {file, std::make_shared<const Image>(centre_view(preprocess_, host_->read_image(file.path))), {}};
    } catch (const Error& error) {
      return {file, nullptr, error.what()};
    }
  }

  const Host* host_;
  Preprocess preprocess_;
  std::vector<PhotoFileOf> files_;
  std::function<void(ReadPhoto)> deliver_;
  std::size_t done_ = 0;
};

class Learning final : public Job {
 public:
  Learning(std::shared_ptr<Lesson> lesson, std::shared_ptr<const std::atomic<bool>> stop, std::string path,
           std::function<void(LessonView)> deliver)
      : lesson_(std::move(lesson)), stop_(std::move(stop)), path_(std::move(path)), deliver_(std::move(deliver)) {}

  Step step() override {
    Lesson& lesson = *lesson_;
    if (lesson.job == nullptr) {
      lesson.job = std::make_unique<FineTuning>(*lesson.scope->net, lesson.preprocess, lesson.classes, lesson.photos, lesson.features,
                                                FineTuning::Options{});
      return Step::kMore;
    }
    const bool stopped = stop_->load();
    if (!stopped && !done_) done_ = lesson.job->step() == Step::kDone;
    if (!stopped && !done_) {
      if (pace_.due()) deliver_(view());
      return Step::kMore;
    }
    LessonView last = view();
    last.done = done_;
    if (!last.log.empty()) {
      Model model = lesson.job->model();
      model.network.name = lesson.name;
      make_folder(std::filesystem::path(path_).parent_path());
      save_model(path_, model, Precision::kFloat16);
      last.saved = true;
    }
    deliver_(std::move(last));
    return Step::kDone;
  }
  [[nodiscard]] double progress() const override { return lesson_->job != nullptr ? lesson_->job->progress() : 0; }

 private:
  [[nodiscard]] LessonView view() const {
    return {lesson_->job->embedded(), lesson_->photos.size(), lesson_->job->held_out(), lesson_->job->log(), false, false};
  }

  std::shared_ptr<Lesson> lesson_;
  std::shared_ptr<const std::atomic<bool>> stop_;
  std::string path_;
  std::function<void(LessonView)> deliver_;
  Pace pace_;
  bool done_ = false;
};

}  // namespace

Worker::Maker reading_job(Host& host, const Preprocess& preprocess, std::vector<PhotoFileOf> files, std::function<void(ReadPhoto)> done) {
  return [&host, preprocess, files = std::move(files), done = std::move(done)](Worker::Outbox outbox) {
    return std::make_unique<Reading>(host, preprocess, files, outbox.to(done));
  };
}

Worker::Maker lesson_job(std::shared_ptr<Lesson> lesson, std::shared_ptr<const std::atomic<bool>> stop, std::string path,
                         std::function<void(LessonView)> done) {
  return [lesson = std::move(lesson), stop = std::move(stop), path = std::move(path), done = std::move(done)](Worker::Outbox outbox) {
    return std::make_unique<Learning>(lesson, stop, path, outbox.to(done));
  };
}

}  // namespace zf::viewer
