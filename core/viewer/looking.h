#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/tensor/job.h"
#include "core/viewer/host.h"
#include "core/viewer/state.h"
#include "core/viewer/views.h"
#include "core/viewer/worker.h"

namespace zf::viewer {

/// The backend that the jobs share; made by the first of them, and again where another one is wanted. Only jobs touch it.
struct Bench {
  std::string name;
  std::shared_ptr<Backend> backend;
};

// The jobs behind the panels that are always there. Each hands its view to `done` on the thread that draws.

/// Makes the backend of that name, where that is not done yet.
[[nodiscard]] Worker::Maker prepare_job(Host& host, std::shared_ptr<Bench> bench, std::string backend);

[[nodiscard]] Worker::Maker load_job(Host& host, Worker& worker, std::shared_ptr<Bench> bench, std::string backend, std::string path,
                                     std::function<void(ModelView)> done);

/// Delivers the photo as soon as it is decoded, and again with its prediction.
[[nodiscard]] Worker::Maker photo_job(Host& host, Worker& worker, const ModelView& model, std::string path,
                                      std::function<void(PhotoView)> done);

/// The same with a picture that is there already; delivers once, with its prediction, so that one picture gives way to the next.
[[nodiscard]] Worker::Maker picture_job(Worker& worker, const ModelView& model, std::string name, Image picture,
                                        std::function<void(PhotoView)> done);

[[nodiscard]] Worker::Maker layer_job(const ModelView& model, std::shared_ptr<Look> look, const std::string& layer,
                                      std::function<void(LayerView)> done);

/// Delivers after each rule, `first` first.
[[nodiscard]] Worker::Maker unit_job(std::shared_ptr<Look> look, const LayerStory& layer, const Seed& seed, Rule first,
                                     std::function<void(UnitView)> done);

/// The page that `zfscope render` writes of a photo, as HTML.
[[nodiscard]] Worker::Maker page_job(const ModelView& model, const PhotoView& photo, Rule rule, std::function<void(std::string)> done);

/// With these maps muted, all at once. Layers that the network lacks are left out.
[[nodiscard]] Worker::Maker muted_job(const ModelView& model, std::shared_ptr<Look> look, Tensor input, const std::vector<MutedMap>& mutes,
                                      std::function<void(MutedView)> done);

}  // namespace zf::viewer
