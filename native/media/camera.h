#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "core/io/image.h"

namespace zf {

/// The machine's first camera, read on a thread of its own. Only the newest picture is kept.
class Camera {
 public:
  /// `wake` is called from that thread when there is something to take.
  explicit Camera(std::function<void()> wake);
  Camera(const Camera&) = delete;
  Camera& operator=(const Camera&) = delete;
  ~Camera();

  /// The newest picture, once.
  [[nodiscard]] std::optional<Image> take_picture();
  /// Why there will be no more; empty while there will.
  [[nodiscard]] std::string error() const;

 private:
  void run();
  void end(const std::string& error);

  std::function<void()> wake_;
  mutable std::mutex mutex_;
  std::optional<Image> picture_;
  std::string error_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace zf
