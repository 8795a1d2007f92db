#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/backend/backend.h"
#include "core/io/model.h"
#include "core/nn/net.h"
#include "native/cli/options.h"

namespace zf::cli {

/// A model ready to run: its description and its weights on the chosen backend.
struct Session {
  std::unique_ptr<Backend> backend;
  Model model;  ///< its parameters have moved into the net
  std::unique_ptr<Net> net;
};

/// The backend that the options ask for; where `auto` took a GPU, says so on stderr.
[[nodiscard]] std::unique_ptr<Backend> open_backend(const BackendOptions& options);

/// Opens a model file of ours or another program's; says on stderr what had to be chosen for the latter.
[[nodiscard]] Model open_model(const std::string& path);
/// The same for take_net(): its weights stay as the file stores them, in the file's memory.
[[nodiscard]] Model open_model_to_run(const std::string& path);

/// Loads the model that `options` names. Throws where the file or the backend is not there.
[[nodiscard]] Session open_session(const Options& options);

/// One of options.images(), preprocessed as the model asks: (1, C, H, W).
[[nodiscard]] Tensor load_input(const Session& session, const ImageOptions& options, const std::string& image);
/// A float32 .npy file of the network's input shape, already preprocessed.
[[nodiscard]] Tensor load_input_npy(const Session& session, const std::string& path);

}  // namespace zf::cli
