#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/viewer/panel.h"
#include "core/viewer/teaching.h"
#include "core/viewer/texture.h"

namespace zf::viewer {

/// Classes of one's own: photos of each are collected, and the network learns to tell them apart.
class TeachPanel final : public Panel {
 public:
  TeachPanel() : Panel("teach", "Teach", icon::kTeach) {}
  void draw(const Ui& ui, float width, float height) override;
  /// The taught network as a model file.
  void save(const Ui& ui) override;
  bool take(const Ui& ui, const std::vector<std::string>& paths) override;
  /// The class under the pointer takes what is dropped.
  void aim() override;

  [[nodiscard]] const Teaching& teaching() const { return teaching_; }

 private:
  void draw_classes(const Ui& ui, float width);
  void draw_class(const Ui& ui, std::size_t index, const Box& box);
  void draw_head(const Ui& ui, std::size_t index, const Box& box);
  void draw_name(const Ui& ui, std::size_t index, const Box& box);
  void draw_photos(const Ui& ui, const TaughtClass& taught, const Box& box);
  void draw_sources(const Ui& ui, std::size_t index, const Box& box);
  void draw_tools(const Ui& ui, float width);
  void draw_words(const Ui& ui, float width) const;
  [[nodiscard]] std::string words(const Ui& ui) const;
  void draw_curves(const Ui& ui, float width, float height) const;
  const Texture& thumbnail(const Ui& ui, const std::shared_ptr<const Image>& photo);

  struct Thumbnail {
    Texture texture;
    bool shown = false;  ///< in this frame
  };

  Teaching teaching_;
  std::map<std::shared_ptr<const Image>, Thumbnail> thumbnails_;
  std::optional<std::size_t> pointed_;
  int removed_ = 0;  ///< number of the class whose button to remove it was pressed
  int edited_ = 0;   ///< number of the class whose name is being typed
};

}  // namespace zf::viewer
