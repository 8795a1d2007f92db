#include "native/media/camera.h"

#include <opencv2/videoio.hpp>
#include <utility>

#include "native/media/photo_rows.h"

namespace zf {

namespace {

// Else OpenCV asks every kind of device there is, photo cameras on USB among them, which takes long and leaks.
#ifdef __linux__
constexpr int kApi = cv::CAP_V4L2;
#else
constexpr int kApi = cv::CAP_ANY;
#endif

Image copy(const cv::Mat& mat) {
  PhotoRows rows(mat.cols, mat.rows);
  for (int y = 0; y < mat.rows; ++y) rows.put(y, mat.ptr<std::uint8_t>(y), mat.channels(), PhotoRows::Order::kBgr);
  return rows.take().image;
}

}  // namespace

Camera::Camera(std::function<void()> wake) : wake_(std::move(wake)), thread_([this] { run(); }) {}

Camera::~Camera() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  thread_.join();
}

std::optional<Image> Camera::take_picture() {
  const std::lock_guard lock(mutex_);
  return std::exchange(picture_, std::nullopt);
}

std::string Camera::error() const {
  const std::lock_guard lock(mutex_);
  return error_;
}

void Camera::end(const std::string& error) {
  {
    const std::lock_guard lock(mutex_);
    error_ = error;
  }
  wake_();
}

void Camera::run() {
  try {
    cv::VideoCapture capture;
    if (!capture.open(0, kApi)) {
      end("Expected a camera, found none that opens.");
      return;
    }
    cv::Mat mat;
    for (;;) {
      if (!capture.read(mat) || mat.empty()) {
        end("The camera stopped: it was unplugged, or another program took it.");
        return;
      }
      Image picture = copy(mat);
      {
        const std::lock_guard lock(mutex_);
        if (stopping_) return;
        picture_ = std::move(picture);
      }
      wake_();
    }
  } catch (const std::exception& error) {
    end(std::string("The camera failed: ") + error.what());
  }
}

}  // namespace zf
