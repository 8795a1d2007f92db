#pragma once

#include "core/viewer/texture.h"
#include "core/viewer/ui.h"

namespace zf::viewer {

/// The photo as the network sees it, with the chosen unit's field, and what the network takes it for.
class PhotoPanel {
 public:
  /// The photo, at most so high.
  void draw(const Ui& ui, float width, float most_height);
  /// What the network takes it for, and the network.
  void draw_answer(const Ui& ui, float width) const;

 private:
  void draw_title(const Ui& ui, float width);
  void draw_photo(const Ui& ui, float side);
  void draw_field(const Ui& ui, const Box& box) const;
  void draw_prediction(const Ui& ui, float width) const;
  void draw_class(const Ui& ui, const ClassStory& story, bool best, float width) const;
  void draw_model(const Ui& ui, float width) const;
  void choose_backend(const Ui& ui, float width) const;

  Texture texture_;
  int shown_ = 0;  ///< number of the photo in the texture
};

}  // namespace zf::viewer
