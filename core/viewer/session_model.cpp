// The model that is open, and the backend that it runs on.
#include <algorithm>
#include <utility>

#include "core/viewer/files.h"
#include "core/viewer/session.h"

namespace zf::viewer {

/// A model or backend that cannot be had leaves what there was; at the start, what there is for everyone.
void Session::stay_with_model() {
  if (model_) {
    choice_.backend = model_->backend_name;
  } else if (!choice_.backend.empty()) {
    choose_backend({});
  } else if (!choice_.model.empty()) {
    choice_.model.clear();
    open_model(host_->demo_model());
  }
}

void Session::open_model(const std::string& path) {
  replaced_atlas_ = model_ ? choice_.atlas : std::string();
  worker_.start(slots_.model, load_job(*host_, worker_, bench_, backend(), lasting_path(path),
                                       [this](ModelView model) { take_model(std::move(model)); }));
}

std::string Session::backend() const {
  const std::vector<std::string> names = host_->backend_names();
  return std::find(names.begin(), names.end(), choice_.backend) != names.end() ? choice_.backend : names.front();
}

void Session::choose_backend(const std::string& name) {
  choice_.backend = name;
  open_model(choice_.model.empty() ? host_->demo_model() : choice_.model);
}

/// All that was on the device is lost: everything is computed again on the CPU.
void Session::leave_failed_device() {
  const std::string failure = worker_.take_device_failure();
  if (failure.empty()) return;
  tell({failure, "All is computed on the CPU from here on.", true});
  choose_backend("cpu");
}

void Session::take_model(ModelView model) {
  worker_.cancel_others(slots_.model);
  const bool other = model_.has_value();
  ++model_number_;
  choice_.model = model.path == lasting_path(host_->demo_model()) ? std::string() : model.path;
  model_ = std::move(model);
  for (const std::string& note : model_->notes) tell({note, "`zfscope import` makes a model file with other choices.", false});
  forget_looks();
  if (other) {
    choice_.mutes.clear();
    undo_.clear();
    redo_.clear();
    choice_.map = choice_.y = choice_.x = Choice::kStrongest;
    if (choice_.atlas == replaced_atlas_) choice_.atlas.clear();
  }
  if (model_->find(choice_.layer) == nullptr) {
    choice_.layer = default_layer();
    choice_.map = choice_.y = choice_.x = Choice::kStrongest;
  }
  if (!choice_.photos.empty() && !live_) look_at_photo();
}

/// Nothing that the model before made of the photo outlives it; the photo itself stays until it is looked at anew.
void Session::forget_looks() {
  layer_.reset();
  unit_.reset();
  muted_.reset();
  if (!photo_) return;
  photo_->look.reset();
  photo_->probabilities.clear();
  photo_->top.clear();
  photo_->knowledge.reset();
  ++photo_number_;
}

std::string Session::default_layer() const {
  std::string name = model_->layers.front().name;
  for (const LayerStory& layer : model_->layers) {
    if (std::holds_alternative<ConvLayer>(layer.source.op)) name = layer.name;
  }
  return name;
}

}  // namespace zf::viewer
