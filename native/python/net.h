#pragma once

#include <pybind11/pybind11.h>
#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "core/exchange/import.h"
#include "core/io/model.h"
#include "core/nn/net.h"
#include "native/backends/backends.h"
#include "native/python/busy.h"
#include "native/python/decoder.h"
#include "native/python/photo.h"
#include "native/python/steps.h"

namespace zf::python {

/// A model on a backend, for any number of Python threads, one at a time.
class Net {
 public:
  /// Opens a model file of any kind. Throws where the file or the backend is not there.
  Net(std::filesystem::path path, const ImportOptions& options, const BackendOptions& backend, double max_megapixels);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Without weights, which live in net().
  [[nodiscard]] const Model& model() const { return model_; }
  [[nodiscard]] const Network& network() const { return net_->network(); }
  [[nodiscard]] const NotingDecoder& decoder() const { return decoder_; }
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }
  /// What a map's array is without its batch: (C, h, w), or (C) where it has one place.
  [[nodiscard]] std::vector<py::ssize_t> dims(int layer) const;
  /// fingerprint() of the net, computed once. Within hold().
  [[nodiscard]] const std::string& fingerprint() const;
  /// CPU threads that were asked for, or all.
  [[nodiscard]] int threads() const { return threads_; }

  /// The net, for work within hold() or work().
  [[nodiscard]] const zf::Net& net() const { return *net_; }
  [[nodiscard]] Backend& backend() const { return *backend_; }

  /// Runs `work` without the GIL while no other thread has the net; then tells what is to be known about photos.
  template <typename Work>
  auto hold(const Work& work) const {
    check_process();
    const auto alone = [&] {
      const Busy busy(lock_);
      return work();
    };
    if constexpr (std::is_void_v<decltype(work())>) {
      alone();
      decoder_.warn();
    } else {
      auto result = alone();
      decoder_.warn();
      return result;
    }
  }

  /// The same with the steps of a long work.
  template <typename Work>
  auto work(const std::string& label, const py::object& progress, const Work& work) const {
    Steps steps(label, progress);
    return hold([&] { return work(steps); });
  }

  /// One photo (1, C, H, W). Within hold(). Throws where there are several.
  [[nodiscard]] Tensor input(const Photo& photo) const;
  /// Runs images (N, C, H, W), some at a time; gives the outputs of `layers`. Within hold().
  [[nodiscard]] std::vector<Tensor> forward(Tensor images, const std::vector<int>& layers) const;
  /// The logits of one image. Within hold().
  [[nodiscard]] std::vector<float> logits(Tensor image) const;
  /// Runs one image up to a layer; the trace is good until the next call. Within hold().
  [[nodiscard]] const Trace& trace(const Tensor& image, int last) const;

 private:
  /// Throws in another process than the one that opened the net, which has neither its threads nor its device.
  void check_process() const;

  std::filesystem::path path_;
  pid_t process_;
  int threads_;
  NotingDecoder decoder_;
  std::vector<std::string> notes_;
  std::unique_ptr<Backend> backend_;
  Model model_;
  std::unique_ptr<zf::Net> net_;
  mutable Lock lock_;
  mutable std::string fingerprint_;
  mutable DeviceTensor x_;  ///< kept, as the trace is, so that warm calls allocate nothing
  mutable Trace trace_;
};

/// What a photo's class is called in Python: a name, a number, or None for the most probable one.
[[nodiscard]] std::string class_text(const py::object& class_);

}  // namespace zf::python
