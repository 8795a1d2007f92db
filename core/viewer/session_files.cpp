// What comes to a session by path: photos, models, runs, atlases and tables.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>
#include <variant>

#include "core/analysis/evolution.h"
#include "core/data/photo_files.h"
#include "core/io/atlas.h"
#include "core/tensor/error.h"
#include "core/viewer/files.h"
#include "core/viewer/session.h"

namespace zf::viewer {

namespace fs = std::filesystem;

void Session::open_all(const std::vector<std::string>& paths) {
  std::vector<std::string> photos;
  std::vector<std::string> models;
  const auto open = [&](const std::string& path) {
    if (!exists(path)) {
      tell({fmt::format("{}: expected a file or folder, found none.", path), "Check the path, or drop the file on the window.", true});
    } else if (const auto run = snapshots_in(path); !run.empty()) {
      open_run(run);
    } else if (is_photo_folder(path)) {
      const std::vector<std::string> found = photos_in(path);
      if (found.empty())
        tell({fmt::format("{}: expected photos in this folder, found none.", path), "Open a folder of JPEG or PNG photos.", true});
      photos.insert(photos.end(), found.begin(), found.end());
    } else if (is_model(path)) {
      models.push_back(path);
    } else if (is_table(path)) {
      open_table(path);
    } else {
      photos.push_back(path);
    }
  };
  for (const std::string& path : paths) {
    try {
      open(path);
    } catch (const Error& error) {
      tell({error.what(), "An archive has to be a whole zip or tar file.", true});
    }
  }
  open_models(models);
  open_photos(photos);
}

void Session::open_models(const std::vector<std::string>& paths) {
  std::vector<std::string> models;
  std::vector<std::string> atlases;
  for (const std::string& path : paths) (is_atlas(path) ? atlases : models).push_back(path);
  if (models.size() > 1) {
    open_run(models);
  } else if (!models.empty() && awaits_second_) {
    awaits_second_ = false;
    choice_.second = lasting_path(models.front());
  } else if (!models.empty()) {
    open_model(models.front());
  }
  if (!atlases.empty()) choice_.atlas = lasting_path(atlases.back());
}

void Session::open_run(const std::vector<std::string>& paths) {
  try {
    std::vector<std::string> run;
    for (const Snapshot& snapshot : order_snapshots(paths)) run.push_back(lasting_path(snapshot.path));
    choice_.run = std::move(run);
  } catch (const Error& error) {
    tell({error.what(), "Open the snapshots of one training run together, or one model.", true});
  }
}

std::string Session::atlas() const {
  if (!choice_.atlas.empty()) return choice_.atlas;
  if (!model_) return {};
  const std::string path = atlas_beside(model_->path).string();
  return exists(path) ? path : std::string();
}

void Session::give_up_atlas(const std::string& reason) {
  tell({reason, "`zfscope mine` makes an atlas of a model.", true});
  choice_.atlas.clear();
}

std::string Session::second_model() const { return choice_.second.empty() ? host_->asset("alexnet.safetensors") : choice_.second; }

void Session::open_table(const std::string& path) {
  try {
    Table table = read_table(path);
    if (auto* const faces = std::get_if<std::vector<FacePoints>>(&table)) {
      take_points(std::move(*faces), path);
    } else {
      retrained_ = std::move(std::get<std::vector<VariantResult>>(table));
    }
  } catch (const Error& error) {
    tell({error.what(), "A table has the points of faces (image, left_eye_x, left_eye_y, …), or is `zfscope ablate retrain`'s table3.csv.",
          true});
  }
}

/// Of photos that are where the table says, or that are open under the same name.
void Session::take_points(std::vector<FacePoints> faces, const std::string& table) {
  std::vector<std::string> found;
  std::vector<std::string> missing;
  for (FacePoints& face : faces) {
    const fs::path name = fs::path(face.photo).filename();
    const auto open =
        std::find_if(choice_.photos.begin(), choice_.photos.end(), [&](const auto& path) { return fs::path(path).filename() == name; });
    if (!exists(face.photo) && open == choice_.photos.end()) {
      missing.push_back(name.string());
      continue;
    }
    const std::string photo = exists(face.photo) ? lasting_path(face.photo) : *open;
    set_points(photo, std::move(face.places));
    found.push_back(photo);
  }
  if (!missing.empty()) {
    tell({fmt::format("{}: expected {} photos, found {} of them; {} is not there.", table, faces.size(), found.size(), missing.front()),
          "Open the photos first, or put the table beside them.", true});
  }
  if (!found.empty())
    tell({fmt::format("Points of {} photos from {}", found.size(), table), "The tab Correspondence compares them.", false});
  open_photos(found);
}

void Session::open_photos(const std::vector<std::string>& paths) {
  if (paths.empty()) return;
  if (samples_) choice_.photos.clear();
  samples_ = false;
  int first = static_cast<int>(choice_.photos.size());
  for (const std::string& path : paths) {
    const std::string photo = lasting_path(path);
    const auto known = std::find(choice_.photos.begin(), choice_.photos.end(), photo);
    if (known == choice_.photos.end()) {
      choice_.photos.push_back(photo);
    } else if (&path == &paths.front()) {
      first = static_cast<int>(known - choice_.photos.begin());
    }
  }
  choose_photo(std::min(first, static_cast<int>(choice_.photos.size()) - 1));
}

}  // namespace zf::viewer
