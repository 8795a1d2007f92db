#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/backend/backend.h"
#include "core/figures/picture.h"
#include "core/io/atomic_file.h"
#include "core/io/image.h"
#include "core/io/mapped_file.h"

namespace zf::viewer {

/// A picture in the host's graphics memory, which ImGui takes as its texture id; 0 is none.
using TextureHandle = std::uintptr_t;

/// How a texture looks when it is drawn larger than it is: smooth as photos, or with sharp pixels as maps.
enum class Sampling : std::uint8_t { kSmooth, kCrisp };

/// What a camera gave since it was last asked.
struct CameraNews {
  std::optional<Image> picture;  ///< the newest
  std::string error;             ///< why there will be no more: refused, unplugged, none there
};

/// What the front end needs of the machine it runs on: a desktop window, a browser page, a test. Files have paths
/// everywhere; a page puts what people drop on it into its own file system first. Text of the clipboard goes through ImGui.
class Host {
 public:
  Host() = default;
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  virtual ~Host() = default;

  // Graphics, on the thread that draws.

  [[nodiscard]] virtual TextureHandle make_texture(const Picture& picture, Sampling sampling) = 0;
  virtual void free_texture(TextureHandle texture) = 0;
  /// ImGui's font atlas was built anew and has to go up again.
  virtual void upload_fonts() = 0;

  // Files, on the thread that draws.

  /// Asks for files with a dialog of its own, whose answer comes through App::open; false where the host has none, and the
  /// front end shows its own.
  virtual bool ask_for_files() = 0;
  /// The front end has read all that it needs of a file that was opened: a page, whose copy it is, lets go of it.
  virtual void release(const std::string& /*path*/) {}
  /// Saves a file under a name near `name` and gives the place where it went, in words for people. Throws Error.
  virtual std::string save_file(const std::string& name, std::span<const std::byte> bytes) = 0;
  /// What store_state last kept; empty at the first start.
  [[nodiscard]] virtual std::string stored_state() = 0;
  virtual void store_state(const std::string& state) = 0;
  /// Whether what ships with the host is there; the session begins then.
  [[nodiscard]] virtual bool ready() const { return true; }
  /// Whether all that ships with it is there; a page downloads what only some panels show while people look at the rest.
  [[nodiscard]] virtual bool complete() const { return true; }
  /// The model to begin with.
  [[nodiscard]] virtual std::string demo_model() const = 0;
  /// Where the model that a person taught is written.
  [[nodiscard]] virtual std::string taught_model() const = 0;
  /// The path of a file that ships beside the demo model, such as "demo.atlas.safetensors"; empty where it is not there, or not yet.
  [[nodiscard]] virtual std::string asset(const std::string& name) const = 0;
  /// Photos to try; may be empty.
  [[nodiscard]] virtual std::vector<std::string> sample_photos() const = 0;

  // A camera, on the thread that draws.

  /// Asks for live pictures; each that comes, and an error, calls wake().
  virtual void start_camera() = 0;
  virtual void stop_camera() = 0;
  [[nodiscard]] virtual CameraNews camera_news() = 0;

  // Work, from any thread.

  [[nodiscard]] virtual const ImageDecoder& decoder() const = 0;
  /// How model files are mapped; none where they are read.
  [[nodiscard]] virtual FileMapper file_mapper() const { return {}; }
  /// Of a file; throws Error.
  [[nodiscard]] DecodedImage read_photo(const std::string& path) const { return decoder().decode(read_file(path), path); }
  [[nodiscard]] Image read_image(const std::string& path) const { return read_photo(path).image; }
  /// What make_backend understands, the one to begin with first.
  [[nodiscard]] virtual std::vector<std::string> backend_names() const { return {"cpu"}; }
  /// Throws Error where this machine has no such backend, saying why.
  [[nodiscard]] virtual std::unique_ptr<Backend> make_backend(const std::string& name) = 0;
  /// Whether work may run on a thread of its own; without, it runs between frames.
  [[nodiscard]] virtual bool has_threads() const = 0;
  /// Asks for another frame.
  virtual void wake() = 0;
};

}  // namespace zf::viewer
