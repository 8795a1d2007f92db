#include "core/viewer/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/tensor/error.h"
#include "core/viewer/files.h"

namespace zf::viewer {

namespace {

int wrapped(int index, int count) { return (index % count + count) % count; }

}  // namespace

Session::Slots::Slots(Worker& worker)
    : model(worker.add_slot(Subject::kModel, Urgency::kQuick)),
      photo(worker.add_slot(Subject::kModel, Urgency::kQuick)),
      layer(worker.add_slot(Subject::kPhoto, Urgency::kQuick)),
      unit(worker.add_slot(Subject::kPhoto, Urgency::kQuick)),
      muted(worker.add_slot(Subject::kPhoto, Urgency::kQuick)),
      page(worker.add_slot(Subject::kModel, Urgency::kLong)) {}

Session::Session(Host& host, Choice choice)
    : host_(&host), choice_(std::move(choice)), worker_(host.has_threads(), [&host] { host.wake(); }), slots_(worker_) {
  if (!host.ready()) worker_.start(slots_.model, prepare_job(host, bench_, backend()));
  restore();
}

/// Opens what was open, once.
void Session::restore() {
  if (restored_ || !host_->ready()) return;
  restored_ = true;
  const Choice wanted = choice_;
  auto& photos = choice_.photos;
  photos.erase(std::remove_if(photos.begin(), photos.end(), [](const std::string& path) { return !exists(path); }), photos.end());
  if (!std::all_of(choice_.run.begin(), choice_.run.end(), exists)) choice_.run.clear();
  if (!exists(choice_.atlas)) choice_.atlas.clear();
  if (!exists(choice_.second)) choice_.second.clear();
  if (photos.size() != wanted.photos.size()) choice_.photo = 0;
  const std::vector<std::string> samples = host_->sample_photos();
  samples_ = photos.empty() || photos == samples;
  if (samples_) photos = samples;
  if (!choice_.model.empty() && !exists(choice_.model)) {
    const bool taught = choice_.model == lasting_path(host_->taught_model());
    const std::string what = taught ? "The network that was taught was not saved and" : choice_.model;
    tell({fmt::format("{} is gone; this is the demo model.", what), "Drop a model on the window to open it.", true});
    choice_.model.clear();
  }
  if (const std::string table = host_->asset("table3.csv"); !table.empty()) open_table(table);
  open_model(choice_.model.empty() ? host_->demo_model() : choice_.model);
}

void Session::take_samples() {
  if (!samples_) return;
  const std::string shown = choice_.photos.empty() ? std::string() : choice_.photos[static_cast<std::size_t>(choice_.photo)];
  choice_.photos = host_->sample_photos();
  const auto at = std::find(choice_.photos.begin(), choice_.photos.end(), shown);
  if (at != choice_.photos.end()) {
    choice_.photo = static_cast<int>(at - choice_.photos.begin());
  } else if (!choice_.photos.empty()) {
    choose_photo(0);
  }
}

void Session::update() {
  restore();
  worker_.collect();
  leave_failed_device();
  report_errors();
  follow_camera();
}

void Session::report_errors() {
  const auto told = [this](Slot slot, const char* advice) {
    const Progress progress = worker_.progress(slot);
    if (progress.error.empty()) return false;
    tell({progress.error, advice, true});
    worker_.cancel(slot);
    return true;
  };
  if (told(slots_.model,
           "A model is an .onnx file, or a .safetensors file: as `zfscope train` and `zfscope import` write them, or the weights of a "
           "network "
           "of torchvision's.")) {
    stay_with_model();
  }
  if (told(slots_.photo, "JPEG, PNG, WebP, BMP and TIFF photos of up to 100 megapixels can be opened.")) give_up_photo();
  told(slots_.layer, "Try another layer, photo or model.");
  told(slots_.unit, "Try another unit, layer or model.");
  told(slots_.muted, "Layers up to the last but one can be muted; U lets all maps speak.");
  told(slots_.page, "Try another photo or model.");
}

/// A photo that cannot be read leaves the list, and the one before it is shown.
void Session::give_up_photo() {
  if (live_) {
    stop_camera();
    return;
  }
  choice_.photos.erase(choice_.photos.begin() + choice_.photo);
  choice_.photo = std::max(0, choice_.photo - 1);
  if (!choice_.photos.empty()) look_at_photo();
}

void Session::choose_photo(int index) {
  if (live_) stop_camera();
  choice_.photo = index;
  choice_.y = choice_.x = Choice::kStrongest;
  if (model_) look_at_photo();
}

void Session::look_at_photo() {
  worker_.cancel(Subject::kPhoto);
  const std::string& path = choice_.photos[static_cast<std::size_t>(choice_.photo)];
  worker_.start(slots_.photo, photo_job(*host_, worker_, *model_, path, [this](PhotoView photo) { take_photo(std::move(photo)); }));
}

void Session::take_photo(PhotoView photo) {
  photo_ = std::move(photo);
  ++photo_number_;
  if (photo_->look) {
    mute();
    look_at_layer();
  } else {
    layer_.reset();
    unit_.reset();
    muted_.reset();
  }
}

void Session::toggle_camera() {
  if (live_) {
    stop_camera();
    if (!choice_.photos.empty() && model_) look_at_photo();
  } else {
    live_ = true;
    host_->start_camera();
  }
}

void Session::stop_camera() {
  live_ = false;
  host_->stop_camera();
}

/// Whether jobs still work on what the photo gives.
bool Session::looking() const { return opens_model() || worker_.progress(slots_.photo).running || worker_.busy(Subject::kPhoto); }

void Session::follow_camera() {
  if (!live_ || !model_ || looking()) return;
  CameraNews news = host_->camera_news();
  if (!news.error.empty()) {
    stop_camera();
    tell({std::move(news.error), "Check that the camera is plugged in and allowed, then press the camera button again.", true});
  } else if (news.picture) {
    worker_.start(slots_.photo, picture_job(worker_, *model_, "Camera", std::move(*news.picture),
                                            [this](PhotoView photo) { take_photo(std::move(photo)); }));
  }
}

void Session::choose_layer(const std::string& name) {
  if (name == choice_.layer) return;
  choice_.layer = name;
  choice_.map = choice_.y = choice_.x = Choice::kStrongest;
  look_at_layer();
}

void Session::choose_unit(const std::string& layer, int map) {
  if (layer == choice_.layer) {
    choose_map(map);
    return;
  }
  choice_.layer = layer;
  choice_.map = map;
  choice_.y = choice_.x = Choice::kStrongest;
  look_at_layer();
}

void Session::look_at_layer() {
  worker_.cancel(slots_.unit);
  if (!photo_ || !photo_->look) return;
  worker_.start(slots_.layer, layer_job(*model_, photo_->look, choice_.layer, [this](LayerView layer) {
                  layer_ = std::move(layer);
                  ++layer_number_;
                  if (choice_.map >= layer_->story.maps.shape().c) choice_.map = choice_.y = choice_.x = Choice::kStrongest;
                  look_at_unit();
                }));
}

void Session::choose_map(int map) { choose_place(map, Choice::kStrongest, Choice::kStrongest); }

void Session::choose_place(int map, int y, int x) {
  choice_.map = map;
  choice_.y = y;
  choice_.x = x;
  look_at_unit();
}

void Session::choose_pixel(int y, int x) {
  if (!layer_) return;
  const Tensor& maps = layer_->story.maps;
  const ReceptiveField& field = layer_->story.field;
  // The unit whose field's middle is nearest.
  const auto place = [&](int pixel, int size, int count) {
    if (field.step == 0) return 0;
    const double middle = field.offset + (size - 1) / 2.0;
    return std::clamp(static_cast<int>(std::lround((pixel - middle) / field.step)), 0, count - 1);
  };
  const int row = place(y, field.size.h, maps.shape().h);
  const int column = place(x, field.size.w, maps.shape().w);
  int best = 0;
  for (int map = 1; map < maps.shape().c; ++map) {
    if (maps.at(0, map, row, column) > maps.at(0, best, row, column)) best = map;
  }
  choose_place(best, row, column);
}

void Session::look_at_unit() {
  if (!layer_ || !photo_ || !photo_->look) return;
  const Shape& shape = layer_->story.maps.shape();
  const int map = choice_.map >= 0 ? choice_.map : layer_->by_strength.front();
  Seed seed = layer_->strongest[static_cast<std::size_t>(map)];
  if (choice_.y >= 0 && choice_.y < shape.h && choice_.x < shape.w) {
    seed.y = choice_.y;
    seed.x = choice_.x;
    seed.value = layer_->story.maps.at(0, map, seed.y, seed.x);
  }
  worker_.start(slots_.unit, unit_job(photo_->look, layer_->story, seed, choice_.rule, [this](UnitView unit) {
                  unit_ = std::move(unit);
                  ++unit_number_;
                }));
}

void Session::step_photo(int by) {
  const int count = static_cast<int>(choice_.photos.size());
  if (count > 1) choose_photo(wrapped(choice_.photo + by, count));
}

void Session::step_layer(int by) {
  if (!model_) return;
  const auto& layers = model_->layers;
  const auto at = std::find_if(layers.begin(), layers.end(), [this](const LayerStory& layer) { return layer.name == choice_.layer; });
  const int index = static_cast<int>(at - layers.begin());
  choose_layer(layers[static_cast<std::size_t>(std::clamp(index + by, 0, static_cast<int>(layers.size()) - 1))].name);
}

void Session::step_map(int by) {
  if (!layer_ || !unit_) return;
  const auto& order = layer_->by_strength;
  const auto at = std::find(order.begin(), order.end(), unit_->seed.map);
  const int index = static_cast<int>(at - order.begin());
  choose_map(order[static_cast<std::size_t>(wrapped(index + by, static_cast<int>(order.size())))]);
}

std::vector<Place> Session::points(const std::string& photo) const {
  const auto found =
      std::find_if(choice_.points.begin(), choice_.points.end(), [&](const FacePoints& face) { return face.photo == photo; });
  return found == choice_.points.end() ? std::vector<Place>() : found->places;
}

void Session::set_points(const std::string& photo, std::vector<Place> places) {
  auto& all = choice_.points;
  const auto found = std::find_if(all.begin(), all.end(), [&](const FacePoints& face) { return face.photo == photo; });
  if (found != all.end() && places.empty()) {
    all.erase(found);
  } else if (found != all.end()) {
    found->places = std::move(places);
  } else if (!places.empty()) {
    all.push_back({photo, std::move(places)});
  }
}

std::vector<Notice> Session::take_notices() { return std::exchange(notices_, {}); }

}  // namespace zf::viewer
