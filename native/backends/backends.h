#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/backend/backend.h"

namespace zf {

/// Which backend, and how it is to work.
struct BackendOptions {
  std::string name = "auto";
  int threads = 0;    ///< of the CPU; 0 means all cores
  bool tf32 = false;  ///< CUDA may round the factors of products to tf32
  int card = 0;       ///< which of CUDA's, counted round: as many as there are is the first again
};

/// A backend that there is, or might be.
struct BackendInfo {
  std::string name;
  std::string device;  ///< what it would run on; empty where it is not available
  bool available = false;
  std::string why;        ///< it is not
  bool software = false;  ///< a GPU's interface that the CPU plays: slower than the CPU backend
};

/// What --backend understands in this build: "auto", then the backends that it has.
[[nodiscard]] std::vector<std::string> backend_names();

/// All backends, those that this build or machine lacks, too.
[[nodiscard]] std::vector<BackendInfo> list_backends();

/// Throws where the backend is not there, saying why. "auto" takes the GPU that a short measurement found faster than the CPU, never a
/// software renderer, else the CPU; description() says what it took.
[[nodiscard]] std::unique_ptr<Backend> make_backend(const BackendOptions& options);

}  // namespace zf
