#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/viewer/host.h"
#include "core/viewer/looking.h"
#include "core/viewer/state.h"
#include "core/viewer/tables.h"
#include "core/viewer/views.h"
#include "core/viewer/worker.h"

namespace zf::viewer {

/// Something to tell: what happened, and what to do.
struct Notice {
  std::string text;
  std::string advice;
  bool error = false;
};

/// What is loaded and chosen, and the jobs that follow from it. All on the thread that draws.
class Session {
 public:
  /// Takes up what was chosen before; paths that are gone are left out.
  Session(Host& host, Choice choice);

  /// Once a frame: takes what jobs delivered and starts what follows from it.
  void update();
  /// Without threads: works on jobs for some milliseconds, between frames.
  void work() { worker_.work(std::chrono::milliseconds(8)); }
  [[nodiscard]] bool busy() const { return worker_.busy() || worker_.delivered(); }
  [[nodiscard]] Worker& worker() { return worker_; }
  /// Whether a model is on its way.
  [[nodiscard]] bool opens_model() const { return worker_.progress(slots_.model).running; }
  /// Starts the job that writes the photo's page.
  void write_page(Worker::Maker job) { worker_.start(slots_.page, std::move(job)); }
  [[nodiscard]] Host& host() { return *host_; }

  [[nodiscard]] const Choice& choice() const { return choice_; }
  // Empty until they are there. A view's number changes with it.
  [[nodiscard]] const std::optional<ModelView>& model() const { return model_; }
  [[nodiscard]] const std::optional<PhotoView>& photo() const { return photo_; }
  [[nodiscard]] const std::optional<LayerView>& layer() const { return layer_; }
  [[nodiscard]] const std::optional<UnitView>& unit() const { return unit_; }
  /// The prediction with what is muted; empty where nothing is.
  [[nodiscard]] const std::optional<MutedView>& muted() const { return muted_; }
  [[nodiscard]] int model_number() const { return model_number_; }
  [[nodiscard]] int photo_number() const { return photo_number_; }
  [[nodiscard]] int layer_number() const { return layer_number_; }
  [[nodiscard]] int unit_number() const { return unit_number_; }

  /// Models, atlases and the snapshots of a run where paths end in .safetensors, tables where they end in .csv, else photos; of folders
  /// the snapshots, or all photos.
  void open_all(const std::vector<std::string>& paths);
  void open_model(const std::string& path);
  /// Goes on, on another of the host's backends.
  void choose_backend(const std::string& name);
  /// The name of the one that is chosen.
  [[nodiscard]] std::string backend() const;
  void open_photos(const std::vector<std::string>& paths);
  /// The snapshots of one training run, in any order.
  void open_run(const std::vector<std::string>& paths);
  void close_run() { choice_.run.clear(); }
  /// A panel's wish that the program asks for files to open; taken once.
  void ask_for_files() { asks_for_files_ = true; }
  [[nodiscard]] bool take_asks_for_files() { return std::exchange(asks_for_files_, false); }

  /// The host has more photos to try than it had; they join those that are there, unless the user's took their place.
  void take_samples();

  /// Where a face's parts are, or retrained variants, from a .csv.
  void open_table(const std::string& path);

  /// The atlas to look the model's maps up in: the one that was opened, else the one beside the model or the host's of the demo
  /// model. Empty where there is none.
  [[nodiscard]] std::string atlas() const;
  /// The chosen atlas cannot be used: tells why, and goes back to the one beside the model.
  void give_up_atlas(const std::string& reason);
  /// The model that the open one is compared with; empty where there is none.
  [[nodiscard]] std::string second_model() const;
  /// Whether the next model that is opened is the second one.
  [[nodiscard]] bool awaits_second() const { return awaits_second_; }
  void await_second(bool awaits) { awaits_second_ = awaits; }

  /// Live: the camera's pictures take the photo's place, each as soon as all is shown that the one before gave.
  void toggle_camera();
  [[nodiscard]] bool live() const { return live_; }

  /// Ends live pictures.
  void choose_photo(int index);
  void choose_layer(const std::string& name);
  /// A map of another layer.
  void choose_unit(const std::string& layer, int map);
  /// The map's strongest place.
  void choose_map(int map);
  void choose_place(int map, int y, int x);
  /// The unit of the chosen layer that is strongest where the network's input has this pixel.
  void choose_pixel(int y, int x);
  void choose_rule(Rule rule) { choice_.rule = rule; }
  /// Steps of choose_photo, choose_layer or through the maps by strength.
  void step_photo(int by);
  void step_layer(int by);
  void step_map(int by);

  // A map names its layer: the one that is shown may not be the one that is chosen and still on its way.
  [[nodiscard]] bool is_muted(const MutedMap& map) const;
  void toggle_mute(const MutedMap& mute);
  void unmute_all();
  [[nodiscard]] bool can_undo() const { return !undo_.empty(); }
  void undo();
  void redo();

  /// Of a photo, in its pixels; as many of kFaceParts as were set.
  [[nodiscard]] std::vector<Place> points(const std::string& photo) const;
  void set_points(const std::string& photo, std::vector<Place> places);
  /// Table 3 here; empty until a table is there.
  [[nodiscard]] const std::vector<VariantResult>& retrained() const { return retrained_; }

  /// What there is to tell, oldest first; taken once.
  [[nodiscard]] std::vector<Notice> take_notices();
  void tell(Notice notice) { notices_.push_back(std::move(notice)); }

 private:
  /// Of the jobs that follow from what is loaded and chosen, most urgent first.
  struct Slots {
    explicit Slots(Worker& worker);
    Slot model, photo, layer, unit, muted, page;
  };

  void restore();
  void open_models(const std::vector<std::string>& paths);
  void take_model(ModelView model);
  void forget_looks();
  void look_at_photo();
  void take_photo(PhotoView photo);
  void follow_camera();
  void stop_camera();
  [[nodiscard]] bool looking() const;
  void look_at_layer();
  void look_at_unit();
  void mute();
  void report_errors();
  void leave_failed_device();
  void give_up_photo();
  void stay_with_model();
  [[nodiscard]] std::string default_layer() const;
  void change_mutes(std::vector<MutedMap> mutes);
  void take_points(std::vector<FacePoints> faces, const std::string& table);

  Host* host_;
  Choice choice_;
  Worker worker_;
  Slots slots_;
  std::shared_ptr<Bench> bench_ = worker_.share(std::make_unique<Bench>());
  std::optional<ModelView> model_;
  std::optional<PhotoView> photo_;
  std::optional<LayerView> layer_;
  std::optional<UnitView> unit_;
  std::optional<MutedView> muted_;
  int model_number_ = 0;
  int photo_number_ = 0;
  int layer_number_ = 0;
  int unit_number_ = 0;
  std::vector<std::vector<MutedMap>> undo_;
  std::vector<std::vector<MutedMap>> redo_;
  bool live_ = false;
  std::string replaced_atlas_;  ///< the atlas of the model that a new one replaces
  bool awaits_second_ = false;
  bool asks_for_files_ = false;
  std::vector<VariantResult> retrained_;
  bool restored_ = false;
  bool samples_ = false;  ///< whether the photos are the host's, which make way for the user's
  std::vector<Notice> notices_;
};

}  // namespace zf::viewer
