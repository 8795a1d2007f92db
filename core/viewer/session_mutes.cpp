// Maps that are muted, and the way back.
#include <algorithm>
#include <utility>

#include "core/viewer/session.h"

namespace zf::viewer {

bool Session::is_muted(const MutedMap& map) const {
  return std::find(choice_.mutes.begin(), choice_.mutes.end(), map) != choice_.mutes.end();
}

void Session::toggle_mute(const MutedMap& mute) {
  if (model_ && mute.layer == model_->layers.back().name) {
    tell({"The class scores are the answer itself and cannot be muted.", "Mute a map of a layer below.", false});
    return;
  }
  std::vector<MutedMap> mutes = choice_.mutes;
  const auto found = std::find(mutes.begin(), mutes.end(), mute);
  if (found == mutes.end()) {
    mutes.push_back(mute);
  } else {
    mutes.erase(found);
  }
  change_mutes(std::move(mutes));
}

void Session::unmute_all() {
  if (!choice_.mutes.empty()) change_mutes({});
}

void Session::change_mutes(std::vector<MutedMap> mutes) {
  undo_.push_back(std::exchange(choice_.mutes, std::move(mutes)));
  redo_.clear();
  mute();
}

void Session::mute() {
  muted_.reset();
  worker_.cancel(slots_.muted);
  if (choice_.mutes.empty() || !photo_ || !photo_->look) return;
  worker_.start(slots_.muted,
                muted_job(*model_, photo_->look, photo_->input, choice_.mutes, [this](MutedView view) { muted_ = std::move(view); }));
}

void Session::undo() {
  if (undo_.empty()) return;
  redo_.push_back(std::exchange(choice_.mutes, std::move(undo_.back())));
  undo_.pop_back();
  mute();
}

void Session::redo() {
  if (redo_.empty()) return;
  undo_.push_back(std::exchange(choice_.mutes, std::move(redo_.back())));
  redo_.pop_back();
  mute();
}

}  // namespace zf::viewer
