#include "native/cli/session.h"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "core/exchange/import.h"
#include "core/io/atomic_file.h"
#include "core/io/preprocess.h"
#include "core/tensor/error.h"
#include "core/tensor/npy.h"
#include "native/backends/backends.h"
#include "native/cli/photo_reader.h"
#include "native/files/map_file.h"

namespace zf::cli {

std::unique_ptr<Backend> open_backend(const BackendOptions& options) {
  std::unique_ptr<Backend> backend = make_backend(options);
  const std::string description = backend->description();
  if (options.name == "auto" && !description.starts_with("cpu")) fmt::print(stderr, "zfscope: runs on {}\n", description);
  return backend;
}

namespace {

Model with_notes(ImportedModel&& opened, const std::string& path) {
  for (const std::string& note : opened.notes) fmt::print(stderr, "zfscope: {}: {}\n", path, note);
  return std::move(opened.model);
}

}  // namespace

Model open_model(const std::string& path) { return with_notes(load_any_model(path, {.map = map_file}), path); }

Model open_model_to_run(const std::string& path) { return with_notes(open_any_model(path, {.map = map_file}), path); }

Session open_session(const Options& options) {
  Session session;
  session.backend = open_backend(options.backend);
  session.model = open_model_to_run(options.model());
  session.net = take_net(*session.backend, session.model);
  return session;
}

Tensor load_input(const Session& session, const ImageOptions& options, const std::string& image) {
  return options.input_npy.empty() ? preprocess_image(session.model.preprocess, load_photo(image)) : load_input_npy(session, image);
}

Tensor load_input_npy(const Session& session, const std::string& path) {
  Tensor tensor = decode_npy(read_file(path), path);
  const Shape& expected = session.net->network().input;
  if (tensor.shape() != expected) fail("{}: expected an array of {}, found {}", path, to_string(expected), to_string(tensor.shape()));
  return tensor;
}

}  // namespace zf::cli
