#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/train/fine_tuning.h"
#include "core/viewer/host.h"
#include "core/viewer/views.h"
#include "core/viewer/worker.h"

namespace zf::viewer {

/// A photo file of a class, by the class's number.
struct PhotoFileOf {
  int number = 0;
  std::string path;
};

/// What came of it: what the network sees, or why there is nothing.
struct ReadPhoto {
  PhotoFileOf file;
  std::shared_ptr<const Image> view;
  std::string why;
};

/// Reads one photo a step.
[[nodiscard]] Worker::Maker reading_job(Host& host, const Preprocess& preprocess, std::vector<PhotoFileOf> files,
                                        std::function<void(ReadPhoto)> done);

/// What is to be learnt from which network. Shared by the jobs that go on with it, which alone touch what they make.
struct Lesson {
  std::shared_ptr<Scope> scope;
  Preprocess preprocess;
  std::string name;  ///< of the network that is made
  std::vector<std::string> classes;
  std::vector<LabelledView> photos;
  std::shared_ptr<Features> features;
  std::unique_ptr<FineTuning> job;
};

/// How far it is.
struct LessonView {
  std::size_t looked_at = 0;  ///< photos
  std::size_t photos = 0;
  int held_out = 0;
  std::vector<EpochLog> log;
  bool done = false;
  bool saved = false;  ///< whether the file holds the network as it is now
};

/// Goes on with a lesson, delivering a few times a second, until it is done or `stop` is set; then writes what was learnt, where at least
/// one epoch was, as the model file `path`, and delivers a last time.
[[nodiscard]] Worker::Maker lesson_job(std::shared_ptr<Lesson> lesson, std::shared_ptr<const std::atomic<bool>> stop, std::string path,
                                       std::function<void(LessonView)> done);

}  // namespace zf::viewer
