#include "core/viewer/teaching.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "core/data/photo_files.h"
#include "core/nn/edit.h"
#include "core/nn/top.h"
#include "core/tensor/error.h"
#include "core/viewer/files.h"

namespace zf::viewer {

namespace fs = std::filesystem;

namespace {

/// Its name as that of a network that was made of it.
std::string taught_name(const std::string& name) {
  constexpr std::string_view kSuffix = "-taught";
  return name.ends_with(kSuffix) ? name : name + std::string(kSuffix);
}

/// Why the network can have no other classes; empty where it can.
std::string unteachable(const ModelView& model) {
  if (!model.trains) return fmt::format("The backend {} does not train: choose another one below the prediction.", model.backend_name);
  try {
    static_cast<void>(with_classes(model.network, 2));
    static_cast<void>(fully_connected_top(model.network, 0));
    return {};
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace

Teaching::Teaching() {
  add_class();
  add_class();
}

void Teaching::connect(Session& session) {
  if (std::exchange(connected_, true)) return;
  reading_ = session.worker().add_slot(Subject::kModel, Urgency::kLong);
  learning_ = session.worker().add_slot(Subject::kModel, Urgency::kLong);
}

void Teaching::update(Session& session) {
  connect(session);
  if (unread_.empty() || !session.model() || session.worker().progress(reading_).running) return;
  session.worker().start(reading_, reading_job(session.host(), session.model()->preprocess, unread_,
                                               [this, &session](ReadPhoto photo) { take(session, std::move(photo)); }));
}

void Teaching::take(Session& session, ReadPhoto photo) {
  const auto found = std::find_if(unread_.begin(), unread_.end(), [&](const PhotoFileOf& file) {
    return file.number == photo.file.number && file.path == photo.file.path;
  });
  if (found != unread_.end()) unread_.erase(found);
  session.host().release(photo.file.path);
  TaughtClass* const taught = find(photo.file.number);
  if (taught == nullptr) return;
  if (photo.view != nullptr) {
    taught->photos.push_back(std::move(photo.view));
  } else {
    taught->unreadable.push_back(std::move(photo.why));
  }
}

std::size_t Teaching::photos() const {
  std::size_t count = 0;
  for (const TaughtClass& taught : classes_) count += taught.photos.size();
  return count;
}

TaughtClass* Teaching::find(int number) {
  const auto found =
      std::find_if(classes_.begin(), classes_.end(), [number](const TaughtClass& taught) { return taught.number == number; });
  return found == classes_.end() ? nullptr : &*found;
}

void Teaching::add_class() {
  const int number = ++numbers_;
  classes_.push_back({number, fmt::format("Class {}", number)});
  chosen_ = classes_.size() - 1;
}

void Teaching::remove_class(std::size_t index) {
  const int number = classes_[index].number;
  std::erase_if(unread_, [number](const PhotoFileOf& file) { return file.number == number; });
  classes_.erase(classes_.begin() + static_cast<std::ptrdiff_t>(index));
  left_out_ = 0;
  if (chosen_ > index || chosen_ == classes_.size()) chosen_ = chosen_ == 0 ? 0 : chosen_ - 1;
}

void Teaching::rename(std::size_t index, const std::string& name) {
  classes_[index].name = name;
  classes_[index].named = true;
}

/// The class of that name, or a new one.
TaughtClass& Teaching::class_named(const std::string& name) {
  const auto found = std::find_if(classes_.begin(), classes_.end(), [&](const TaughtClass& taught) { return taught.name == name; });
  if (found != classes_.end()) return *found;
  add_class();
  rename(classes_.size() - 1, name);
  return classes_.back();
}

void Teaching::add_files(int number, const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    if (photos() + unread_.size() < kMostPhotos) {
      unread_.push_back({number, path});
    } else {
      ++left_out_;
    }
  }
}

void Teaching::add(Session& session, const std::vector<std::string>& paths) {
  if (classes_.empty()) add_class();
  for (const std::string& path : paths) {
    try {
      if (is_photo_folder(path)) {
        add_folder(path);
      } else if (exists(path)) {
        add_files(classes_[chosen_].number, {path});
      } else {
        fail("{}: expected a file or folder, found none.", path);
      }
    } catch (const Error& error) {
      session.tell({error.what(), "Check the path, or drop the files on the class.", true});
    }
  }
}

void Teaching::add_folder(const std::string& folder) {
  // A data set as `zfscope train` takes it brings its training photos.
  const fs::path whole = photo_root(folder);
  const fs::path root = is_photo_folder(whole / "train") ? whole / "train" : whole;
  const auto photos_below = [](const fs::path& place) {
    std::vector<std::string> paths;
    for (const PhotoFile& photo : find_photos(place).photos) paths.push_back((place / photo.name).string());
    return paths;
  };
  std::vector<std::pair<std::string, std::vector<std::string>>> found;
  for (const std::string& name : subfolders(root)) {
    auto paths = photos_below(root / name);
    if (!paths.empty()) found.emplace_back(name, std::move(paths));
  }
  if (found.size() > 1) {
    std::erase_if(classes_, [](const TaughtClass& taught) { return !taught.named && taught.photos.empty() && taught.unreadable.empty(); });
    for (const auto& [name, paths] : found) add_files(class_named(name).number, paths);
    chosen_ = classes_.size() - 1;
    return;
  }
  TaughtClass& taught = classes_[chosen_];
  if (!taught.named) rename(chosen_, root.filename().string());
  const std::vector<std::string> paths = photos_below(root);
  if (paths.empty()) taught.unreadable.push_back(fmt::format("{}: expected photos in this folder, found none", folder));
  add_files(taught.number, paths);
}

void Teaching::collect(const Session& session, std::size_t index) {
  const auto& photo = session.photo();
  const bool fresh = session.live() && photo && photo->path.empty() && session.photo_number() != collected_;
  if (!fresh || photos() + unread_.size() >= kMostPhotos) return;
  collected_ = session.photo_number();
  classes_[index].photos.push_back(std::make_shared<const Image>(photo->view));
}

std::string Teaching::lack(const Session& session) const {
  if (!session.model()) return "The network is on its way.";
  if (std::string why = unteachable(*session.model()); !why.empty()) return why;
  if (!unread_.empty()) return fmt::format("Reading photos: {} to go.", unread_.size());
  if (classes_.size() < 2) return "Two classes or more are needed.";
  for (std::size_t i = 0; i < classes_.size(); ++i) {
    const TaughtClass& taught = classes_[i];
    const auto same = [&](const TaughtClass& other) { return &other != &taught && other.name == taught.name; };
    if (taught.name.empty()) return fmt::format("Class {} of {} has no name.", i + 1, classes_.size());
    if (std::any_of(classes_.begin(), classes_.end(), same)) return fmt::format("Two classes are called “{}”.", taught.name);
    if (taught.photos.empty()) return fmt::format("“{}” has no photos yet.", taught.name);
    if (std::cmp_less(taught.photos.size(), kFewestPhotos)) {
      return fmt::format("“{}” has {} {}: {} or more are needed, 30 or more are better.", taught.name, taught.photos.size(),
                         taught.photos.size() == 1 ? "photo" : "photos", kFewestPhotos);
    }
  }
  return {};
}

void Teaching::teach(Session& session) {
  const ModelView& open = *session.model();
  const bool same = base_ && is_open(session) && base_->backend_name == open.backend_name;
  if (!same) base_ = open;
  if (lesson_ == nullptr || lesson_->scope != base_->scope) features_ = session.worker().share(std::make_unique<Features>());
  lesson_ = session.worker().share(std::make_unique<Lesson>());
  lesson_->scope = base_->scope;
  lesson_->preprocess = base_->preprocess;
  lesson_->name = taught_name(base_->network.name);
  lesson_->features = features_;
  for (std::size_t i = 0; i < classes_.size(); ++i) {
    lesson_->classes.push_back(classes_[i].name);
    for (const auto& photo : classes_[i].photos) lesson_->photos.push_back({photo, static_cast<int>(i)});
  }
  view_.reset();
  go_on(session);
}

void Teaching::go_on(Session& session) {
  stop_ = std::make_shared<std::atomic<bool>>(false);
  const std::string path = session.host().taught_model();
  session.worker().start(learning_, lesson_job(lesson_, stop_, path, [this, &session, path](LessonView view) {
                           view_ = std::move(view);
                           if (view_->saved) session.open_model(path);
                         }));
}

Progress Teaching::progress(Session& session) const { return connected_ ? session.worker().progress(learning_) : Progress{}; }

bool Teaching::is_open(Session& session) { return session.model() && session.model()->path == lasting_path(session.host().taught_model()); }

}  // namespace zf::viewer
